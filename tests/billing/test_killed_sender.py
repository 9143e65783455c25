"""kill -9 of the process that sends, while Stripe holds its call: nothing is lost, nothing leaves twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from billing.models import Refund, Transfer
from billing.sending.senders import LEASE
from marketplace.models import Shift
from tests.billing.test_settling import assert_books_agree
from tests.billing.world import World

SENDER = """
import django
django.setup()
from datetime import datetime
from billing.sending.senders import send_due_moves
from tenants.context import acting_as
with acting_as(purpose="worker"):
    send_due_moves(at=datetime.fromisoformat({at!r}))
"""


def kill_while_sending(world: World, path: str) -> None:
    """Start a sender of its own, wait until it is inside its call, and kill it."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "STRIPE_API_BASE": world.sandbox.base,
        "STRIPE_SECRET_KEY": "sk_test_muster",
    }
    process = subprocess.Popen([sys.executable, "-c", SENDER.format(at=world.now.isoformat())], env=environment)
    deadline = time.monotonic() + 30
    model = Transfer if "transfers" in path else Refund
    while not model.objects.filter(state="unknown").exists():
        assert time.monotonic() < deadline, "The sender never sent."
        assert process.poll() is None, "The sender ended by itself."
        time.sleep(0.02)
    time.sleep(0.5)
    assert process.poll() is None, "The call was over before the kill."
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)


@pytest.mark.parametrize("kind", ["timeout_after_commit", "timeout_before_commit"])
def test_a_transfer_survives_its_sender(ontario: World, kind: str) -> None:
    contract = ontario.paid()
    ontario.onboard_department()
    shift = Shift.objects.get(job=contract.job)
    ontario.work(shift, 240, 240)
    ontario.settle(shift)
    ontario.fault("/v1/transfers", kind)
    kill_while_sending(ontario, "/v1/transfers")
    assert ontario.send() == 0
    ontario.now += LEASE + timedelta(seconds=1)
    assert ontario.send() == 1
    assert [transfer.amount for transfer in ontario.transfers()] == [87_800]
    assert_books_agree(ontario, contract.job)


def test_a_refund_survives_its_sender(ontario: World) -> None:
    contract = ontario.paid()
    shift = Shift.objects.get(job=contract.job)
    ontario.work(shift, 0)
    ontario.settle(shift)
    ontario.fault("/v1/refunds", "timeout_after_commit")
    kill_while_sending(ontario, "/v1/refunds")
    ontario.now += LEASE + timedelta(seconds=1)
    ontario.send()
    assert [refund.amount for refund in ontario.refunds()] == [contract.total_cents]
    assert_books_agree(ontario, contract.job)
