"""A plan into the roster: bulk statements in the caller's one transaction, each change audited and announced."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat, Right

from departments.importing.roster_plan import EntryChange, RosterPlan
from departments.models import Credential, RosterEntry
from departments.roster import remove_member
from departments.standing import announce_roster_changes
from kernel import audit
from kernel.actors import Actor

_BATCH = 1000
_COLUMNS = {
    "badge_number": "text",
    "employee_number": "text",
    "given_name": "text",
    "family_name": "text",
    "work_email": "text",
    "rank_code": "text",
    "seniority_date": "date",
    "rank_since_date": "date",
    "status": "text",
    "unit": "text",
    "supervisor_id": "uuid",
    "credential_codes": "text[]",
    "version": "integer",
}
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
    for change in plan.changes:
        if change.credentials is not None:
            change.entry.credential_codes = sorted(
                code for code, until in change.credentials.items() if until is None or until >= at.date()
            )
    for change in changed:
        change.entry.version += 1
    _free_unique_values(changed)
    # Foreign keys are checked at the end of the transaction, so a supervisor may be a later row of the same file.
    RosterEntry.objects.bulk_create([change.entry for change in added], batch_size=_BATCH)
    tell(50)
    _update([change.entry for change in changed])
    tell(70)
    _replace_credentials([change for change in plan.changes if change.credentials is not None])
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


def _update(entries: list[RosterEntry]) -> None:
    """One joined UPDATE, linear in the rows: Django's own bulk_update compares every row with every other."""
    rows = [{"id": str(entry.id), **{name: _plain(getattr(entry, name)) for name in _COLUMNS}} for entry in entries]
    table = RosterEntry._meta.db_table
    sets = ", ".join(f"{name} = new.{name}" for name in _COLUMNS)
    columns = ", ".join(f"{name} {kind}" for name, kind in {"id": "uuid", **_COLUMNS}.items())
    with connection.cursor() as cursor:
        for begin in range(0, len(rows), _BATCH):
            cursor.execute(
                f"UPDATE {table} AS entry SET {sets} FROM json_to_recordset(%s) AS new({columns}) "
                "WHERE entry.id = new.id",
                [json.dumps(rows[begin : begin + _BATCH])],
            )


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


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
