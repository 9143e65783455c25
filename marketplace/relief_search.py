"""Relief from the backups: one after the other is offered the place of an officer who is late or gave it up.

The late officer keeps the place until somebody accepts it. Clock-in and acceptance both hold the lock of the shift:
whichever comes first counts. Lock order as everywhere: shift, officers by id, assignments.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from departments.policies import policy_at
from departments.policy.service_levels import ServiceLevels
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.identifiers import uuid7
from marketplace import alerts, events
from marketplace.access import assignment_for_department
from marketplace.assigning import holders_of, locked_officers, locked_shift, restate_shift
from marketplace.award_records import AwardBackground, store_award
from marketplace.eligibility import judge_many
from marketplace.models import Alert, Assignment, Award, Bid, Job, Offer, Officer, Position, ReliefSearch, Shift
from marketplace.no_shows import no_show_from
from marketplace.offering import latest_list, offer_place, order_of
from marketplace.refusals_agency_staffing import StaffedByAgency
from marketplace.refusals_service_levels import ReliefAlreadySought, ReliefNotNeeded, TooLateForRelief
from marketplace.service_levels import levels_at

_SEEKING = ReliefSearch.State.SEARCHING
# Whose place can be taken over: they have not come, or the place is not theirs any more.
_ABSENT = (
    *(Assignment.State.CONFIRMED, Assignment.State.CALLED_OFF, Assignment.State.NO_SHOW),
    Assignment.State.RELIEVED,
)


def begin_search(*, department_id: UUID, assignment_id: UUID, actor: Actor, at: datetime) -> ReliefSearch:
    """The desk does not wait for the policy's minutes. Raises NotFound, StaffedByAgency, ReliefNotNeeded,
    ReliefAlreadySought, TooLateForRelief, NoPolicyInForce."""
    found = assignment_for_department(department_id=department_id, assignment_id=assignment_id)
    with transaction.atomic():
        shift = locked_shift(found.shift_id)
        if shift.job.route == Job.Route.AGENCY:
            raise StaffedByAgency()
        assignment = Assignment.objects.select_related("position").get(id=assignment_id)
        assignment.shift = shift
        if assignment.state not in _ABSENT:
            raise ReliefNotNeeded(str(assignment.state))
        if is_over(shift, at):
            raise TooLateForRelief()
        if known := ReliefSearch.objects.filter(assignment=assignment).first():
            raise ReliefAlreadySought(str(known.state))
        levels = levels_at(department_id=department_id, at=shift.starts_at)
        search = begin_locked(assignment=assignment, shift=shift, levels=levels, actor=actor, at=at)
        assert search is not None
        return search


def begin_locked(
    *, assignment: Assignment, shift: Shift, levels: ServiceLevels, actor: Actor, at: datetime
) -> ReliefSearch | None:
    """For callers that hold the shift's lock and no officer's. None when it was begun before."""
    if ReliefSearch.objects.filter(assignment=assignment).exists():
        return None
    search = ReliefSearch.objects.create(
        shift=shift,
        position_id=assignment.position_id,
        assignment=assignment,
        began_at=at,
        began_by=actor.label[:200] or actor.kind,
    )
    audit.record(
        actor=actor,
        action="relief.sought",
        subject_kind="assignment",
        subject_id=assignment.id,
        tenant_id=shift.governing_department_id,
        at=at,
        after={"relief_search_id": str(search.id)},
    )
    ask_following(search=search, shift=shift, levels=levels, actor=actor, at=at)
    return search


def ask_following(*, search: ReliefSearch, shift: Shift, levels: ServiceLevels, actor: Actor, at: datetime) -> None:
    """The next of the list whom the rules allow. Nobody left, or asked often enough: the coordinator hears it."""
    if search.state != _SEEKING:
        return
    if is_over(shift, at):
        _end(search, ReliefSearch.State.STOPPED, shift=shift, at=at)
        return
    position = search.position
    asked = set(search.offers.values_list("officer_id", flat=True))
    names = [one for one in _line(search, shift) if one not in asked] if len(asked) < levels.relief_attempts else []
    # All at once, by id: taken one after the other, two shifts could wait for each other.
    officers = locked_officers(names)
    judgements = judge_many(officers=officers.values(), shift=shift, position=position, at=at)
    for officer_id in names:
        officer = officers[officer_id]
        if officer.left_at is not None or not judgements[officer_id].verdict.allowed:
            continue
        offer = offer_place(
            shift=shift,
            position=position,
            officer=officer,
            award=_record(search, shift, officer, judgements, actor, at),
            place=len(asked) + 1,
            allowed=True,
            until=min(shift.ends_at, at + timedelta(minutes=levels.relief_answer_minutes)),
            actor=actor,
            at=at,
            relief_search=search,
        )
        if offer == Offer.State.OPEN:
            return
    _end(search, ReliefSearch.State.EXHAUSTED, shift=shift, at=at)
    assignment = search.assignment
    assignment.shift = shift
    alerts.open_alert(kind=Alert.Kind.NO_RELIEF, assignment=assignment, levels=levels, at=at)


def has_line(*, assignment: Assignment, shift: Shift) -> bool:
    """Is there anybody of the original list who could be asked?"""
    return bool(_line(assignment, shift))


def lock_for_acceptance(offer: Offer) -> list[UUID]:
    """Whom accepting concerns beside the one who accepts: the officer whose place it was."""
    if offer.relief_search_id is None:
        return []
    return list(Assignment.objects.filter(relief_search=offer.relief_search_id).values_list("officer_id", flat=True))


def take_over(*, offer: Offer, shift: Shift, taken_by: Assignment, actor: Actor, at: datetime) -> None:
    """The acceptance: the place is the backup's from now on. The caller holds the locks of shift and both officers.

    The late officer is relieved; from the policy's no-show minutes on they are a no-show. Raises ReliefNotNeeded when
    they clocked in before, or the shift was cancelled or is settled.
    """
    search, absent = _locked_place(offer)
    if is_over(shift, at):
        raise ReliefNotNeeded(str(shift.state))
    if search.state != _SEEKING or absent.state not in _ABSENT:
        raise ReliefNotNeeded(str(absent.state))
    if absent.state == Assignment.State.CONFIRMED:
        _end_absent(absent, shift=shift, actor=actor, at=at)
    if holders_of(search.position).count() > search.position.headcount:
        raise ReliefNotNeeded("filled")
    bid = shift.bids.filter(officer_id=taken_by.officer_id, state=Bid.State.BACKUP).first()
    if bid is not None:
        bid.state, bid.decided_at = Bid.State.WON, at
        bid.explanation = "A place became free at short notice, and you took it over."
        bid.save(update_fields=["state", "decided_at", "explanation"])
        taken_by.bid = bid
        taken_by.save(update_fields=["bid"])
    _end(search, ReliefSearch.State.FILLED, shift=shift, at=at, filled_by=taken_by)
    alerts.resolve(assignment_id=absent.id, at=at)


def exhausted_of(*, position: Position, is_late: bool) -> ReliefSearch | None:
    """The oldest that found nobody, with its assignment: of an officer who is late and keeps the place, or of a place
    that is free meanwhile. The caller holds the shift's lock."""
    found = ReliefSearch.objects.filter(position=position, state=ReliefSearch.State.EXHAUSTED)
    if is_late:
        found = found.filter(assignment__state=Assignment.State.CONFIRMED)
    else:
        found = found.exclude(assignment__state__in=Assignment.LIVE_STATES)
    return found.select_related("assignment").order_by("began_at", "id").first()


def fill_by_hand(*, search: ReliefSearch, shift: Shift, taken_by: Assignment, at: datetime) -> None:
    """The desk found somebody where the backups were exhausted. A late officer's place ends as with any relief.

    The caller holds the locks of the shift and both officers.
    """
    _end(search, ReliefSearch.State.FILLED, shift=shift, at=at, filled_by=taken_by)
    alerts.resolve(assignment_id=search.assignment_id, at=at)


def fill_unsought(*, absent: Assignment, shift: Shift, taken_by: Assignment, actor: Actor, at: datetime) -> None:
    """Nobody was looked for, since an agency asks its own officers: kept as a search that began and ended with them, so
    that every board counts the two as one place. The caller holds the locks of the shift and both officers.
    """
    search = ReliefSearch.objects.create(
        shift=shift,
        position_id=absent.position_id,
        assignment=absent,
        began_at=at,
        began_by=actor.label[:200] or actor.kind,
    )
    fill_by_hand(search=search, shift=shift, taken_by=taken_by, at=at)


def end_late(*, late: Assignment, shift: Shift, actor: Actor, at: datetime) -> None:
    """The late officer's place is free from now on; before somebody else has it, in the same transaction."""
    _end_absent(late, shift=shift, actor=actor, at=at)


def is_over(shift: Shift, at: datetime) -> bool:
    """Nobody would be paid for work on it: also a shift that is settled or cancelled before its time ends."""
    ended = (Shift.State.CANCELLED, Shift.State.EXPIRED)
    return shift.ends_at <= at or shift.finished_at is not None or shift.state in ended


def _locked_place(offer: Offer) -> tuple[ReliefSearch, Assignment]:
    search = ReliefSearch.objects.select_for_update().get(offers=offer)
    return search, Assignment.objects.select_for_update(of=("self",)).get(id=search.assignment_id)


def stop_when_not_needed(*, assignment_id: UUID, shift: Shift, at: datetime) -> None:
    """The late officer came: whoever is being asked hears that it is over. The caller holds the shift's lock."""
    search = ReliefSearch.objects.filter(assignment_id=assignment_id, state=_SEEKING).first()
    if search is None or search.assignment.state in _ABSENT:
        return
    for offer in search.offers.filter(state=Offer.State.OPEN).select_for_update():
        held, offer.assignment = offer.assignment, None
        offer.state, offer.answered_at = Offer.State.WITHDRAWN, at
        offer.save(update_fields=["assignment", "state", "answered_at"])
        if held is not None and held.state == Assignment.State.OFFERED:
            held.delete()
    _end(search, ReliefSearch.State.STOPPED, shift=shift, at=at)


def _line(place: ReliefSearch | Assignment, shift: Shift) -> list[UUID]:
    """The original list: backups by their places, then whoever of an offered list was not asked, or did not answer."""
    position = place.position
    backups = position.bids.filter(state=Bid.State.BACKUP).order_by("place", "placed_at")
    line = list(backups.values_list("officer_id", flat=True))
    listed = latest_list(position)
    if listed is not None:
        refused = set(shift.offers.filter(state=Offer.State.REFUSED).values_list("officer_id", flat=True))
        line += [UUID(one) for one in order_of(listed) if UUID(one) not in refused]
    here = set(Assignment.objects.filter(shift=shift).values_list("officer_id", flat=True))
    return [one for one in dict.fromkeys(line) if one not in here]


def _record(
    search: ReliefSearch,
    shift: Shift,
    officer: Officer,
    judgements: dict,
    actor: Actor,
    at: datetime,  # type: ignore[type-arg]
) -> Award:
    """Why this officer is asked, kept as every award is."""
    original = search.position.awards.filter(snapshot__kind__in=("closing", "offer")).order_by("-decided_at").first()
    return store_award(
        award_id=uuid7(),
        kind="relief",
        shift=shift,
        position=search.position,
        policy=policy_at(department_id=shift.governing_department_id, at=shift.starts_at),
        ranking=None,
        judgements={officer.id: judgements[officer.id]},
        refused={},
        bids=[],
        actor=actor,
        at=at,
        background=AwardBackground(original_award_id=str(original.id) if original else None),
    )


def _end_absent(absent: Assignment, *, shift: Shift, actor: Actor, at: datetime) -> None:
    absent.shift = shift
    is_no_show = at >= no_show_from(assignment=absent)[0]
    absent.state = Assignment.State.NO_SHOW if is_no_show else Assignment.State.RELIEVED
    absent.ended_at = at
    absent.ended_reason = "You had not clocked in, and another officer took the place over."
    absent.save(update_fields=["state", "ended_at", "ended_reason"])
    audit.record(
        actor=actor,
        action=f"assignment.{absent.state}",
        subject_kind="assignment",
        subject_id=absent.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": "confirmed"},
        after={"state": str(absent.state)},
        reason=absent.ended_reason,
    )
    outbox.announce(
        name=events.ASSIGNMENT_NO_SHOW if is_no_show else events.ASSIGNMENT_RELEASED,
        payload={"assignment_id": str(absent.id), "shift_id": str(shift.id)},
        tenant_id=shift.governing_department_id,
        at=at,
    )
    restate_shift(shift=shift, actor=actor, at=at)


def _end(
    search: ReliefSearch,
    state: ReliefSearch.State,
    *,
    shift: Shift,
    at: datetime,
    filled_by: Assignment | None = None,
) -> None:
    search.state, search.ended_at, search.filled_by = state, at, filled_by
    search.save(update_fields=["state", "ended_at", "filled_by"])
    outbox.announce(
        name=events.RELIEF_ENDED,
        payload={"relief_search_id": str(search.id)},
        tenant_id=shift.governing_department_id,
        at=at,
    )
