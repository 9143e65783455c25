"""A job that an agency supplied: its own rates under the department's rules, its share, and its closed month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from demo.checks import called_off, money
from demo.checks.expected import Expected, counted, plan_of, shift_of
from demo.checks.prices import CannotRecompute, bill, quote
from demo.checks.recordings import Recording
from demo.checks.report import Report


def expect_supplied(asked: dict[str, Any]) -> Expected:
    """Raises CannotRecompute for a rate card that the checker does not know how to read."""
    policy, plan, shift = _policy_of(asked), plan_of(asked), shift_of(asked["contract"]["terms"])
    works = {name: counted(name, facts, shift) for name, facts in asked["assignments"].items()}
    return Expected(asked, quote(policy, plan, shift), bill(policy, plan, shift, list(works.values())), works)


def _policy_of(asked: dict[str, Any]) -> dict[str, Any]:
    """Of the department's document rounding, fees and vehicles stay; an agency's rates are all-in, without premiums."""
    offered, card = asked["agency"], dict(asked["policy"]["rate_card"])
    (rank_code,) = {place["rank_code"] for place in asked["contract"]["terms"]["shifts"][0]["positions"]}
    if any(fee["kind"] == "discount" for fee in card.get("fees", ())):
        raise CannotRecompute("a discount of the department beside an agency")
    card["ranks"] = [
        {**rank, **{name: offered[name] for name in ("bill_rate_cents_per_hour", "pay_rate_cents_per_hour")}}
        if rank["code"] == rank_code
        else rank
        for rank in card["ranks"]
    ]
    card["premiums"] = []
    card["minimum_steps_minutes"] = [offered["minimum_minutes"]]
    return {**asked["policy"], "payee_mode": "agency", "rate_card": card}


def check_supplied(job: Expected, recording: Recording, report: Report) -> None:
    money.check_prices(job, recording, report)
    money.check_moves(job, recording, report)
    money.check_identity(job, recording, report)
    called_off.check_credit(job, recording, report)
    _check_month(job, report)


def _check_month(job: Expected, report: Report) -> None:
    """One row: what was worked, billed and paid out side by side, accepted, in a month that is closed."""
    month = job.asked["agency"]["month"]
    if not report.same(f"{job.name}: rows of {month['name']}", 1, len(month["rows"])):
        return
    (row,) = month["rows"]
    (work,) = job.works.values()
    (labour,) = (line for line in job.billed.lines if line.kind == "labour")
    report.same(f"{job.name}: minutes worked", str(work.minutes), row["Worked minutes"])
    report.same(f"{job.name}: minutes billed", str(labour.billed_minutes), row["Billed minutes"])
    report.same(f"{job.name}: line of the invoice", labour.gross, _cents(row["Invoice line"]))
    report.same(f"{job.name}: earned by the officer", labour.pay, _cents(row["Earned"]))
    report.same(f"{job.name}: paid out to the agency", labour.gross, _cents(row["Paid out"]))
    report.same(f"{job.name}: what the closed row says", "accepted", row["Decision"])


def _cents(text: str) -> int:
    return int(Decimal(text or "0") * 100)
