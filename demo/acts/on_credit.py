"""C10: a client whom the department trusts pays in thirty days, within a limit; nobody is paid before that."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from demo import pages
from demo.acts import booking
from demo.calls import DemoFailed, path_of
from demo.stage import Stage, Troupe

_INVOICE = re.compile(r'href="([^"]*/invoice/in_[^"]*)"')
DAYS = 30
PAID_AFTER = timedelta(days=2)


def invoice(stage: Stage, troupe: Troupe) -> Troupe:
    """Too small a limit refuses the contract; a larger one takes it. The late cancellation becomes an invoice."""
    job = booking.another_job(stage, troupe, about="by invoice")
    stage.story.step = "C10"
    offered = job.client.get(f"contracts/{job.contract_id}")
    total = offered["total_cents"]
    contract = f"/client/contracts/{job.contract_id}/"
    grant(job, total - 1)
    pages.fill_in(job.client, contract, {"accept": "on", "way": "invoice"})
    if job.client.get(f"contracts/{job.contract_id}")["state"] != "offered":
        raise DemoFailed(f"A contract for {total} was accepted on a credit of {total - 1}.")
    grant(job, total)
    pages.fill_in(job.client, contract, {"accept": "on", "way": "invoice"})
    job.client.wait_for(f"jobs/{job.job_id}", lambda found: found["shifts"][0]["state"] == "open", what="the shift")
    job.asked["contract"] = {
        "id": job.contract_id,
        "version": 1,
        "total_cents": total,
        "terms": job.asked["job"]["terms"],
    }
    offer = booking.cancel(stage, job)
    wait_for_invoice(job, limit_cents=total)
    stage.story.tell(
        f"{job.client.name} has a credit of {total}; one cent less was refused; an invoice for {DAYS} days",
        ids=job.job_id,
        cents=offer["cents"],
        currency=job.currency,
    )
    return job


def pay_invoice(stage: Stage, job: Troupe, *, after: timedelta = PAID_AFTER) -> None:
    stage.move_clock(stage.now() + after)
    stage.visit(job.asked["invoice_address"], {"outcome": "card"})
    money = booking.wait_until_gone(job)
    stage.story.tell(
        f"{job.client.name} pays the invoice, and everybody is paid from it",
        ids=job.job_id,
        cents=money["transferred_cents"],
        currency=job.currency,
        ms=job.coordinator.seen_ms,
    )


def grant(job: Troupe, limit_cents: int) -> None:
    pages.fill_in(
        job.coordinator,
        f"/desk/money/credit/{job.asked['client']['id']}/",
        {"limit": str(Decimal(limit_cents) / 100), "days_until_due": str(DAYS), "reason": "A regular client."},
    )


def wait_for_invoice(job: Troupe, *, limit_cents: int) -> None:
    """Once it is sent, the client's page of payments leads to it; nobody has been paid by then."""
    job.client.wait_for(f"jobs/{job.job_id}/money", lambda money: money["receivable_cents"] > 0, what="the bill")
    found = pages.wait_for(job.client, "/client/payments/", _INVOICE, what="the invoice")
    unpaid = booking.money_of(job)
    job.asked["credit"] = {
        "days": DAYS,
        "limit_cents": limit_cents,
        "unpaid": {name: unpaid[name] for name in ("captured_cents", "transferred_cents", "receivable_cents")},
    }
    job.asked["invoice_address"] = path_of(found)
