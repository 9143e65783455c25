"""C8 and C9: a client cancels late, for what the policy says; another one's bank disputes the payment, and loses."""

from __future__ import annotations

import re
from datetime import timedelta

from demo import pages
from demo.acts import asking, booking
from demo.calls import Caller, DemoFailed
from demo.places import OPERATOR, PASSWORD_OF_STAFF
from demo.stage import Stage, Troupe

# What was held is looked at again after ten minutes.
HELD_FOR = timedelta(minutes=11)
_DISPUTE = re.compile(r"/operator/cases/disputes/([0-9a-f-]{36})/")


def call_off(stage: Stage, troupe: Troupe) -> None:
    job = booking.another_job(stage, troupe, about="cancelled late")
    asking.accept_and_pay(stage, job)
    stage.story.step = "C8"
    offer = booking.cancel(stage, job)
    money = booking.wait_until_gone(job)
    stage.story.tell(
        f"{job.client.name} cancels: {offer['cents']} are charged, {money['refunded_cents']} go back",
        ids=job.job_id,
        cents=money["refunded_cents"],
        currency=job.currency,
        ms=job.coordinator.seen_ms,
    )


def dispute(stage: Stage, troupe: Troupe) -> None:
    """The bank takes the money; the client cancels all the same: nothing moves until the bank has decided."""
    job = booking.another_job(stage, troupe, about="disputed")
    asking.accept_and_pay(stage, job)
    stage.story.step = "C9"
    charge = _charge_of(stage, job.asked["checkout"]["charge_id"])
    taken = stage.control("POST", "/control/disputes", {"charge": charge, "reason": "product_not_received"})
    job.coordinator.wait_for(
        f"desk/jobs/{job.job_id}/money",
        lambda money: money["disputed_cents"] == taken["amount"],
        what="the dispute in the books",
    )
    booking.cancel(stage, job)
    if stage.wait_until_quiet is not None:
        stage.wait_until_quiet()
    frozen = booking.money_of(job)
    job.asked["dispute"] = {
        "id": taken["id"],
        "amount_cents": taken["amount"],
        "frozen": {name: frozen[name] for name in ("disputed_cents", "refunded_cents", "transferred_cents")},
    }
    stage.story.tell(
        f"The bank of {job.client.name} takes the payment back; refund and transfer are frozen",
        ids=job.job_id,
        cents=frozen["disputed_cents"],
        currency=job.currency,
    )
    _answer(stage)
    stage.control("POST", f"/control/disputes/{taken['id']}", {"outcome": "won"})
    job.coordinator.wait_for(
        f"desk/jobs/{job.job_id}/money", lambda money: not money["disputed_cents"], what="the end of the dispute"
    )
    stage.move_clock(stage.now() + HELD_FOR)
    booking.wait_until_gone(job)
    stage.story.tell("The operator sends evidence, the bank gives the money back, and all goes on", ids=job.job_id)


def operator(stage: Stage) -> Caller:
    caller = stage.caller("localhost", "operator")
    caller.sign_in(OPERATOR, PASSWORD_OF_STAFF)
    return caller


def _answer(stage: Stage) -> None:
    caller = operator(stage)
    found = _DISPUTE.search(pages.look(caller, "/operator/cases/"))
    if found is None:
        raise DemoFailed("The operator does not see the dispute.")
    pages.fill_in(caller, f"{found[0]}evidence", {"remarks": "Agreed and accepted by the client; see the facts."})


def _charge_of(stage: Stage, charge_id: str) -> str:
    """The provider's own name of a payment."""
    for intent in stage.dashboard("GET", "/v1/payment_intents?limit=20")["data"]:
        if intent["metadata"].get("charge_id") == charge_id and intent["status"] == "succeeded":
            return str(intent["latest_charge"])
    raise DemoFailed(f"The provider knows no payment of {charge_id}.")
