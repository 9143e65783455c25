"""Making the commitment: the one place that inserts assignments, under locks, with PostgreSQL as the last word."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from psycopg2.extras import DateTimeTZRange

from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import events
from marketplace.models import Assignment, Bid, Officer, Position, Relief, Shift
from marketplace.refusals_bidding import OverlapsCommitment, ShiftNotFound

_ONE_COMMITMENT = ("no_double_booking", "one_live_assignment_per_shift")
TAKING_STATES = (Shift.State.OPEN, Shift.State.PART_STAFFED)
_STAFFING_STATES = (*TAKING_STATES, Shift.State.STAFFED)


def locked_shift(shift_id: UUID) -> Shift:
    """The shift with its job, locked alone: the job's row is only read. Raises ShiftNotFound.

    NO KEY: rows that merely point at a shift or an officer may still be inserted by others.
    """
    shift = (
        Shift.objects.select_for_update(of=("self",), no_key=True)
        .select_related("job__venue", "job__client")
        .filter(id=shift_id)
        .first()
    )
    if shift is None:
        raise ShiftNotFound()
    return shift


def locked_officers(officer_ids: list[UUID]) -> dict[UUID, Officer]:
    """Locked in the order of their ids, after the shift: everybody who decides takes locks in that order."""
    officers = Officer.objects.select_for_update(of=("self",), no_key=True).filter(id__in=officer_ids).order_by("id")
    return {officer.id: officer for officer in officers}


def vacancies_of(position: Position) -> int:
    return max(0, position.headcount - holders_of(position).count())


def holders_of(position: Position) -> "QuerySet[Assignment]":
    """Who takes one of the position's places. A relief on site and the officer they relieve have one between them."""
    reliefs = Relief.objects.filter(outgoing=OuterRef("pk"))
    replaced = reliefs.filter(Q(handed_over_at__isnull=False) | Q(incoming__state__in=Assignment.LIVE_STATES))
    return Assignment.objects.filter(~Exists(replaced), position=position, state__in=Assignment.LIVE_STATES)


def live_overlap(*, officer_id: UUID, shift: Shift) -> Assignment | None:
    """The officer's live assignment to another shift at the same time, if there is one."""
    return (
        Assignment.objects.filter(
            officer_id=officer_id,
            state__in=Assignment.LIVE_STATES,
            period__overlap=DateTimeTZRange(shift.starts_at, shift.ends_at),
        )
        .exclude(shift_id=shift.id)
        .order_by("period")
        .first()
    )


def assign(
    *,
    shift: Shift,
    position: Position,
    officer: Officer,
    bid: Bid | None,
    award_id: UUID,
    actor: Actor,
    at: datetime,
    from_at: datetime | None = None,
) -> Assignment:
    """Insert a confirmed assignment. The award's own row may follow in the same transaction. `from_at`: not before.

    Raises OverlapsCommitment when PostgreSQL finds another live assignment of the officer at that time.
    """
    assignment = insert_assignment(
        shift=shift,
        position=position,
        officer=officer,
        bid=bid,
        award_id=award_id,
        state=Assignment.State.CONFIRMED,
        at=at,
        from_at=from_at,
    )
    record_confirmation(assignment=assignment, shift=shift, position=position, actor=actor, at=at)
    return assignment


def insert_assignment(
    *,
    shift: Shift,
    position: Position,
    officer: Officer,
    bid: Bid | None,
    award_id: UUID,
    state: Assignment.State,
    at: datetime,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> Assignment:
    """The row alone, offered or confirmed; `from_at`: the officer comes only then. Raises OverlapsCommitment."""
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                shift=shift,
                position=position,
                officer=officer,
                award_id=award_id,
                bid=bid,
                state=state,
                period=DateTimeTZRange(from_at or shift.starts_at, until_at or shift.ends_at),
                pay_rate_cents_per_hour=position.pay_rate_cents_per_hour,
                pay_code=position.pay_code,
                authorised_ends_at=until_at or shift.ends_at,
                created_at=at,
            )
    except IntegrityError as error:
        if not any(name in str(error) for name in _ONE_COMMITMENT):
            raise
        raise OverlapsCommitment(shift.starts_at, shift.ends_at, shift.time_zone) from error


def record_confirmation(
    *, assignment: Assignment, shift: Shift, position: Position, actor: Actor, at: datetime
) -> None:
    """The officer is committed from now on: at the award, or when they accept an offer."""
    audit.record(
        actor=actor,
        action="assignment.confirmed",
        subject_kind="assignment",
        subject_id=assignment.id,
        tenant_id=shift.governing_department_id,
        at=at,
        after={
            "shift_id": str(shift.id),
            "officer_id": str(assignment.officer_id),
            "rank_code": position.rank_code,
            "award_id": str(assignment.award_id),
        },
    )
    outbox.announce(
        name=events.ASSIGNMENT_CONFIRMED,
        payload={"assignment_id": str(assignment.id)},
        tenant_id=shift.governing_department_id,
        at=at,
    )


def announce_if_short(*, shift: Shift, at: datetime) -> None:
    """Call it last, when nobody on the list can take the places that are left."""
    if shift.state in TAKING_STATES:
        outbox.announce(
            name=events.SHIFT_SHORT_STAFFED,
            payload={"shift_id": str(shift.id)},
            tenant_id=shift.governing_department_id,
            at=at,
        )


def restate_shift(*, shift: Shift, actor: Actor, at: datetime) -> None:
    """Open, part-staffed or staffed, by its live assignments. A shift in any other state is left alone.

    Announces marketplace.shift_staffed when the last place is filled.
    """
    if shift.state not in _STAFFING_STATES:
        return
    # A place that is only offered is held, not filled: nobody is told that the officers are found.
    live = Count("assignments", filter=Q(assignments__state__in=Assignment.COMMITTED_STATES))
    counts = shift.positions.annotate(live=live).values_list("headcount", "live")
    wanted, taken = sum(headcount for headcount, _ in counts), sum(live for _, live in counts)
    state = Shift.State.STAFFED if taken >= wanted else Shift.State.PART_STAFFED if taken else Shift.State.OPEN
    if state == shift.state:
        return
    before, shift.state = shift.state, state
    shift.save(update_fields=["state"])
    audit.record(
        actor=actor,
        action=f"shift.{state.value}",
        subject_kind="shift",
        subject_id=shift.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": str(before)},
        after={"state": state.value, "officers": taken, "wanted": wanted},
    )
    if state == Shift.State.STAFFED:
        outbox.announce(
            name=events.SHIFT_STAFFED,
            payload={"shift_id": str(shift.id)},
            tenant_id=shift.governing_department_id,
            at=at,
        )
