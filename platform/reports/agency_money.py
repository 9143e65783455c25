"""What an agency owes and is owed, as a workbook and as CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from billing.agencies.money import JobAccount
from reports.workbooks import Column, Sheet, local_moment, write_sheets

_COLUMNS = (
    Column("Reference"), Column("Job", width=32), Column("Client", width=28), Column("Settled", "moment"),
    Column("Currency"), Column("Billed", "money"), Column("Received", "money"), Column("Yours", "money"),
    Column("Department", "money"), Column("Service fee", "money"), Column("Transferred", "money"),
    Column("Still owed to you", "money"), Column("Officers' pay", "money"), Column("Margin before tax", "money"),
)  # fmt: skip
_PAY_COLUMNS = (Column("Officer", width=28), Column("Hours", "hours"), Column("Pay", "money"), Column("Currency"))
# What a spreadsheet would take for a formula.
_RISKY = ("=", "+", "-", "@", "\t", "\r")

PayRow = tuple[str, int, int, str]


def money_workbook(*, accounts: Sequence[JobAccount], pay: Sequence[PayRow], period: str, zone: str) -> bytes:
    """`pay` is (officer's name, payable minutes, cents, currency)."""
    return write_sheets(
        [
            Sheet("Jobs", _COLUMNS, list(_rows(accounts, zone)), (period,)),
            Sheet("Officers' pay", _PAY_COLUMNS, list(pay), (period,)),
        ]
    )


def money_csv(*, accounts: Sequence[JobAccount], zone: str) -> str:
    """The jobs; amounts with a point and two decimals, moments local to the agency."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([column.title for column in _COLUMNS])
    for row in _rows(accounts, zone):
        writer.writerow([_cell(column, value) for column, value in zip(_COLUMNS, row, strict=True)])
    return target.getvalue()


def _rows(accounts: Sequence[JobAccount], zone: str) -> Iterator[tuple[Any, ...]]:
    for one in accounts:
        yield (
            one.reference, one.title, one.client_name, local_moment(one.settled_at, zone), one.currency,
            one.billed_cents, one.received_cents, one.agency_cents, one.department_cents, one.service_fee_cents,
            one.paid_out_cents, one.open_cents, one.pay_cents, one.margin_cents,
        )  # fmt: skip


def _cell(column: Column, value: Any) -> str:
    if column.kind == "money":
        return f"{value / 100:.2f}"
    if column.kind == "moment":
        return f"{value:%Y-%m-%d %H:%M}"
    text = str(value)
    return f"'{text}" if text.startswith(_RISKY) else text
