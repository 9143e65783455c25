"""Taking an officer off a shift before it begins: by the coordinator's decision, or because they left the roster."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from kernel import audit, outbox
from kernel.actors import Actor, system
from kernel.subscriptions import Event
from marketplace import access, events, relief_search
from marketplace.answering import continue_offers
from marketplace.assigning import announce_if_short, locked_officers, locked_shift, restate_shift
from marketplace.models import Assignment, Job, Offer, Position, Shift
from marketplace.refusals import ReasonMissing
from marketplace.refusals_bidding import AssignmentHasBegun
from marketplace.service_levels import levels_at
from marketplace.short_notice import promote_backups
from marketplace.terms import check_text

_VACANCY = system("vacancy")
CAN_BE_RELEASED = (Assignment.State.OFFERED, Assignment.State.CONFIRMED)


def call_off(*, assignment_id: UUID, department_id: UUID, reason: str, actor: Actor, at: datetime) -> Assignment:
    """The governing department's coordinator takes an officer off, who fell ill for instance. The next backup follows.

    Announces marketplace.assignment_released {assignment_id} and marketplace.shift_vacated.
    Raises NotFound, ReasonMissing, TextTooLong, TextUnreadable, AssignmentHasBegun.
    """
    found = access.assignment_for_department(department_id=department_id, assignment_id=assignment_id)
    return release_before_begin(assignment=found, reason=reason, actor=actor, at=at)


def release_before_begin(*, assignment: Assignment, reason: str, actor: Actor, at: datetime) -> Assignment:
    """Somebody who may takes the officer off, with a reason for them. Raises what `call_off` does."""
    if not reason.strip():
        raise ReasonMissing("Give a reason: the officer will read it.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    with transaction.atomic():
        shift = locked_shift(assignment.shift_id)
        locked_officers([assignment.officer_id])
        locked = Assignment.objects.select_for_update(of=("self",)).get(id=assignment.id)
        if locked.state not in CAN_BE_RELEASED:
            raise AssignmentHasBegun(str(locked.state))
        release_locked(
            assignment=locked,
            shift=shift,
            state=Assignment.State.CALLED_OFF,
            reason=reason.strip(),
            actor=actor,
            at=at,
        )
    return locked


def release_locked(
    *,
    assignment: Assignment,
    shift: Shift,
    state: Assignment.State,
    reason: str,
    actor: Actor,
    at: datetime,
    by_officer: bool = False,
) -> None:
    """The move itself, for callers that hold the locks of the shift and the officer.

    Announces marketplace.assignment_given_up when the officer decided it, else marketplace.assignment_released.
    """
    if assignment.state == Assignment.State.OFFERED:
        Offer.objects.filter(assignment=assignment, state=Offer.State.OPEN).update(
            state=Offer.State.WITHDRAWN, answered_at=at
        )
    before, assignment.state = assignment.state, state
    assignment.ended_at = at
    assignment.ended_reason = reason
    assignment.save(update_fields=["state", "ended_at", "ended_reason"])
    audit.record(
        actor=actor,
        action=f"assignment.{state.value}",
        subject_kind="assignment",
        subject_id=assignment.id,
        tenant_id=shift.governing_department_id,
        at=at,
        before={"state": str(before)},
        after={"state": state.value},
        reason=reason,
    )
    restate_shift(shift=shift, actor=actor, at=at)
    ids = {"shift_id": str(shift.id), "assignment_id": str(assignment.id)}
    name = events.ASSIGNMENT_GIVEN_UP if by_officer else events.ASSIGNMENT_RELEASED
    outbox.announce(name=name, payload=ids, tenant_id=shift.governing_department_id, at=at)
    outbox.announce(
        name=events.SHIFT_VACATED,
        payload={**ids, "position_id": str(assignment.position_id)},
        tenant_id=shift.governing_department_id,
        at=at,
    )


def on_shift_vacated(*, event: Event, at: datetime) -> None:
    """Handler of marketplace.shift_vacated: the next backup gets the place, or the next of the list is asked; otherwise
    it is first come.

    A transaction of its own, so that nobody waits for another officer's lock while holding the leaver's.
    """
    with transaction.atomic():
        shift = locked_shift(UUID(event.payload["shift_id"]))
        if _goes_on_asking(event, shift=shift, at=at) or shift.state == Shift.State.CANCELLED:
            return
        position = Position.objects.get(id=event.payload["position_id"])
        if _asks_for_relief(event, shift=shift, at=at):
            return
        promote_backups(shift=shift, position=position, actor=_VACANCY, at=at)
        # While places are offered somebody is being asked, or will be: that is not short of officers yet.
        offered = continue_offers(shift=shift, actor=_VACANCY, at=at)
        if shift.starts_at > at and not offered:
            announce_if_short(shift=shift, at=at)


def _goes_on_asking(event: Event, *, shift: Shift, at: datetime) -> bool:
    """Whoever went was only being asked for another's place: that search goes on, and nobody looks for relief of them.

    Not for one who had accepted: that place was their own.
    """
    asked = Offer.objects.filter(
        assignment_id=event.payload["assignment_id"], state=Offer.State.WITHDRAWN, relief_search__isnull=False
    )
    offer = asked.select_related("relief_search__position", "relief_search__assignment").first()
    if offer is None or offer.relief_search is None:
        return False
    levels = levels_at(department_id=shift.governing_department_id, at=shift.starts_at)
    relief_search.ask_following(search=offer.relief_search, shift=shift, levels=levels, actor=_VACANCY, at=at)
    return True


def _asks_for_relief(event: Event, *, shift: Shift, at: datetime) -> bool:
    """So near the start, or after it, nobody is committed without being asked. An agency's desk asks for itself."""
    levels = levels_at(department_id=shift.governing_department_id, at=shift.starts_at)
    if (
        shift.job.route == Job.Route.AGENCY
        or not shift.starts_at - timedelta(minutes=levels.relief_notice_minutes) < at < shift.ends_at
    ):
        return False
    assignment = Assignment.objects.select_related("position").get(id=event.payload["assignment_id"])
    assignment.shift = shift
    if at < shift.starts_at and not relief_search.has_line(assignment=assignment, shift=shift):
        return False
    relief_search.begin_locked(assignment=assignment, shift=shift, levels=levels, actor=_VACANCY, at=at)
    return True
