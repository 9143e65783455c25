"""An agency sends one of its officers to a shift that has begun, until it ends.

To an empty place; in the place of somebody who is late, who loses it at that moment; or to relieve somebody on site.
Nobody of a list is asked, for an agency has none: it has spoken with whom it sends. Lock order as everywhere: shift,
officers by id, assignments.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace import relief_search
from marketplace.agency_jobs import shift_of_agency, wanted_of, with_live
from marketplace.agency_staffing import refuse_denied, refuse_taken, store_choice
from marketplace.assigning import assign, locked_officers, locked_shift, restate_shift
from marketplace.eligibility import judge_many, remaining_of
from marketplace.empty_places import refuse_sending, resolve_when_filled
from marketplace.models import Assignment, Job, Officer, Position, Shift
from marketplace.places import shares_place
from marketplace.refusals_agency_staffing import EveryPlaceHeld, NotReplaceable
from marketplace.refusals_bidding import OfficerNotFound, ShiftNotOpen
from marketplace.relieving import arrange_locked, check_reason
from marketplace.service_levels import levels_at
from marketplace.site_status import SiteFacts, site_status

_ABSENT = ("late", "no_show")


@dataclass(frozen=True, slots=True)
class Replaceable:
    """Somebody in whose place another may be sent now: on site, else late by so many minutes."""

    assignment_id: UUID
    officer_id: UUID
    name: str
    is_on_site: bool
    minutes: int


@dataclass(frozen=True, slots=True)
class PlacesNow:
    """How many are empty, and whose another may have: who is late, the longest first, then who is on site and has no
    relief yet."""

    empty: int
    replaceable: list[Replaceable]


def send_officer(
    *,
    agency_id: UUID,
    shift_id: UUID,
    rank_code: str,
    officer_id: UUID,
    in_place_of: UUID | None = None,
    relieves: UUID | None = None,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> Assignment:
    """Commit this officer from now until the end; the rules judge what is left, and hours begin with the clock-in.

    At most one of two: `in_place_of` is the assignment of an officer who is late, `relieves` that of one on site. They
    are apart, so that whoever clocks in meanwhile is not relieved by a decision that was made of somebody late. Without
    both it is an empty place. `reason` is needed for a relief: both officers and the record have it.

    Raises NotFound, RankNotWanted, ShiftNotOpen (also before the start), TooLateForRelief, NotPaidFor, EveryPlaceHeld,
    NotReplaceable, ReasonMissing, TextTooLong, TextUnreadable, ReliefArrangedAlready, OfficerNotFound, NotOnRoster,
    AlreadyBid, OverlapsCommitment, NotAllowedToWork, NoPolicyInForce.
    """
    shift_of_agency(agency_id=agency_id, shift_id=shift_id)
    with transaction.atomic():
        shift = locked_shift(shift_id)
        if shift.starts_at > at or shift.job.route != Job.Route.AGENCY:
            raise ShiftNotOpen(str(shift.state))
        refuse_sending(shift, at=at)
        position = wanted_of(with_live(shift.positions.all()), rank_code)
        now = places_now(position=position, at=at)
        replaced = _replaced(now, position, in_place_of or relieves, is_on_site=relieves is not None)
        if replaced is None and not now.empty:
            raise EveryPlaceHeld()
        if relieves is not None:
            check_reason(reason)
        left = Assignment.objects.get(id=replaced.assignment_id) if replaced else _left_empty(position)
        officers = locked_officers([officer_id, *([left.officer_id] if left else [])])
        officer = officers.get(officer_id)
        if officer is None:
            raise OfficerNotFound()
        if relieves is not None:
            relief = arrange_locked(
                assignment_id=relieves, shift=shift, officer=officer, refuse=refuse_denied, reason=reason,
                actor=actor, at=at,
            )  # fmt: skip
            return relief.incoming
        return _give(shift, position, officer, absent=left, actor=actor, at=at)


def places_now(*, position: Position, at: datetime) -> PlacesNow:
    """Of a position that `with_live` read, with its shift. Asks for the department's policy."""
    shift, held = position.shift, position.live  # type: ignore[attr-defined]
    levels = levels_at(department_id=shift.governing_department_id, at=shift.starts_at)
    found = []
    for one in held:
        about = UUID(one["assignment_id"]), UUID(one["officer_id"]), one["name"]
        if one["state"] == Assignment.State.CHECKED_IN and not one["has_relief"]:
            found.append(Replaceable(*about, is_on_site=True, minutes=0))
        # Whoever is on the way to relieve somebody holds no place of their own yet.
        elif one["state"] == Assignment.State.CONFIRMED and not one["shares_place"]:
            standing = site_status(facts=_facts(one, shift), levels=levels, at=at)
            if standing.status in _ABSENT:
                found.append(Replaceable(*about, is_on_site=False, minutes=standing.minutes))
    return PlacesNow(
        empty=max(0, position.headcount - sum(not one["shares_place"] for one in held)),
        replaceable=sorted(found, key=lambda one: (one.is_on_site, -one.minutes, one.name)),
    )


def _facts(one: dict[str, Any], shift: Shift) -> SiteFacts:
    """Of somebody who has not come: nothing else is known of them."""
    since = one["relieves_since"]
    return SiteFacts(
        state=one["state"],
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        authorised_ends_at=shift.ends_at,
        relieves_since=datetime.fromisoformat(since) if since else None,
    )


def place_now(*, shift: Shift, position_id: UUID, at: datetime) -> PlacesNow:
    """The same of a position that was read otherwise. One query."""
    position = with_live(Position.objects.all()).get(id=position_id)
    position.shift = shift
    return places_now(position=position, at=at)


def ranks_to_send(*, shift: Shift) -> list[Position]:
    """Its positions with an empty place. One query."""
    live = Assignment.objects.filter(~shares_place(), position=OuterRef("pk"), state__in=Assignment.LIVE_STATES)
    held = live.order_by().values("position").annotate(found=Count("pk")).values("found")
    counted = shift.positions.annotate(held=Coalesce(Subquery(held), 0))
    return list(counted.filter(held__lt=F("headcount")).order_by("rank_code"))


def _replaced(
    now: PlacesNow, position: Position, assignment_id: UUID | None, *, is_on_site: bool
) -> Replaceable | None:
    """The shift's lock is held: nobody clocks in meanwhile."""
    if assignment_id is None:
        return None
    known = {one.assignment_id: one for one in now.replaceable if one.is_on_site == is_on_site}
    if assignment_id in known:
        return known[assignment_id]
    other = Assignment.objects.filter(id=assignment_id, position=position).first()
    if other is None:
        raise NotFound("There is no such assignment.")
    raise NotReplaceable(str(other.state))


def _left_empty(position: Position) -> Assignment | None:
    """Whose empty place it is: the first who was absent, or gave it up, since the start and whom nobody replaced."""
    gone: Collection[str] = (
        *(Assignment.State.NO_SHOW, Assignment.State.CALLED_OFF),
        Assignment.State.RELIEVED,
    )
    ended = Assignment.objects.filter(position=position, state__in=gone, ended_at__gte=position.shift.starts_at)
    return ended.filter(relief_search=None).order_by("ended_at", "id").first()


def _give(
    shift: Shift, position: Position, officer: Officer, *, absent: Assignment | None, actor: Actor, at: datetime
) -> Assignment:
    left = remaining_of(shift, from_at=at)
    refuse_taken(officer, left)
    judgements = judge_many(officers=[officer], shift=left, position=position, at=at)
    refuse_denied(officer, shift, judgements[officer.id])
    award = store_choice(shift, position, [officer], judgements, actor=actor, at=at)
    if absent is not None and absent.state == Assignment.State.CONFIRMED:
        relief_search.end_late(late=absent, shift=shift, actor=actor, at=at)
    assignment = assign(
        shift=shift, position=position, officer=officer, bid=None, award_id=award.id, actor=actor, at=at, from_at=at
    )
    if absent is not None:
        relief_search.fill_unsought(absent=absent, shift=shift, taken_by=assignment, actor=actor, at=at)
    restate_shift(shift=shift, actor=actor, at=at)
    resolve_when_filled(shift=shift, at=at)
    return assignment
