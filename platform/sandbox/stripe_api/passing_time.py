"""What happens by itself when time passes on the test clock: settlements, expiries, payouts."""

import logging
import threading
from typing import Any

from sandbox.books import PLATFORM
from sandbox.stripe_api import accounts, charging, checkout, disputes, invoices, money, payouts
from sandbox.world import World

DAY_SECONDS = 86_400
_LONGEST_REPLAY_DAYS = 120
_log = logging.getLogger("sandbox.time")


def catch_up(world: World) -> None:
    """Brings everything to the present, one midnight (UTC) after the other, in one transaction."""
    with world.store.transaction():
        now = world.clock.now()
        today = now // DAY_SECONDS
        rows = world.store.rows("SELECT value FROM settings WHERE name = 'caught_up_day'")
        last_day = int(rows[0]["value"]) if rows else today
        for day in range(max(last_day + 1, today - _LONGEST_REPLAY_DAYS), today + 1):
            _pass(world, day * DAY_SECONDS)
            _pay_out_automatically(world, day * DAY_SECONDS)
        _pass(world, now)
        if not rows or today != last_day:
            world.store.execute("INSERT OR REPLACE INTO settings VALUES ('caught_up_day', ?)", str(today))
    world.something_to_deliver.set()


def _pass(world: World, until: int) -> None:
    for account, intent in _due(world, "payment_intent", "_debit_ends_at", until, status="processing"):
        charging.end_bank_debit(world, intent, account=account, at=intent["_debit_ends_at"])
    for account, transaction in _due(world, "balance_transaction", "available_on", until, status="pending"):
        money.settle(world, transaction, account=account, at=transaction["available_on"])
    for account, intent in _due(world, "payment_intent", "_hold_ends_at", until, status="requires_capture"):
        charging.release_hold(
            world, intent, account=account, at=intent["_hold_ends_at"], reason="automatic", event="charge.expired"
        )
    for account, session in _due(world, "checkout.session", "expires_at", until, status="open"):
        checkout.expire(world, session, account=account, at=session["expires_at"])
    for account, invoice in _due(world, "invoice", "due_date", until, status="open"):
        if not invoice["_overdue_told"]:
            invoices.remind(world, invoice, account=account, at=invoice["due_date"])
    for _, dispute in _due(world, "dispute", "evidence_details.due_by", until, status="needs_response"):
        # Nobody answered in time: the bank keeps the money.
        disputes.decide(world, dispute["id"], won=False, at=dispute["evidence_details"]["due_by"], past_due=True)
    for account, payout in _due(world, "payout", "arrival_date", until, status="pending"):
        payouts.arrive(world, payout, account=account, at=payout["arrival_date"])
    _restrict_the_silent(world, until)


def _restrict_the_silent(world: World, until: int) -> None:
    """Payees who did not answer by the deadline lose the capability."""
    rows = world.store.rows(
        "SELECT id FROM objects WHERE kind = 'account' AND json_extract(body, '$._state') = 'active' "
        "AND json_extract(body, '$._asked_by') <= ?",
        until,
    )
    for row in rows:
        account = accounts.load_account(world, row["id"])
        accounts.set_state(
            world, row["id"], "restricted", at=account["_asked_by"], asked=account["_asked"]
        )  # fmt: skip


def _due(world: World, kind: str, field: str, until: int, *, status: str) -> list[tuple[str, dict[str, Any]]]:
    rows = world.store.rows(
        "SELECT id, account FROM objects WHERE kind = ? AND json_extract(body, '$.status') = ? "
        f"AND json_extract(body, '$.{field}') <= ? ORDER BY sequence",
        kind, status, until,
    )  # fmt: skip
    found = [(row["account"], world.store.get(row["id"])) for row in rows]
    return [(account, body) for account, body in found if body is not None]


def _pay_out_automatically(world: World, at: int) -> None:
    for account in world.store.find("account"):
        if account["payouts_enabled"] and account["settings"]["payouts"]["schedule"]["interval"] != "manual":
            payouts.pay_out_everything(world, account["id"], at=at)


def pay_out_now(world: World, account: str | None = None, *, settle_first: bool = False) -> list[dict[str, Any]]:
    """Sends what connected accounts (or one) have available to their banks, arrived at once.

    `settle_first` makes their pending money available before that.
    """
    with world.store.transaction():
        now = world.clock.now()
        chosen = [account] if account else [found["id"] for found in world.store.find("account")]
        made = []
        for identifier in chosen:
            if identifier != PLATFORM:
                accounts.load_account(world, identifier)
            if settle_first:
                for transaction in world.store.find(
                    "balance_transaction", account=identifier, where={"status": "pending"}
                ):
                    money.settle(world, transaction, account=identifier, at=now)
            for payout in payouts.pay_out_everything(world, identifier, at=now):
                payout["arrival_date"] = now
                made.append(payouts.arrive(world, payout, account=identifier, at=now))
    world.something_to_deliver.set()
    return made


class PassingTimeThread(threading.Thread):
    """Looks at the clock every second."""

    def __init__(self, world: World) -> None:
        super().__init__(name="passing-time", daemon=True)
        self._world = world

    def run(self) -> None:
        while not self._world.stopping.wait(1.0):
            try:
                catch_up(self._world)
            except Exception:
                _log.exception("Catching up with the clock failed")
