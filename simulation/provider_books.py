"""What the provider's own database says, read without the provider: objects, whom they were for, and accounts."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

# Kind of object → the name in its metadata under which the product says which row it is, and the amount that moved.
_MADE_FOR = {
    "charge": ("charge_id", "amount_captured"),
    "refund": ("refund_id", "amount"),
    "transfer": ("transfer_id", "amount"),
    "transfer_reversal": ("reversal_id", "amount"),
}
PLATFORM = "platform"


@dataclass(frozen=True)
class Made:
    """One object that moved money. `row_id` is empty when nothing says what it was made for."""

    reference: str
    row_id: str
    job_id: str
    amount: int
    currency: str


@dataclass
class ProviderBooks:
    made: dict[str, list[Made]]
    # (account or world outside, currency) → cents; an account's parts are added up.
    totals: Mapping[tuple[str, str], int]
    disputed_by_job: Mapping[tuple[str, str], int]
    charge_fees: Mapping[str, int]
    trial: Mapping[str, int] = field(default_factory=dict)


def read(file: Path) -> ProviderBooks:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=15)) as database:
        made = {kind: _made(database, kind, *names) for kind, names in _MADE_FOR.items()}
        totals: dict[tuple[str, str], int] = defaultdict(int)
        trial: dict[str, int] = defaultdict(int)
        for account, currency, amount in database.execute(
            "SELECT account, currency, SUM(amount) FROM journal_entries GROUP BY account, currency"
        ):
            totals[account.removesuffix(":available").removesuffix(":pending"), currency.upper()] += amount
            trial[currency.upper()] += amount
        disputed = {
            (job_id or "", currency.upper()): amount
            for job_id, currency, amount in database.execute(
                "SELECT json_extract(c.body, '$.metadata.job_id'), json_extract(b.body, '$.currency'), "
                "SUM(json_extract(b.body, '$.net')) FROM objects b JOIN objects d "
                "ON d.id = json_extract(b.body, '$.source') AND d.kind = 'dispute' "
                "JOIN objects c ON c.id = json_extract(d.body, '$.charge') "
                "WHERE b.kind = 'balance_transaction' GROUP BY 1, 2"
            )
        }
        fees = {
            currency.upper(): amount
            for currency, amount in database.execute(
                "SELECT json_extract(body, '$.currency'), SUM(json_extract(body, '$.fee')) FROM objects "
                "WHERE kind = 'balance_transaction' AND account = 'platform' "
                "AND json_extract(body, '$.type') IN ('charge', 'payment') GROUP BY 1"
            )
        }
    return ProviderBooks(made, totals, disputed, fees, trial)


def _made(database: sqlite3.Connection, kind: str, name: str, amount: str) -> list[Made]:
    rows = database.execute(
        f"SELECT id, json_extract(body, '$.metadata.{name}'), json_extract(body, '$.metadata.job_id'), "
        f"json_extract(body, '$.{amount}'), json_extract(body, '$.currency') FROM objects "
        "WHERE kind = ? AND account = 'platform' AND json_extract(body, '$.status') IS NOT 'failed' ORDER BY sequence",
        [kind],
    )
    return [Made(row[0], row[1] or "", row[2] or "", int(row[3] or 0), str(row[4]).upper()) for row in rows if row[3]]
