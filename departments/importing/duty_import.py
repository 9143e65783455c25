"""A duty schedule from a file or from another system, into the roster. The marketplace calls it with the officers
locked, so that no award can slip between the schedule and the search for conflicts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from departments.access import department, inside, inside_of
from departments.importing.calendars import is_calendar, read_calendar
from departments.importing.columns import DUTY_FIELDS, Mistake, missing_fields
from departments.importing.duty_rows import DutyRow, overlap_mistakes, read_duty_rows
from departments.importing.runs import (
    OPEN_STATES,
    SHOWN,
    ImportState,
    describe_run,
    keep_preview,
    locked_run,
    store_table,
)
from departments.importing.tables import read_table
from departments.models import DutyPeriod, ImportRun, RosterEntry
from departments.refusals import ScheduleRefused
from departments.standing import announce_roster_changes
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class DutyImported:
    """`officer_ids`: those who have joined and whose schedule changed."""

    added: int
    removed: int
    unchanged: int
    officer_ids: tuple[UUID, ...]


@dataclass(slots=True)
class _Plan:
    to_add: list[DutyPeriod]
    to_remove: list[DutyPeriod]
    unchanged: int
    entries: dict[UUID, RosterEntry]


def upload_duty(*, department_id: UUID, file_name: str, content: bytes, actor: Actor, at: datetime) -> ImportState:
    """A spreadsheet, text or iCalendar file. Raises FileRefused."""
    table = read_calendar(content=content) if is_calendar(content) else read_table(name=file_name, content=content)
    return store_table(
        department_id=department_id, kind="duty", file_name=file_name, content=content, table=table, actor=actor, at=at
    )


def preview_duty(*, department_id: UUID, run_id: UUID) -> ImportState:
    """What the file would add and take away. Raises ImportNotFound, ImportHasMoved, InvalidInput."""
    home = department(department_id=department_id)
    with transaction.atomic(), inside_of(home):
        run = locked_run(run_id, OPEN_STATES)
        rows, mistakes = read_run(run, ZoneInfo(home.time_zone))
        plan, more = _plan(rows, source="import", window=window_of(rows), named=(), column=_who_title(run))
        mistakes = sorted([*mistakes, *more], key=lambda one: (one.row, one.column))
        names = {entry.id: entry.full_name for entry in plan.entries.values()}
        shown = {
            name: [
                {"name": names[one.roster_entry_id], "kind": str(one.kind), "starts_at": one.starts_at.isoformat(),
                 "ends_at": one.ends_at.isoformat()}
                for one in periods[:SHOWN]
            ]
            for name, periods in (("added", plan.to_add), ("missing", plan.to_remove))
        }  # fmt: skip
        counts = {
            "rows": len(run.table["rows"]), "added": len(plan.to_add), "removed": len(plan.to_remove),
            "unchanged": plan.unchanged, "officers": len(plan.entries),
        }  # fmt: skip
        keep_preview(run, plan=shown, counts=counts, mistakes=mistakes, basis="")
        return describe_run(run)


def read_run(run: ImportRun, zone: ZoneInfo) -> tuple[list[DutyRow], list[Mistake]]:
    missing = missing_fields(run.mapping, DUTY_FIELDS)
    if missing:
        raise InvalidInput(f"Choose the column for: {', '.join(one.label for one in missing)}.", field=missing[0].name)
    return read_duty_rows(
        header=run.table["header"], rows=run.table["rows"], mapping=run.mapping, fields=DUTY_FIELDS, zone=zone
    )


def rows_of_run(*, department_id: UUID, run_id: UUID) -> list[DutyRow]:
    """Of a run that is being applied. Raises ImportNotFound, ImportHasMoved, ScheduleRefused."""
    home = department(department_id=department_id)
    with transaction.atomic(), inside_of(home):
        rows, mistakes = read_run(locked_run(run_id, (ImportRun.State.APPLYING,)), ZoneInfo(home.time_zone))
    if mistakes:
        raise ScheduleRefused([one.as_json() for one in mistakes])
    return rows


def finish_run(
    *, department_id: UUID, run_id: UUID, done: DutyImported | None, message: str, conflicts: int, at: datetime
) -> None:
    """In the transaction of the import itself. `done` None: refused."""
    with transaction.atomic(), inside(department_id=department_id):
        run = locked_run(run_id, (ImportRun.State.APPLYING,))
        run.state = ImportRun.State.APPLIED if done else ImportRun.State.REFUSED
        run.message, run.percent, run.finished_at = message, 100, at
        run.counts = {**run.counts, "conflicts": conflicts}
        run.save(update_fields=["state", "message", "percent", "finished_at", "counts"])


def officers_named(*, department_id: UUID, whos: Collection[str]) -> list[UUID]:
    """The joined among them, for the lock that the marketplace takes first."""
    with inside(department_id=department_id):
        found = _entries(whos).exclude(officer_id=None).order_by("officer_id")
        return [officer_id for officer_id in found.values_list("officer_id", flat=True) if officer_id]


def import_duty(
    *,
    department_id: UUID,
    source: str,
    rows: Sequence[DutyRow],
    window: Window | None = None,
    named: Collection[str] = (),
    actor: Actor,
    at: datetime,
) -> DutyImported:
    """Replace what `source` said before of the members in `rows` and `named` for the time of `window` (of the rows,
    when none is given). All or nothing; the same again changes nothing.

    Raises ScheduleRefused with {row, column, reason} of every row that cannot be taken.
    """
    with transaction.atomic(), inside(department_id=department_id):
        plan, mistakes = _plan(rows, source=source, window=window or window_of(rows), named=named, column="officer")
        if mistakes:
            raise ScheduleRefused([one.as_json() for one in mistakes])
        DutyPeriod.objects.filter(id__in=[one.id for one in plan.to_remove]).delete()
        DutyPeriod.objects.bulk_create(plan.to_add, batch_size=1000)
        touched = {one.roster_entry_id for one in (*plan.to_add, *plan.to_remove)}
        entries = [entry for entry in plan.entries.values() if entry.id in touched]
        for entry in entries:
            entry.version += 1
        # They are locked: what the statement adds is what was added here.
        RosterEntry.objects.filter(id__in=list(touched)).update(version=F("version") + 1)
        audit.record_many(
            actor=actor,
            action="duty.imported",
            subject_kind="roster_entry",
            changes=[audit.Change(entry.id, after={"source": source}) for entry in entries],
            tenant_id=department_id,
            at=at,
        )
        announce_roster_changes(department_id=department_id, entries=entries, at=at)
        return DutyImported(
            added=len(plan.to_add),
            removed=len(plan.to_remove),
            unchanged=plan.unchanged,
            officer_ids=tuple(sorted(entry.officer_id for entry in entries if entry.officer_id)),
        )


def window_of(rows: Sequence[DutyRow]) -> Window | None:
    if not rows:
        return None
    return min(row.starts_at for row in rows), max(row.ends_at for row in rows)


def _entries(whos: Collection[str]) -> Any:
    addresses = [who.lower() for who in whos if "@" in who]
    return RosterEntry.objects.exclude(status=RosterEntry.Status.LEFT).filter(
        Q(badge_number__in=list(whos)) | Q(work_email__in=addresses)
    )


def _plan(
    rows: Sequence[DutyRow], *, source: str, window: Window | None, named: Collection[str], column: str
) -> tuple[_Plan, list[Mistake]]:
    """Inside the department's schema; two queries."""
    whos = {*(row.who for row in rows), *named}
    entries = {entry.id: entry for entry in _entries(whos).select_for_update().order_by("id")}
    known: dict[str, RosterEntry] = {}
    for entry in entries.values():
        known[entry.badge_number] = known[entry.work_email.lower()] = entry
    mistakes = [
        Mistake(row.row, column, f"“{row.who[:60]}” is no badge or work address of a serving member")
        for row in rows
        if _known(known, row.who) is None
    ]
    mistakes += [
        Mistake(0, column, f"“{who[:60]}” is no badge or work address of a serving member")
        for who in named
        if _known(known, who) is None
    ]
    mistakes += [Mistake(row.row, "end", "is not after the start") for row in rows if row.ends_at <= row.starts_at]
    mistakes += overlap_mistakes(
        [replace(row, who=entry.badge_number) for row in rows if (entry := _known(known, row.who)) is not None],
        column=column,
    )
    if window is None:
        return _Plan([], [], 0, entries), mistakes
    starts, ends = window
    mistakes += [
        Mistake(row.row, "start", "is outside of the time that this schedule replaces")
        for row in rows
        if not starts <= row.starts_at < ends
    ]
    before = list(
        DutyPeriod.objects.filter(
            roster_entry__in=list(entries), source=source, starts_at__lt=ends, ends_at__gt=starts
        ).order_by("starts_at")
    )
    stays = [one for one in before if one.starts_at < starts]
    replaced = {
        _key(one.roster_entry_id, one.kind, one.starts_at, one.ends_at, one.external_id): one
        for one in before
        if one.starts_at >= starts
    }
    to_add: list[DutyPeriod] = []
    unchanged = 0
    for row in rows:
        entry = _known(known, row.who)
        if entry is None:
            continue
        key = _key(entry.id, row.kind, row.starts_at, row.ends_at, row.external_id)
        if replaced.pop(key, None) is not None:
            unchanged += 1
            continue
        if any(_clash(one, entry, row) for one in stays):
            mistakes.append(Mistake(row.row, column, f"overlaps {row.kind} that began before this schedule"))
        to_add.append(
            DutyPeriod(
                roster_entry=entry, kind=row.kind, starts_at=row.starts_at, ends_at=row.ends_at, source=source,
                external_id=row.external_id,
            )
        )  # fmt: skip
    return _Plan(to_add, list(replaced.values()), unchanged, entries), mistakes


def _clash(period: DutyPeriod, entry: RosterEntry, row: DutyRow) -> bool:
    return period.roster_entry_id == entry.id and period.kind == row.kind and period.ends_at > row.starts_at


def _known(known: Mapping[str, RosterEntry], who: str) -> RosterEntry | None:
    return known.get(who) or known.get(who.lower())


def _key(*parts: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in parts)


def _who_title(run: ImportRun) -> str:
    header: list[str] = run.table["header"]
    return header[run.mapping["badge_number"]]
