"""When the policy wants a job paid, frozen into its contract: what before officers are invited, the rest until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.agreeing.pricing_requests import shift_request
from departments.policy.documents import Policy
from departments.policy.payment_terms import payment_terms
from departments.policy.pricing import ShiftPrice
from departments.policy.scenes import request_scene
from marketplace.terms import JobTerms

AFTER_AWARD = "after_award"


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """`deadline_at` is half-open and concerns `after_award`; `deposit_cents` is what must be there before opening."""

    due: str = "before_open"
    deadline_at: datetime | None = None
    deposit_cents: int = 0
    rule_id: str = ""
    text: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AgreedTerms:
        """A contract from before terms were kept was to be paid before opening."""
        if not data:
            return cls()
        deadline = data.get("deadline_at")
        return cls(**{**data, "deadline_at": datetime.fromisoformat(deadline) if deadline else None})

    def to_json(self) -> dict[str, Any]:
        return {
            "due": self.due,
            "deadline_at": self.deadline_at.isoformat() if self.deadline_at else None,
            "deposit_cents": self.deposit_cents,
            "rule_id": self.rule_id,
            "text": self.text,
        }

    def is_after_award(self, *, agreed_at: datetime) -> bool:
        """What is agreed on when the deadline has passed already is paid before opening: nobody could meet it."""
        return self.due == AFTER_AWARD and self.deadline_at is not None and agreed_at < self.deadline_at


def agree(
    *,
    policy: Policy,
    terms: JobTerms,
    prices: Sequence[ShiftPrice],
    requested_at: datetime,
    non_profit: bool,
    facts: Mapping[str, Any],
) -> AgreedTerms:
    """By the payment rule that fits the job's first shift; the deposit is of the whole job's price."""
    total_cents = sum(price.gross_cents for price in prices)
    first = min(terms.shifts, key=lambda shift: shift.starts_at)
    request = shift_request(
        terms=terms, shift=first, policy=policy, requested_at=requested_at, non_profit=non_profit, facts=facts
    )
    scene = request_scene(policy=policy, shift=request).with_facts({"job.estimate_cents": total_cents})
    found = payment_terms(policy=policy, starts_at=first.starts_at, total_cents=total_cents, scene=scene)
    return AgreedTerms(
        due=found.due,
        deadline_at=found.deadline_at,
        deposit_cents=min(found.deposit_cents, total_cents),
        rule_id=found.rule_id,
        text=found.text,
    )
