"""The whole night against the stand-in: a real payment, refund, transfer and payout agree; a killed run goes on."""

from datetime import timedelta

import pytest

from billing.models import BalanceMovement, LedgerCheck, PlatformPayout, ReconciliationDay, WorkItem
from billing.reconciliation import mirroring, nightly
from marketplace.models import Shift
from tests.billing.world import World


def test_a_night_that_died_goes_on_and_is_clean(ontario: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = ontario
    contract = world.paid()
    world.onboard_department()
    shift = Shift.objects.get(job=contract.job)
    world.work(shift, 240)
    world.settle(shift)
    world.send()
    # What another job has prepaid is what the platform can pay out.
    world.paid()
    world.advance(days=3)
    world.sandbox.stripe().v1.payouts.create({"amount": 500, "currency": "cad"})
    world.advance(days=3)
    at = world.now
    monkeypatch.setattr(mirroring, "PAGE", 2)
    assert nightly.is_due(at=at)
    # Four batches verify the books, the fifth round fetches one page.
    stops = iter([True] * 5)
    day = nightly._claim(at)
    assert day is not None
    assert nightly.run_due(at=at) is None, "Somebody is at it."
    nightly.run_steps(day=day, at=at, may_go_on=lambda: next(stops, False))
    kept = BalanceMovement.objects.count()
    assert (day.step, bool(day.mirror_cursor)) == ("mirror", True)
    # Killed here: when its lease has ended, another goes on from the page after.
    assert not nightly.is_due(at=at)
    finished = nightly.run_due(at=at + nightly.LEASE)
    assert finished is not None
    items = [(item.kind, item.source, item.amount_cents, item.cause) for item in WorkItem.objects.all()]
    assert (finished.state, finished.step, items) == ("clean", "done", [])
    assert 0 < kept < BalanceMovement.objects.count()
    assert not BalanceMovement.objects.filter(matched_at=None).exists()
    assert PlatformPayout.objects.get().state == "paid"
    [totals] = finished.totals
    assert totals["stripe"] == totals["books"] == totals["reported"]
    check = LedgerCheck.objects.get()
    assert (check.differences, check.entries > 0, check.finished_at is not None) == (0, True, True)
    while nightly.is_due(at=at + timedelta(hours=1)):
        nightly.run_due(at=at + timedelta(hours=1))
    assert not ReconciliationDay.objects.exclude(state="clean").exists()
