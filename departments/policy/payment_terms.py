"""When a job must be paid, with what deposit, and what paying late costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from departments.policy.calendars import is_business_day
from departments.policy.conditions import Facts, applies
from departments.policy.documents import LateTerm, Policy
from kernel.money import percent_half_up


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """`deadline_at` is half-open: paid before it. `rule_id` is empty for the document's own terms."""

    due: str
    deadline_at: datetime
    deposit_cents: int = 0
    rule_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LateCharge:
    """Of a bill that is so many days past due; `suspends`: the department may stop working for the client."""

    cents: int
    suspends: bool
    texts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"cents": self.cents, "suspends": self.suspends, "texts": list(self.texts)}


def payment_terms(*, policy: Policy, starts_at: datetime, total_cents: int, scene: Facts) -> PaymentTerms:
    """By the first payment rule that applies, else by the document's own terms. `total_cents` includes tax."""
    for rule in policy.payment.rules:
        if not applies(rule.applies_when, scene):
            continue
        if rule.deadline_business_days_before_start is not None:
            deadline = _business_days_before(policy, starts_at, rule.deadline_business_days_before_start)
        else:
            hours = rule.deadline_hours_before_start
            deadline = starts_at - timedelta(
                hours=policy.payment.deadline_hours_before_start if hours is None else hours
            )
        deposit = rule.deposit_cents + percent_half_up(total_cents, rule.deposit_basis_points)
        return PaymentTerms(rule.due, deadline, deposit, rule.id, rule.text)
    own = starts_at - timedelta(hours=policy.payment.deadline_hours_before_start)
    return PaymentTerms(policy.payment.due, own)


def late_charge(*, policy: Policy, days_past_due: int, unpaid_cents: int, positions: int) -> LateCharge:
    """Every term that is reached counts."""
    reached = _reached(policy, days_past_due)
    cents = sum(_cents(term, unpaid_cents=unpaid_cents, positions=positions) for term in reached)
    texts = tuple(term.text for term in reached if term.text)
    return LateCharge(cents, any(term.suspends for term in reached), texts)


def late_steps(*, policy: Policy, days_past_due: int, unpaid_cents: int, positions: int) -> dict[int, int]:
    """The same sum as `late_charge`, by the days past due after which each part of it fell due: days to cents."""
    steps: dict[int, int] = {}
    for term in _reached(policy, days_past_due):
        cents = _cents(term, unpaid_cents=unpaid_cents, positions=positions)
        steps[term.more_than_days] = steps.get(term.more_than_days, 0) + cents
    return steps


def _reached(policy: Policy, days_past_due: int) -> list[LateTerm]:
    return [term for term in policy.payment.late_terms if days_past_due > term.more_than_days]


def _cents(term: LateTerm, *, unpaid_cents: int, positions: int) -> int:
    share = percent_half_up(unpaid_cents, term.percent_basis_points)
    return term.flat_cents + term.per_position_cents * positions + share


def _business_days_before(policy: Policy, starts_at: datetime, days: int) -> datetime:
    """The end of the local day that has so many business days after it and before the shift's day."""
    zone = ZoneInfo(policy.time_zone)
    day, left = starts_at.astimezone(zone).date(), days
    for _ in range(days * 7 + 366):
        if left == 0:
            break
        day -= timedelta(days=1)
        left -= is_business_day(policy, day)
    return datetime(day.year, day.month, day.day, tzinfo=zone)
