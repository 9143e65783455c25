"""Jobs whose officers an agency supplies: how a job becomes an agency's, and which are whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject

from kernel import audit
from kernel.actors import Actor
from kernel.errors import IllegalTransition, NotFound
from kernel.reading import read_once
from marketplace.models import Assignment, Job, Position, Relief, Shift
from marketplace.refusals_bidding import RankNotWanted
from marketplace.site_status import with_site_facts


def hand_to_agency(
    *, job: Job, agency_id: UUID, rates: Mapping[str, tuple[int, int]], actor: Actor, at: datetime
) -> None:
    """The client accepted this agency's contract. The caller holds the job's lock; again, after a change, sets rates.

    `rates`: bill and pay cents per hour by rank code. Raises IllegalTransition when another agency supplies the job.
    """
    if job.agency_id not in (None, agency_id):
        raise IllegalTransition("Another agency supplies this job.")
    if job.agency_id is None:
        job.agency_id = agency_id
        job.route = Job.Route.AGENCY
        job.save(update_fields=["agency_id", "route"])
        audit.record(
            actor=actor,
            action="job.handed_to_agency",
            subject_kind="job",
            subject_id=job.id,
            tenant_id=job.governing_department_id,
            at=at,
            after={"agency_id": str(agency_id)},
        )
    positions = list(Position.objects.filter(shift__job=job, shift__state=Shift.State.PLANNED))
    for position in positions:
        bill, pay = rates[position.rank_code]
        position.bill_rate_cents_per_hour, position.pay_rate_cents_per_hour = bill, pay
        # The department's rates no longer say what an officer gets.
        position.shift_pay_cents = None
    Position.objects.bulk_update(positions, ["bill_rate_cents_per_hour", "pay_rate_cents_per_hour", "shift_pay_cents"])


def jobs_of_agency(*, agency_id: UUID) -> QuerySet[Job]:
    return Job.objects.filter(agency_id=agency_id).select_related("client", "venue")


def job_of_agency(*, agency_id: UUID, job_id: UUID, among: QuerySet[Job] | None = None) -> Job:
    """`among` is read from where a page wants more beside it. Raises NotFound, for a missing job and for another's
    alike."""
    jobs = jobs_of_agency(agency_id=agency_id) if among is None else among.filter(agency_id=agency_id)
    job = jobs.filter(id=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    return job


def shift_of_agency(*, agency_id: UUID, shift_id: UUID) -> Shift:
    """With its positions, and in each who holds a place, as `with_live` says. Read once for a page.

    Raises NotFound.
    """
    return read_once(("shift of agency", agency_id, shift_id), lambda: _shift_of_agency(agency_id, shift_id))


def _shift_of_agency(agency_id: UUID, shift_id: UUID) -> Shift:
    shift = (
        Shift.objects.select_related("job__client", "job__venue")
        .prefetch_related(Prefetch("positions", with_live(Position.objects.all())))
        .filter(id=shift_id, job__agency_id=agency_id)
        .first()
    )
    if shift is None:
        raise NotFound("There is no such shift.")
    return shift


def with_live(positions: QuerySet[Position]) -> QuerySet[Position]:
    """With `live`, who holds a place: [{"assignment_id", "officer_id", "name", "state", "relieves_since",
    "shares_place", "has_relief"}], a moment as text. `has_relief`: another is on the way to relieve them, or did. No
    query more."""
    held = Assignment.objects.filter(position=OuterRef("pk"), state__in=Assignment.LIVE_STATES)
    read = with_site_facts(held).annotate(has_relief=Exists(Relief.objects.filter(outgoing=OuterRef("pk"))))
    said = JSONObject(
        assignment_id="id",
        officer_id="officer_id",
        name="officer__display_name",
        state="state",
        relieves_since="relieves_since",
        shares_place="shares_place",
        has_relief="has_relief",
    )
    return positions.annotate(live=ArraySubquery(read.values(found=said)))


def assignment_of_agency(*, agency_id: UUID, assignment_id: UUID) -> Assignment:
    """Raises NotFound."""
    assignment = (
        Assignment.objects.select_related("shift__job", "position", "officer")
        .filter(id=assignment_id, shift__job__agency_id=agency_id)
        .first()
    )
    if assignment is None:
        raise NotFound("There is no such assignment.")
    return assignment


@dataclass(frozen=True, slots=True)
class ToFill:
    """A shift of the agency's with places that nobody holds."""

    shift: Shift
    wanted: int
    held: int

    @property
    def free(self) -> int:
        return self.wanted - self.held


def places_to_fill(*, agency_id: UUID, from_at: datetime, until_at: datetime) -> list[ToFill]:
    """Shifts of the half-open time with a place that nobody holds, the soonest first: also of one that runs already.
    Two queries."""
    shifts = list(
        Shift.objects.filter(
            job__agency_id=agency_id,
            state__in=(Shift.State.OPEN, Shift.State.PART_STAFFED, Shift.State.IN_PROGRESS),
            finished_at=None,
            ends_at__gt=from_at,
            starts_at__lt=until_at,
        )
        .select_related("job")
        .annotate(held=Count("assignments", filter=Q(assignments__state__in=Assignment.LIVE_STATES)))
        .prefetch_related("positions")
        .order_by("starts_at", "id")
    )
    found = [ToFill(shift, sum(one.headcount for one in shift.positions.all()), shift.held) for shift in shifts]
    return [one for one in found if one.free > 0]


def position_wanted(shift: Shift, rank_code: str) -> Position:
    """The shift's place of that rank. Raises RankNotWanted."""
    return wanted_of(shift.positions.all(), rank_code)


def wanted_of(known: Iterable[Position], rank_code: str) -> Position:
    """Raises RankNotWanted."""
    positions = {position.rank_code: position for position in known}
    if rank_code not in positions:
        raise RankNotWanted(rank_code, list(positions))
    return positions[rank_code]
