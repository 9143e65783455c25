"""Work for other employers: declared by the officer, let by the department, and counted hour by hour.

Declared hours count towards the limits as `other_employer` whether or not somebody approved the employment.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from departments.access import department, inside, inside_of
from departments.deciding import checked_reason, checked_text, deciding_role, require_decider
from departments.models import RosterEntry, SecondaryEmployment
from departments.policies import read_policies_in_force
from departments.policy.secondary_employment import SecondaryEmploymentRules
from departments.refusals import NoPolicyInForce, RosterEntryNotFound
from departments.refusals_oversight import AlreadyDecided, EmploymentNotFound
from departments.roster import locked_entry
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import InvalidInput

DECLARED = "departments.employment_declared"
DECIDED = "departments.employment_decided"
WEEK_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Employment:
    """`is_permitted` says whether it stands on the day of reading; `until_date`s are last days."""

    employment_id: UUID
    department_id: UUID
    entry_id: UUID
    officer_id: UUID | None
    officer_name: str
    badge_number: str
    employer: str
    kind_of_work: str
    weekly_minutes: int
    from_date: date
    until_date: date | None
    state: str
    deciding_role: str
    approved_until_date: date | None
    conditions: str
    declared_by_person_id: UUID | None
    declared_at: datetime
    decided_by: str
    decided_role: str
    decided_at: datetime | None
    decision_reason: str
    ended_at: datetime | None
    ended_reason: str

    @property
    def needs_approval(self) -> bool:
        return self.deciding_role != ""

    def is_permitted(self, on_date: date) -> bool:
        """Nothing speaks against working there on that day: declared where that is enough, approved where it is not."""
        if self.state == "ended" or not self.from_date <= on_date <= (self.until_date or on_date):
            return False
        if not self.needs_approval:
            return self.state in ("declared", "approved")
        return self.state == "approved" and on_date <= (self.approved_until_date or on_date)


def employment_rules(*, department_id: UUID, at: datetime) -> SecondaryEmploymentRules:
    """What the policy in force asks for; nothing while there is none."""
    home = department(department_id=department_id)
    on_date = at.astimezone(ZoneInfo(home.time_zone)).date()
    with inside_of(home):
        return _rules(on_date)


def declare_employment(
    *,
    department_id: UUID,
    officer_id: UUID,
    employer: str,
    kind_of_work: str,
    weekly_minutes: int,
    from_date: date,
    until_date: date | None,
    actor: Actor,
    at: datetime,
) -> Employment:
    """Announces departments.employment_declared when somebody has to approve it.

    Raises RosterEntryNotFound, AlreadyLeft, InvalidInput.
    """
    employer = checked_text(employer, sentence="Say who the employer is.", field="employer", longest=160)
    kind = checked_text(kind_of_work, sentence="Say what the work is.", field="kind_of_work", longest=160)
    if not 0 < weekly_minutes <= WEEK_MINUTES:
        raise InvalidInput("A week has 168 hours. Enter what a usual week comes to.", field="weekly_hours")
    if until_date is not None and until_date < from_date:
        raise InvalidInput("The last day is not before the first.", field="until_date")
    home = department(department_id=department_id)
    on_date = at.astimezone(ZoneInfo(home.time_zone)).date()
    with transaction.atomic(), inside_of(home):
        entry_id = RosterEntry.objects.filter(officer_id=officer_id).values_list("id", flat=True).first()
        if entry_id is None:
            raise RosterEntryNotFound()
        row = SecondaryEmployment.objects.create(
            roster_entry=locked_entry(entry_id),
            employer=employer,
            kind_of_work=kind,
            weekly_minutes=weekly_minutes,
            from_date=from_date,
            until_date=until_date,
            approval_role=_rules(on_date).approval_role,
            declared_by_person_id=actor.person_id,
            declared_at=at,
        )
        _record("declared", row, department_id, actor, at, before="", reason="")
        if row.approval_role:
            _announce(DECLARED, row, department_id, at)
        return describe(department_id, row)


def decide_employment(
    *,
    department_id: UUID,
    employment_id: UUID,
    approve: bool,
    reason: str,
    conditions: str = "",
    approved_until_date: date | None = None,
    roles: Collection[str],
    beneficiary_person_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Employment:
    """Without a last day, the policy's own `approval_lasts_days` counts from today. Announces employment_decided.

    Raises EmploymentNotFound, AlreadyDecided, DeciderMissing, OwnRequest, ReasonNeeded, InvalidInput.
    """
    home = department(department_id=department_id)
    on_date = at.astimezone(ZoneInfo(home.time_zone)).date()
    with transaction.atomic(), inside_of(home):
        row = locked_employment(employment_id)
        if row.state != SecondaryEmployment.State.DECLARED:
            raise AlreadyDecided(str(row.state), row.decided_at)
        row.decided_role = require_decider(
            approval_role=row.approval_role,
            roles=roles,
            asked_by=[row.declared_by_person_id, beneficiary_person_id],
            actor=actor,
        )
        row.decision_reason = checked_reason(reason)
        if conditions.strip():
            row.conditions = checked_text(conditions, sentence="", field="conditions", longest=2000)
        if approve:
            row.approved_until_date = _last_day(approved_until_date, _rules(on_date), on_date)
        row.state = SecondaryEmployment.State.APPROVED if approve else SecondaryEmployment.State.REFUSED
        row.decided_by_person_id, row.decided_by, row.decided_at = actor.person_id, actor.label[:200], at
        row.save()
        _record("decided", row, department_id, actor, at, before="declared", reason=row.decision_reason)
        _announce(DECIDED, row, department_id, at)
        return describe(department_id, row)


def end_employment(
    *,
    department_id: UUID,
    employment_id: UUID,
    reason: str = "",
    officer_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Employment:
    """The officer stopped working there, or the department takes its approval back. With `officer_id`: only their own.

    Hours that were declared stay. Raises EmploymentNotFound, AlreadyDecided.
    """
    with transaction.atomic(), inside(department_id=department_id):
        row = locked_employment(employment_id, officer_id=officer_id)
        before = str(row.state)
        if row.state == SecondaryEmployment.State.ENDED:
            raise AlreadyDecided("ended", row.ended_at)
        row.state = SecondaryEmployment.State.ENDED
        row.ended_at, row.ended_reason = at, reason.strip()[:2000]
        row.save(update_fields=["state", "ended_at", "ended_reason"])
        _record("ended", row, department_id, actor, at, before=before, reason=row.ended_reason)
        return describe(department_id, row)


def locked_employment(employment_id: UUID, *, officer_id: UUID | None = None) -> SecondaryEmployment:
    """Inside the department's schema. With `officer_id` another's answers as one that never was."""
    rows = SecondaryEmployment.objects.select_for_update(of=("self",)).select_related("roster_entry")
    if officer_id is not None:
        rows = rows.filter(roster_entry__officer_id=officer_id)
    row = rows.filter(id=employment_id).first()
    if row is None:
        raise EmploymentNotFound()
    return row


def describe(department_id: UUID, row: SecondaryEmployment) -> Employment:
    entry = row.roster_entry
    return Employment(
        employment_id=row.id,
        department_id=department_id,
        entry_id=entry.id,
        officer_id=entry.officer_id,
        officer_name=entry.full_name,
        badge_number=entry.badge_number,
        state=str(row.state),
        deciding_role=deciding_role(row.approval_role) if row.approval_role else "",
        **{name: getattr(row, name) for name in _COPIED},
    )


_COPIED = (
    "employer", "kind_of_work", "weekly_minutes", "from_date", "until_date", "approved_until_date", "conditions",
    "declared_by_person_id", "declared_at", "decided_by", "decided_role", "decided_at", "decision_reason", "ended_at",
    "ended_reason",
)  # fmt: skip


def _last_day(wanted: date | None, rules: SecondaryEmploymentRules, on_date: date) -> date | None:
    lasts = rules.approval_lasts_days
    longest = None if lasts is None else on_date + timedelta(days=lasts)
    if wanted is None:
        return longest
    if wanted < on_date:
        raise InvalidInput("The last day lies in the past.", field="approved_until_date")
    if longest is not None and wanted > longest:
        raise InvalidInput(
            f"The policy lets an approval last {lasts} days: at most until {longest:%d %B %Y}.",
            field="approved_until_date",
            approval_lasts_days=lasts,
        )
    return wanted


def _rules(on_date: date) -> SecondaryEmploymentRules:
    try:
        return read_policies_in_force(on_dates=[on_date])[on_date].secondary_employment
    except NoPolicyInForce:
        return SecondaryEmploymentRules()


def _record(
    verb: str, row: SecondaryEmployment, department_id: UUID, actor: Actor, at: datetime, *, before: str, reason: str
) -> None:
    audit.record(
        actor=actor,
        action=f"secondary_employment.{verb}",
        subject_kind="secondary_employment",
        subject_id=row.id,
        tenant_id=department_id,
        at=at,
        before={"state": before} if before else {},
        after={"state": str(row.state), "entry_id": str(row.roster_entry_id)},
        reason=reason,
    )


def _announce(name: str, row: SecondaryEmployment, department_id: UUID, at: datetime) -> None:
    payload = {"department_id": str(department_id), "employment_id": str(row.id)}
    outbox.announce(name=name, payload=payload, tenant_id=department_id, at=at)
