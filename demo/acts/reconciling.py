"""C12: the night after says that the day is clean; a transfer that somebody makes by hand becomes a work item."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from demo import pages
from demo.acts.calling_off import operator
from demo.calls import Caller
from demo.stage import Stage

_CLEAN = re.compile(r"(The books, Stripe(?:'|&#x27;)s balance and the bank agree)")
_NOT_CLEAN = re.compile(r"(\d+) differences? w(?:as|ere) open after this night")
# The night begins at two; what moved in its last hour is left for the next.
NIGHT = time(3, 30, tzinfo=UTC)
PLANTED_CENTS = 137


def reconcile(stage: Stage) -> None:
    stage.story.step = "C12"
    caller = operator(stage)
    asked: dict[str, Any] = {}
    stage.story.asked["reconciled"] = asked
    clean = _next_night(stage)
    pages.wait_for(caller, f"/operator/reconciliation/{clean}/", _CLEAN, what=f"a clean {clean}")
    asked["clean_date"] = clean.isoformat()
    stage.story.tell(f"The night says of {clean}: the books, Stripe's balance and the bank agree")
    asked["planted"] = _transfer_by_hand(stage)
    differing = _next_night(stage)
    pages.wait_for(caller, f"/operator/reconciliation/{differing}/", _NOT_CLEAN, what=f"the difference of {differing}")
    asked["differences"] = _differences(caller)
    stage.story.tell(
        f"A transfer that somebody made by hand is a work item of {differing}",
        ids=asked["planted"]["id"],
        cents=PLANTED_CENTS,
        currency=asked["planted"]["currency"],
    )


def _next_night(stage: Stage) -> date:
    """Into the coming night; answers with the day that it compares."""
    today = stage.now().date()
    stage.move_clock(datetime.combine(today + timedelta(days=1), NIGHT))
    return today


def _transfer_by_hand(stage: Stage) -> dict[str, Any]:
    """Past Muster, as somebody with the provider's dashboard could."""
    accounts = stage.story.asked["books"]["accounts"]
    destination = next(
        name.removeprefix("outside:bank:")
        for name, totals in accounts.items()
        if name.startswith("outside:bank:acct_") and totals.get("usd")
    )
    made = stage.dashboard(
        "POST",
        "/v1/transfers",
        {"amount": str(PLANTED_CENTS), "currency": "usd", "destination": destination},
    )
    return {"id": made["id"], "cents": PLANTED_CENTS, "currency": "USD"}


def _differences(caller: Caller) -> list[dict[str, str]]:
    text = pages.look(caller, "/operator/reconciliation/differences.csv")
    found = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    return [{name: row[name] for name in ("source", "currency", "difference_cents", "state")} for row in found]
