"""Does the ledger hold what its rules say? Rebuilt from the entries alone, believing no stored balance or version.

Batch by batch: neither the books' size nor that of one account matters to memory. What is between two batches is JSON
(`start`, `step`), so that a nightly check that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from billing.books import verification_statements as statements

BATCH = 20_000
EXAMPLES = 5
_FIRST = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule, how many rows break it, and the first few of them."""

    rule: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    accounts: int
    transactions: int
    entries: int
    problems: tuple[Problem, ...]

    @property
    def differences(self) -> int:
        return sum(problem.count for problem in self.problems)


def verify(*, batch: int = BATCH) -> list[Problem]:
    """Every rule that does not hold; an empty list is a ledger in order."""
    return list(verify_all(batch=batch).problems)


def verify_all(*, batch: int = BATCH) -> Verdict:
    progress = start()
    while not is_done(progress):
        progress = step(progress, batch=batch)
    return verdict(progress)


def start() -> dict[str, Any]:
    return {"stage": "transactions", "after": _FIRST, "accounts": 0, "transactions": 0, "entries": 0, "problems": {}}


def is_done(progress: dict[str, Any]) -> bool:
    return bool(progress["stage"] == "done")


def verdict(progress: dict[str, Any]) -> Verdict:
    return Verdict(
        accounts=progress["accounts"],
        transactions=progress["transactions"],
        entries=progress["entries"],
        problems=tuple(
            Problem(rule, found["count"], tuple(found["examples"])) for rule, found in progress["problems"].items()
        ),
    )


def step(progress: dict[str, Any], *, batch: int = BATCH) -> dict[str, Any]:
    """Look at the next batch; returns the progress after it, as JSON."""
    if progress["stage"] == "transactions":
        return _transactions(progress, batch)
    return _entries(progress, batch)


def _transactions(progress: dict[str, Any], batch: int) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(statements.END_OF_TRANSACTIONS, {"after": progress["after"], "batch": batch})
        count, last = cursor.fetchone()
        if not count:
            return {**progress, "stage": "entries", "after": [_FIRST, 0], "carried": None}
        cursor.execute(statements.BROKEN_TRANSACTIONS, {"after": progress["after"], "last": last, "few": EXAMPLES})
        problems = _added(progress["problems"], cursor.fetchall())
    return {
        **progress,
        "after": str(last),
        "transactions": progress["transactions"] + count,
        "problems": problems,
    }


def _entries(progress: dict[str, Any], batch: int) -> dict[str, Any]:
    """`carried`: the account that the last batch ended in, since it may go on: its identifier, sum, time and floor."""
    carried = progress["carried"]
    account_id, version = progress["after"]
    with connection.cursor() as cursor:
        cursor.execute(
            statements.REBUILT_ENTRIES,
            {
                "account": account_id,
                "version": version,
                "batch": batch,
                "few": EXAMPLES,
                "sum": carried["sum"] if carried else 0,
                "latest": carried["latest"] if carried else None,
            },
        )
        count, starts_in, tail, ended, *found = cursor.fetchone()
    problems = progress["problems"]
    accounts = progress["accounts"]
    if carried and starts_in != carried["account"]:
        accounts += 1
        if carried["sum"] < 0 and not carried["may_be_negative"]:
            problems = _added(problems, [(statements.FLOOR, 1, [carried["name"]])])
    if not count:
        return {**progress, "stage": "done", "accounts": accounts, "problems": problems, "carried": None}
    broken = zip((statements.BALANCE, statements.TIME, statements.FLOOR), found[::2], found[1::2], strict=True)
    problems = _added(problems, broken)
    return {
        **progress,
        "after": [tail["account"], tail["version"]],
        "carried": tail,
        "entries": progress["entries"] + count,
        "accounts": accounts + ended,
        "problems": problems,
    }


def _added(problems: dict[str, Any], rows: Iterable[Any]) -> dict[str, Any]:
    """`rows`: rule, how many, examples; those of none are left out."""
    added = dict(problems)
    for rule, count, examples in rows:
        if not count:
            continue
        before = added.get(rule, {"count": 0, "examples": []})
        added[rule] = {
            "count": before["count"] + count,
            "examples": [*before["examples"], *examples][:EXAMPLES],
        }
    return added
