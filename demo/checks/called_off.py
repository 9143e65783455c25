"""Jobs that were cancelled: the charge of the policy's row, what went back, what froze, and what was on credit."""

from __future__ import annotations

from demo.checks import money
from demo.checks.expected import Expected
from demo.checks.recordings import Recording
from demo.checks.report import Report

DAY_SECONDS = 86_400
# Whoever asks for an invoice says when it is due, whoever sends it when it was sent: two clocks, each in whole seconds.
CLOCKS_DIFFER_SECONDS = 60


def check_booking(job: Expected, recording: Recording, report: Report) -> None:
    money.check_prices(job, recording, report)
    report.same(f"{job.name}: charge by the policy's row", job.billed.total, job.asked["cancelled"]["cents"])
    report.holds(f"{job.name}: the policy charges nothing, so nothing is seen", job.billed.total > 0)
    money.check_moves(job, recording, report)
    money.check_identity(job, recording, report)
    if "dispute" in job.asked:
        _check_dispute(job, report)
    if "credit" in job.asked:
        check_credit(job, recording, report)


def _check_dispute(job: Expected, report: Report) -> None:
    """While the bank decided, it had all of the payment and nothing else moved."""
    dispute = job.asked["dispute"]
    report.same(f"{job.name}: taken by the bank", job.paid_ahead, dispute["amount_cents"])
    frozen = {"disputed_cents": job.paid_ahead, "refunded_cents": 0, "transferred_cents": 0}
    report.same(f"{job.name}: while it was disputed", frozen, dispute["frozen"])


def check_credit(job: Expected, recording: Recording, report: Report) -> None:
    """One invoice of the charge, due after the days of the credit; nobody was paid before the client had paid."""
    credit = job.asked["credit"]
    sent = [invoice for invoice in recording.invoices.values() if invoice.job_id == job.job_id]
    if report.same(f"{job.name}: invoices sent", 1, len(sent)):
        (invoice,) = sent
        report.same(f"{job.name}: amount of the invoice", job.billed.total, invoice.cents)
        report.same(f"{job.name}: currency of the invoice", job.currency, invoice.currency)
        late_seconds = abs(invoice.due_at - invoice.sent_at - credit["days"] * DAY_SECONDS)
        report.holds(f"{job.name}: due {late_seconds} s beside its days", late_seconds <= CLOCKS_DIFFER_SECONDS)
    report.holds(f"{job.name}: the contract is above the limit", job.prepaid.total <= credit["limit_cents"])
    unpaid = {"captured_cents": 0, "transferred_cents": 0, "receivable_cents": job.billed.total}
    report.same(f"{job.name}: before the invoice was paid", unpaid, credit["unpaid"])
