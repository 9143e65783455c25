"""What a department's payroll owes its officers, one row per officer and shift."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from billing.models import PayrollLine
from reports.workbooks import Column, local_moment, write_workbook

_COLUMNS = (
    Column("Settled", "moment", 17),
    Column("Request", width=13),
    Column("Title", width=30),
    Column("Shift start", "moment", 17),
    Column("Badge", width=12),
    Column("Officer", width=26),
    Column("Pay code", width=12),
    Column("Payable hours", "hours", 14),
    Column("Rate an hour", "money", 13),
    Column("Pay", "money", 12),
    Column("Currency", width=10),
)


def write_payroll_list(
    *, lines: Iterable[PayrollLine], names: Mapping[UUID, str], badges: Mapping[UUID, str], zone: str
) -> bytes:
    """An .xlsx. `lines` with settlement, its shift and job selected; names and badges by officer id."""
    return write_workbook(
        sheet_name="Payroll", columns=_COLUMNS, rows=(_row(line, names, badges, zone) for line in lines)
    )


def _row(line: PayrollLine, names: Mapping[UUID, str], badges: Mapping[UUID, str], zone: str) -> list[Any]:
    job = line.settlement.job
    return [
        local_moment(line.settlement.settled_at, zone),
        job.reference,
        job.title,
        local_moment(line.settlement.shift.starts_at, job.time_zone),
        badges.get(line.officer_id, ""),
        names.get(line.officer_id, ""),
        line.pay_code,
        line.payable_minutes,
        line.pay_rate_cents_per_hour,
        line.pay_cents,
        line.currency,
    ]
