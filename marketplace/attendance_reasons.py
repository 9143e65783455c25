"""Why an officer came late, left early or did not punch: one of a few codes, by the officer or by the desk.

A timesheet that is out of the ordinary carries them. A second word does not replace the first: both are kept, and the
newest counts.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import audit
from kernel.actors import Actor
from marketplace.access import assignment_for_department, assignment_for_officer
from marketplace.models import Assignment, AttendanceReason, Officer
from marketplace.refusals_service_levels import NothingToExplain, ReasonCodeUnknown
from marketplace.service_levels import levels_at
from marketplace.site_status import facts_of, site_status

# What a code may be about: kinds of `irregularities.KINDS` that come from punches.
KINDS = ("late", "left_early", "no_show", "missing_out", "hand_entered", "overrun")
_BY_OFFICER = ("late", "left_early")


def give_by_officer(
    *, officer: Officer, assignment_id: UUID, kind: str, code: str, actor: Actor, at: datetime
) -> AttendanceReason:
    """Raises NotYourShift, ReasonCodeUnknown, NothingToExplain."""
    assignment = assignment_for_officer(officer=officer, assignment_id=assignment_id)
    if kind not in asked_of_officer(assignment=assignment, at=at):
        raise NothingToExplain()
    return _write(assignment, kind, code, AttendanceReason.Side.OFFICER, actor, at)


def give_by_desk(
    *, department_id: UUID, assignment_id: UUID, kind: str, code: str, actor: Actor, at: datetime
) -> AttendanceReason:
    """Raises NotFound, NothingToExplain, ReasonCodeUnknown."""
    assignment = assignment_for_department(department_id=department_id, assignment_id=assignment_id)
    if kind not in KINDS:
        raise NothingToExplain()
    return _write(assignment, kind, code, AttendanceReason.Side.DESK, actor, at)


def asked_of_officer(*, assignment: Assignment, at: datetime) -> list[str]:
    """What the officer could explain now: coming late, leaving early. Empty when all was in time.

    `assignment` comes from `access.assignment_for_officer`.
    """
    shift = assignment.shift
    facts = facts_of(assignment)
    levels = levels_at(department_id=shift.governing_department_id, at=shift.starts_at)
    found = []
    now = site_status(facts=facts, levels=levels, at=at)
    if now.came_late_minutes or now.status == "late" or (now.status == "no_show" and facts.state == "confirmed"):
        found.append("late")
    if now.status == "left_early":
        found.append("left_early")
    return found


def newest(rows: Iterable[AttendanceReason], *, kind: str) -> AttendanceReason | None:
    """Of rows in the order of giving."""
    return next((row for row in reversed(list(rows)) if row.kind == kind), None)


def _write(
    assignment: Assignment, kind: str, code: str, side: AttendanceReason.Side, actor: Actor, at: datetime
) -> AttendanceReason:
    if code not in AttendanceReason.Code.values:
        raise ReasonCodeUnknown()
    latest = AttendanceReason.objects.filter(assignment=assignment, kind=kind).order_by("-given_at", "-id").first()
    if latest is not None and (latest.code, latest.side, latest.given_by_person_id) == (code, side, actor.person_id):
        # The same word sent twice is one.
        return latest
    with transaction.atomic():
        row = AttendanceReason.objects.create(
            assignment=assignment,
            kind=kind,
            code=code,
            side=side,
            given_by_person_id=actor.person_id,
            given_by=actor.label[:200],
            given_at=at,
        )
        audit.record(
            actor=actor,
            action="assignment.reason_given",
            subject_kind="assignment",
            subject_id=assignment.id,
            tenant_id=assignment.shift.governing_department_id,
            at=at,
            after={"kind": kind, "code": code, "side": str(side)},
        )
    return row
