"""A plan into the roster: bulk statements in the caller's one transaction, each change audited and announced."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat, Right

from departments.importing.roster_plan import EntryChange, RosterPlan
from departments.models import Credential, RosterEntry
from departments.roster import refresh_credential_codes, remove_member
from departments.standing import announce_roster_changes
from kernel import audit
from kernel.actors import Actor

_BATCH = 1000
_FIELDS = [
    "badge_number", "employee_number", "given_name", "family_name", "work_email", "rank_code", "seniority_date",
    "rank_since_date", "status", "unit", "supervisor_id", "credential_codes", "version",
]  # fmt: skip
_UNIQUE = ("badge_number", "work_email", "employee_number")


def apply_roster(
    *,
    department_id: UUID,
    plan: RosterPlan,
    remove_missing: bool,
    actor: Actor,
    at: datetime,
    tell: Callable[[int], None],
) -> None:
    """Inside the department's schema and a transaction that holds the members. `tell` hears percents."""
    if remove_missing:
        for index, entry in enumerate(plan.missing):
            remove_member(
                department_id=department_id, entry_id=entry.id, actor=actor, at=at, reason="Not in the imported roster."
            )
            if index % 50 == 0:
                tell(5 + 25 * index // len(plan.missing))
    tell(30)
    added, changed = plan.added, plan.changed
    # Supervisors may be new as well: the lines come first, who leads whom after them.
    leads = {change.entry.id: change.entry.supervisor_id for change in added}
    for change in added:
        change.entry.supervisor_id = None
    _free_unique_values(changed)
    RosterEntry.objects.bulk_create([change.entry for change in added], batch_size=_BATCH)
    for change in added:
        change.entry.supervisor_id = leads[change.entry.id]
    tell(50)
    _replace_credentials([change for change in plan.changes if change.credentials is not None])
    entries = [change.entry for change in plan.changes]
    refresh_credential_codes(entries, on_date=at.date())
    for change in changed:
        change.entry.version += 1
    to_update = [*(change.entry for change in changed), *(one.entry for one in added if _needs_second_pass(one))]
    names = [name.removesuffix("_id") for name in _FIELDS]
    for begin in range(0, len(to_update), _BATCH):
        RosterEntry.objects.bulk_update(to_update[begin : begin + _BATCH], names, batch_size=_BATCH)
        tell(50 + 30 * begin // len(to_update))
    tell(85)
    for action, changes in (("roster.member_added", added), ("roster.member_changed", changed)):
        audit.record_many(
            actor=actor,
            action=action,
            subject_kind="roster_entry",
            changes=[audit.Change(one.entry.id, one.before, one.after) for one in changes],
            tenant_id=department_id,
            at=at,
            reason="Imported.",
        )
    announce_roster_changes(department_id=department_id, entries=[change.entry for change in changed], at=at)
    tell(95)


def _needs_second_pass(change: EntryChange) -> bool:
    return change.entry.supervisor_id is not None or bool(change.credentials)


def _free_unique_values(changed: list[EntryChange]) -> None:
    """Two members may exchange their badges: what changes is parked under the row's own id first."""
    moving = [one.entry.id for one in changed if any(name in one.after for name in _UNIQUE)]
    if moving:
        identity = Cast(F("id"), CharField())
        RosterEntry.objects.filter(id__in=moving).update(
            badge_number=Concat(Value("~"), Right(identity, 19)),
            work_email=Concat(identity, Value("@moving.invalid")),
            employee_number="",
        )


def _replace_credentials(changes: list[EntryChange]) -> None:
    ids = [change.entry.id for change in changes]
    issued = {
        (entry_id, code): issued_date
        for entry_id, code, issued_date in Credential.objects.filter(roster_entry__in=ids).values_list(
            "roster_entry_id", "code", "issued_date"
        )
    }
    Credential.objects.filter(roster_entry__in=ids).delete()
    Credential.objects.bulk_create(
        [
            Credential(
                roster_entry_id=change.entry.id,
                code=code,
                expires_date=until,
                issued_date=_kept(issued.get((change.entry.id, code)), until),
                source="import",
            )
            for change in changes
            for code, until in (change.credentials or {}).items()
        ],
        batch_size=_BATCH,
    )


def _kept(issued: date | None, until: date | None) -> date | None:
    return issued if issued is None or until is None or issued <= until else None
