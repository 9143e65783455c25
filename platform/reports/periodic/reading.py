"""One report, read in three statements."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import connection

from reports.periodic import statements
from reports.periodic.figures import (
    PUNCTUALITY_BANDS,
    Comparison,
    Day,
    EventTypeRow,
    Figures,
    JobRow,
    Money,
    OfficerRow,
    Report,
    VenueRow,
)
from reports.periodic.periods import Period
from tenants.queries import get_tenant

GRACE_MINUTES = 5
TOP = 10
Row = Mapping[str, Any]
# What JSON writes as text; everything else is a number, a name or a truth.
_WRITTEN: Final[Mapping[str, Callable[[str], Any]]] = {
    "on_date": date.fromisoformat,
    "first_starts_at": datetime.fromisoformat,
    "officer_id": UUID,
    "job_id": UUID,
}
_Value = TypeVar("_Value")


def read(
    *,
    department_id: UUID,
    from_date: date,
    until_date: date,
    period: Period | None = None,
    grace_minutes: int = GRACE_MINUTES,
    officer_limit: int | None = 25,
    officer_offset: int = 0,
    job_limit: int | None = 25,
    job_offset: int = 0,
) -> Report:
    """Shifts under this department that start from `from_date` to before `until_date`, local to the department.

    `period` names a week or month, so that the comparison is with the one before; a limit of None means all rows.
    A clock-in counts as on time up to `grace_minutes` after the start. Raises UnknownTenant.
    """
    department = get_tenant(tenant_id=department_id)
    period = period or Period("range", from_date, until_date)
    before = period.before()
    start, end = period.moments(department.time_zone)
    asked: dict[str, Any] = {
        "department": str(department_id),
        "zone": department.time_zone,
        "first": before.moments(department.time_zone)[0],
        "start": start,
        "end": end,
        "grace": grace_minutes,
        "top": TOP,
        "officer_limit": officer_limit,
        "officer_offset": officer_offset,
        "job_limit": job_limit,
        "job_offset": job_offset,
    }

    def ask(statement: str) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(statement, asked)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    [parts] = ask(statements.OF_THE_WORK)
    work = {part: [_read_back(row) for row in json.loads(rows)] for part, rows in parts.items()}
    by_day = [*ask(statements.SHIFTS_BY_DAY), *work["by_day"]]
    people, grouped = work["people"], work["grouped"]
    money = ask(statements.MONEY_BY_DAY)
    now = [row for row in by_day if row["is_now"]]
    counted = next((row for row in people if row["is_now"]), {"officer_rows": 0})
    states = [row for row in grouped if row["by"] == "state"]
    return Report(
        department_id=department_id,
        period=period,
        zone=department.time_zone,
        grace_minutes=grace_minutes,
        figures=_figures([*by_day, *people], is_now=True),
        money=_summed(Money, money, is_now=True),
        before=Comparison(before, _figures([*by_day, *people], is_now=False), _summed(Money, money, is_now=False)),
        jobs_by_state={row["name"]: row["shifts"] for row in states},
        punctuality=[
            (label, sum(row.get(f"band_{number}", 0) for row in now))
            for number, (label, _) in enumerate(PUNCTUALITY_BANDS)
        ],
        days=_days(period, [*now, *(row for row in money if row["is_now"])]),
        officers=[_made(OfficerRow, row) for row in work["officers"]],
        officer_count=counted["officer_rows"],
        jobs=[_made(JobRow, row) for row in work["jobs"]],
        job_count=sum(row["listed"] for row in states),
        venues=[_made(VenueRow, row) for row in grouped if row["by"] == "venue"],
        event_types=[
            _made(EventTypeRow, {**row, "event_type": row["name"]}) for row in grouped if row["by"] == "event_type"
        ],
    )


def _read_back(row: Row) -> Row:
    return {name: _WRITTEN[name](value) if name in _WRITTEN else value for name, value in row.items()}


def _figures(rows: Sequence[Row], *, is_now: bool) -> Figures:
    renamed = [
        {**row, "positions_asked": row.get("asked", 0), "positions_filled": row.get("filled", 0)} for row in rows
    ]
    found = _summed(Figures, renamed, is_now=is_now)
    unfilled = max(found.positions_asked - found.positions_filled, 0)
    return _made(Figures, {**_as_row(found), "positions_unfilled": unfilled})


def _days(period: Period, rows: Iterable[Row]) -> list[Day]:
    """Every day of the period, also those without a shift."""
    by_date: dict[date, list[Row]] = {}
    for row in rows:
        by_date.setdefault(row["on_date"], []).append(row)
    every = [period.from_date + timedelta(days=number) for number in range(period.days)]
    return [_summed(Day, by_date.get(one, []), on_date=one) for one in every]


def _summed(kind: type[_Value], rows: Iterable[Row], *, is_now: bool | None = None, **fixed: Any) -> _Value:
    """Add up the columns that carry the names of the fields."""
    names = [one.name for one in fields(kind) if one.name not in fixed]  # type: ignore[arg-type]
    wanted = [row for row in rows if is_now is None or row["is_now"] == is_now]
    return kind(**fixed, **{name: sum(int(row.get(name) or 0) for row in wanted) for name in names})


def _made(kind: type[_Value], row: Row) -> _Value:
    return kind(**{one.name: row[one.name] for one in fields(kind)})  # type: ignore[arg-type]


def _as_row(value: Any) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in fields(value)}
