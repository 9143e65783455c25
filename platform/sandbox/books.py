"""The stand-in's own double-entry books: what each account holds, in integer minor units.

Accounts: `platform:available`, `platform:pending`, `acct_...:available`, `acct_...:pending`; and the world outside:
`outside:cards` (payers), `outside:bank:<owner>` (bank accounts), `stripe:fees`. Every transaction
sums to zero per currency, so that nothing appears or disappears.
"""

from collections import defaultdict
from typing import Any

from sandbox.store import Store

PLATFORM = "platform"
CARDS = "outside:cards"
FEES = "stripe:fees"


class UnbalancedTransaction(Exception):
    """The legs do not sum to zero: a defect of the stand-in itself."""


class Books:
    def __init__(self, store: Store) -> None:
        self._store = store

    def post(self, *, at: int, kind: str, reference: str, currency: str, legs: dict[str, int]) -> None:
        """Moves money: account -> signed minor units of one currency, summing to zero."""
        if sum(legs.values()) != 0:
            raise UnbalancedTransaction(f"{kind} {reference}: {legs}")
        number = self._store.execute(
            "INSERT INTO journal_transactions (at, kind, reference) VALUES (?, ?, ?)", at, kind, reference
        )
        for account, amount in legs.items():
            if amount == 0:
                continue
            self._store.execute("INSERT INTO journal_entries VALUES (?, ?, ?, ?)", number, account, currency, amount)
            self._store.execute(
                "INSERT INTO balances VALUES (?, ?, ?) ON CONFLICT (account, currency) "
                "DO UPDATE SET amount = amount + excluded.amount",
                account, currency, amount,
            )  # fmt: skip

    def balance(self, account: str, currency: str) -> int:
        rows = self._store.rows("SELECT amount FROM balances WHERE account = ? AND currency = ?", account, currency)
        return int(rows[0]["amount"]) if rows else 0

    def balances_of(self, account: str) -> dict[str, int]:
        rows = self._store.rows("SELECT currency, amount FROM balances WHERE account = ?", account)
        return {row["currency"]: int(row["amount"]) for row in rows}

    def summary(self) -> dict[str, Any]:
        """Totals per account and currency, recomputed from the journal, and whether the kept balances agree."""
        accounts: dict[str, dict[str, int]] = defaultdict(dict)
        trial: dict[str, int] = defaultdict(int)
        for row in self._store.rows(
            "SELECT account, currency, SUM(amount) AS total FROM journal_entries GROUP BY account, currency"
        ):
            accounts[row["account"]][row["currency"]] = row["total"]
            trial[row["currency"]] += row["total"]
        kept = self._store.rows("SELECT account, currency, amount FROM balances")
        agrees = all(accounts[row["account"]].get(row["currency"], 0) == row["amount"] for row in kept)
        turnover: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in self._store.rows(
            "SELECT kind, currency, SUM(amount) AS total FROM journal_entries JOIN journal_transactions "
            "ON number = transaction_number WHERE amount > 0 GROUP BY kind, currency"
        ):
            turnover[row["kind"]][row["currency"]] = row["total"]
        return {
            "accounts": {name: accounts[name] for name in sorted(accounts)},
            "turnover": turnover,
            "trial_balance": trial,
            "balanced": agrees and not any(trial.values()),
        }
