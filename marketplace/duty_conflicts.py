"""Duty that arrives after an award: conflicts open, are decided or resolve by themselves; policy may release.

Opening happens under the officers' locks (`duty_importing`). Releasing needs the shift's lock before the officer's, so
it is a step of its own: the row says when it is due and the scan does it.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from departments import policies
from departments.duty import OfficerDuty, duty_of_officers
from departments.policy.documents import Policy
from departments.refusals import NoPolicyInForce
from kernel import audit, outbox
from kernel.actors import Actor, system
from kernel.errors import NotFound, Refusal
from marketplace import events
from marketplace.assigning import locked_officers, locked_shift
from marketplace.models import Assignment, DutyConflict
from marketplace.refusals import ReasonMissing
from marketplace.refusals_bidding import AssignmentHasBegun
from marketplace.refusals_conflicts import ConflictDecided
from marketplace.releasing import CAN_BE_RELEASED, release_locked
from marketplace.terms import check_text

logger = logging.getLogger(__name__)
RELEASE_WORDS = "You are not available at that time: your department's schedule claims it."
_POLICY = system("duty conflict rule")
# A place that is only offered is nobody's promise yet: accepting it is judged by the schedule as it is then.
_STILL_TO_COME = (Assignment.State.CONFIRMED, Assignment.State.CHECKED_IN)


def review_conflicts(*, department_id: UUID, officer_ids: Collection[UUID], at: datetime) -> int:
    """Compare live details of these officers with the schedule as it is now; answers how many conflicts opened.

    For callers that hold the officers' locks. A constant number of queries. What was kept with a reason is not opened
    again for the same duty. Announces marketplace.duty_conflict_opened.
    """
    assignments = list(
        Assignment.objects.filter(
            officer_id__in=list(officer_ids), state__in=_STILL_TO_COME, period__endswith__gt=at
        ).select_related("shift")
    )
    if not assignments:
        return 0
    duties: dict[UUID, list[OfficerDuty]] = {}
    for duty in duty_of_officers(
        department_id=department_id,
        officer_ids={one.officer_id for one in assignments},
        starts_at=min(one.period.lower for one in assignments),
        ends_at=max(one.period.upper for one in assignments),
    ):
        duties.setdefault(duty.officer_id, []).append(duty)
    policy = _policy(department_id, at)
    known: dict[UUID, list[DutyConflict]] = {}
    for conflict in DutyConflict.objects.filter(assignment__in=assignments).select_for_update().order_by("id"):
        known.setdefault(conflict.assignment_id, []).append(conflict)
    opened: list[DutyConflict] = []
    for assignment in assignments:
        collision = _first_overlap(
            assignment, duties.get(assignment.officer_id, []), policy, known.get(assignment.id, [])
        )
        standing = next((one for one in known.get(assignment.id, []) if one.state == DutyConflict.State.OPEN), None)
        if standing is not None:
            _follow(standing, collision, at)
        elif collision is not None:
            opened.append(_new_conflict(assignment, collision, department_id, policy, at))
    DutyConflict.objects.bulk_create(opened)
    for conflict in opened:
        outbox.announce(
            name=events.DUTY_CONFLICT_OPENED,
            payload={"conflict_id": str(conflict.id)},
            tenant_id=department_id,
            at=at,
        )
    return len(opened)


def keep(*, department_id: UUID, conflict_id: UUID, reason: str, actor: Actor, at: datetime) -> DutyConflict:
    """The home desk lets the officer work the detail all the same. Raises NotFound, ReasonMissing, ConflictDecided."""
    _check_reason(reason)
    with transaction.atomic():
        conflict = _locked(department_id, conflict_id)
        _close(conflict, DutyConflict.State.KEPT, reason=reason.strip(), actor=actor, at=at)
        return conflict


def release(*, department_id: UUID, conflict_id: UUID, reason: str, actor: Actor, at: datetime) -> DutyConflict:
    """The home desk takes its officer off; the next backup follows.

    Raises NotFound, ReasonMissing, ConflictDecided, AssignmentHasBegun.
    """
    _check_reason(reason)
    return _release(department_id, conflict_id, reason=reason.strip(), actor=actor, at=at)


def scan_releases(*, at: datetime) -> int:
    """Release where the policy's hour has come. A conflict that fails is logged and left for the next scan."""
    due = DutyConflict.objects.filter(state=DutyConflict.State.OPEN, release_at__lte=at).order_by("release_at")
    done = 0
    for department_id, conflict_id in list(due.values_list("home_department_id", "id")[:200]):
        try:
            _release(department_id, conflict_id, reason=RELEASE_WORDS, actor=_POLICY, at=at)
            done += 1
        except AssignmentHasBegun:
            DutyConflict.objects.filter(id=conflict_id).update(release_at=None)
        except Refusal as refusal:
            logger.info("Conflict %s is not released: %s", conflict_id, refusal)
        except Exception:
            logger.exception("Conflict %s could not be released; the next scan tries again.", conflict_id)
    return done


def scan_ended(*, at: datetime) -> int:
    """Conflicts of details that ended, were given up or were taken away resolve by themselves. One statement."""
    ended = ~Q(assignment__state__in=_STILL_TO_COME) | Q(assignment__period__endswith__lte=at)
    ids = DutyConflict.objects.filter(ended, state=DutyConflict.State.OPEN).values("id")
    return DutyConflict.objects.filter(id__in=ids, state=DutyConflict.State.OPEN).update(
        state=DutyConflict.State.RESOLVED, closed_at=at, closed_reason="The detail ended."
    )


def _release(department_id: UUID, conflict_id: UUID, *, reason: str, actor: Actor, at: datetime) -> DutyConflict:
    found = _found(department_id, conflict_id)
    with transaction.atomic():
        shift = locked_shift(found.assignment.shift_id)
        locked_officers([found.officer_id])
        assignment = Assignment.objects.select_for_update().get(id=found.assignment_id)
        conflict = _locked(department_id, conflict_id)
        if assignment.state not in CAN_BE_RELEASED:
            raise AssignmentHasBegun(str(assignment.state))
        # The governing desk and the client may read why the officer went: of the schedule only that it claims the time.
        release_locked(
            assignment=assignment,
            shift=shift,
            state=Assignment.State.RELIEVED,
            reason=RELEASE_WORDS,
            actor=actor,
            at=at,
        )
        _close(conflict, DutyConflict.State.RELEASED, reason=reason, actor=actor, at=at)
        return conflict


def _first_overlap(
    assignment: Assignment, duties: list[OfficerDuty], policy: Policy | None, known: list[DutyConflict]
) -> OfficerDuty | None:
    buckets = policy.eligibility.overlap_buckets if policy else ("duty", "overtime", "court")
    kept = {(one.kind, one.duty_starts_at, one.duty_ends_at) for one in known if one.state == DutyConflict.State.KEPT}
    for duty in duties:
        overlaps = duty.starts_at < assignment.period.upper and assignment.period.lower < duty.ends_at
        if overlaps and duty.kind in buckets and (duty.kind, duty.starts_at, duty.ends_at) not in kept:
            return duty
    return None


def _new_conflict(
    assignment: Assignment, duty: OfficerDuty, department_id: UUID, policy: Policy | None, at: datetime
) -> DutyConflict:
    release_at = None
    rule = policy.duty_conflicts if policy else None
    if rule is not None and rule.action == "release" and assignment.state in CAN_BE_RELEASED:
        hours = rule.release_hours_before_start
        release_at = at if hours is None else max(at, assignment.period.lower - timedelta(hours=hours))
    return DutyConflict(
        assignment=assignment,
        officer_id=assignment.officer_id,
        home_department_id=department_id,
        governing_department_id=assignment.shift.governing_department_id,
        kind=duty.kind,
        duty_period_id=duty.period_id,
        duty_starts_at=duty.starts_at,
        duty_ends_at=duty.ends_at,
        release_at=release_at,
        opened_at=at,
    )


def _follow(conflict: DutyConflict, duty: OfficerDuty | None, at: datetime) -> None:
    """The schedule changed under an open conflict: it follows the duty, or resolves when there is none left."""
    if duty is None:
        conflict.state, conflict.closed_at = DutyConflict.State.RESOLVED, at
        conflict.closed_reason = "The duty was withdrawn."
    else:
        conflict.kind, conflict.duty_period_id = duty.kind, duty.period_id
        conflict.duty_starts_at, conflict.duty_ends_at = duty.starts_at, duty.ends_at
    conflict.save()


def _policy(department_id: UUID, at: datetime) -> Policy | None:
    try:
        return policies.policy_at(department_id=department_id, at=at)
    except NoPolicyInForce:
        return None


def _found(department_id: UUID, conflict_id: UUID) -> DutyConflict:
    conflict = (
        DutyConflict.objects.select_related("assignment")
        .filter(id=conflict_id, home_department_id=department_id)
        .first()
    )
    if conflict is None:
        raise NotFound("There is no such conflict of yours.")
    return conflict


def _locked(department_id: UUID, conflict_id: UUID) -> DutyConflict:
    _found(department_id, conflict_id)
    conflict = DutyConflict.objects.select_for_update().get(id=conflict_id)
    if conflict.state != DutyConflict.State.OPEN:
        raise ConflictDecided(str(conflict.state))
    return conflict


def _close(conflict: DutyConflict, state: DutyConflict.State, *, reason: str, actor: Actor, at: datetime) -> None:
    conflict.state, conflict.closed_at, conflict.closed_reason = state, at, reason
    conflict.closed_by_person_id = actor.person_id
    conflict.save(update_fields=["state", "closed_at", "closed_reason", "closed_by_person_id"])
    audit.record(
        actor=actor,
        action=f"duty_conflict.{state.value}",
        subject_kind="duty_conflict",
        subject_id=conflict.id,
        tenant_id=conflict.home_department_id,
        at=at,
        before={"state": "open"},
        after={"state": state.value, "assignment_id": str(conflict.assignment_id)},
        reason=reason,
    )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing("Give a reason: it stays with the conflict.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
