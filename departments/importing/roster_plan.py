"""A file's members against the present roster: who is new, who changes and how, who is missing. Writes nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from departments.importing.columns import Mistake
from departments.importing.roster_rows import RosterRow
from departments.member_depth import refuse_circles
from departments.models import Credential, RosterEntry
from departments.refusals import CommandRunsInACircle
from kernel.identifiers import uuid7


@dataclass(slots=True)
class EntryChange:
    """One member: `entry` holds the new values, unsaved; `before`/`after` the fields that differ, as text."""

    row: int
    entry: RosterEntry
    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    credentials: dict[str, date | None] | None = None


@dataclass(slots=True)
class RosterPlan:
    """`basis` is a hash of the roster as it was compared: another one at the end means that somebody changed it."""

    changes: list[EntryChange] = field(default_factory=list)
    unchanged: int = 0
    missing: list[RosterEntry] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    basis: str = ""

    @property
    def added(self) -> list[EntryChange]:
        return [one for one in self.changes if one.is_new]

    @property
    def changed(self) -> list[EntryChange]:
        return [one for one in self.changes if not one.is_new]


def plan_roster(*, rows: Sequence[RosterRow], titles: Mapping[str, str], lock: bool = False) -> RosterPlan:
    """Inside the department's schema; two queries. `lock` holds the serving members until the transaction ends."""
    serving = RosterEntry.objects.exclude(status=RosterEntry.Status.LEFT).order_by("id")
    present = list(serving.select_for_update() if lock else serving)
    held: dict[UUID, dict[str, date | None]] = {}
    for entry_id, code, expires in Credential.objects.filter(
        roster_entry__in=[entry.id for entry in present]
    ).values_list("roster_entry_id", "code", "expires_date"):
        held.setdefault(entry_id, {})[code] = expires
    plan = RosterPlan(basis=basis_of(present))
    by_badge = {entry.badge_number: entry for entry in present}
    by_number = {entry.employee_number: entry for entry in present if entry.employee_number}
    found = _match(rows, by_badge, by_number, plan, titles)
    supervisors = {row.badge_number: entry for row, entry in found}
    supervisors = {**by_badge, **supervisors}
    for row, entry in found:
        change = _compare(row, entry, supervisors, held.get(entry.id, {}), plan, titles)
        if change.is_new or change.after:
            plan.changes.append(change)
        else:
            plan.unchanged += 1
    named = {entry.id for _, entry in found}
    plan.missing = sorted(
        (entry for entry in present if entry.id not in named), key=lambda one: (one.family_name, one.given_name)
    )
    _refuse_clashes(found, plan, titles)
    _refuse_circle(found, present, plan, titles)
    return plan


def basis_of(present: Sequence[RosterEntry]) -> str:
    told = "".join(f"{entry.id}:{entry.version};" for entry in present)
    return hashlib.sha256(told.encode()).hexdigest()


def _match(
    rows: Sequence[RosterRow],
    by_badge: Mapping[str, RosterEntry],
    by_number: Mapping[str, RosterEntry],
    plan: RosterPlan,
    titles: Mapping[str, str],
) -> list[tuple[RosterRow, RosterEntry]]:
    """By the employee number when the roster knows it, else by the badge, else somebody new."""
    found: list[tuple[RosterRow, RosterEntry]] = []
    taken: dict[UUID, int] = {}
    for row in rows:
        entry = by_number.get(str(row.values.get("employee_number") or "")) or by_badge.get(row.badge_number)
        if entry is None:
            entry = RosterEntry(id=uuid7(), badge_number=row.badge_number, version=1)
        elif entry.id in taken:
            reason = f"is the same member as row {taken[entry.id]}: one by badge, one by employee number"
            plan.mistakes.append(Mistake(row.row, titles["badge_number"], reason))
            continue
        taken[entry.id] = row.row
        found.append((row, entry))
    return found


def _compare(
    row: RosterRow,
    entry: RosterEntry,
    supervisors: Mapping[str, RosterEntry],
    held: Mapping[str, date | None],
    plan: RosterPlan,
    titles: Mapping[str, str],
) -> EntryChange:
    change = EntryChange(row=row.row, entry=entry, is_new=entry._state.adding, credentials=None)
    for name, value in (("badge_number", row.badge_number), *row.values.items()):
        before = getattr(entry, name)
        if before != value or change.is_new:
            if before != value:
                change.before[name] = _text(before)
            change.after[name] = _text(value)
            setattr(entry, name, value)
    if row.supervisor_badge is not None:
        leader = supervisors.get(row.supervisor_badge) if row.supervisor_badge else None
        if row.supervisor_badge and leader is None:
            plan.mistakes.append(
                Mistake(
                    row.row, titles["supervisor"], f"“{row.supervisor_badge}” is no badge of the file or the roster"
                )
            )
        wanted = leader.id if leader else None
        if entry.supervisor_id != wanted:
            change.before["supervisor"] = str(entry.supervisor_id or "")
            change.after["supervisor"] = row.supervisor_badge
            entry.supervisor_id = wanted
    if row.credentials is not None and row.credentials != held:
        change.before["credentials"] = _credential_words(held)
        change.after["credentials"] = _credential_words(row.credentials)
        change.credentials = row.credentials
    return change


def _refuse_clashes(
    found: Sequence[tuple[RosterRow, RosterEntry]], plan: RosterPlan, titles: Mapping[str, str]
) -> None:
    """A badge, address or number that a member who is not in the file holds."""
    for name in ("badge_number", "work_email", "employee_number"):
        kept = {str(getattr(entry, name)).lower() for entry in plan.missing if getattr(entry, name)}
        for row, entry in found:
            value = str(getattr(entry, name) or "")
            if value and value.lower() in kept:
                reason = f"“{value}” belongs to a serving member who is not in this file"
                plan.mistakes.append(Mistake(row.row, titles.get(name, name), reason))


def _refuse_circle(
    found: Sequence[tuple[RosterRow, RosterEntry]],
    present: Sequence[RosterEntry],
    plan: RosterPlan,
    titles: Mapping[str, str],
) -> None:
    entries = {entry.id: entry for entry in [*present, *(entry for _, entry in found)]}
    try:
        refuse_circles({entry.id: entry.supervisor_id for entry in entries.values()})
    except CommandRunsInACircle as refusal:
        row = next((row.row for row, entry in found if entry.id == refusal.entry_id), found[0][0].row)
        plan.mistakes.append(Mistake(row, titles.get("supervisor", "supervisor"), refusal.message))


def _credential_words(held: Mapping[str, date | None]) -> str:
    return "; ".join(f"{code}:{until.isoformat()}" if until else code for code, until in sorted(held.items()))


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else ("" if value is None else str(value))
