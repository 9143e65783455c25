"""The kinds of rules that ask conditions: free rules, credentials, staffing, payment. Values of the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from departments.policy.conditions import Condition

Outcome = Literal["allow", "warn", "needs_approval", "deny"]


@dataclass(frozen=True, slots=True)
class ConditionRule:
    """Whatever a department thinks of. `when_unknown`: the outcome while `when` depends on a fact nobody has told."""

    id: str
    when: Condition
    outcome: Outcome = "deny"
    when_unknown: Outcome = "allow"
    approval_role: str = ""
    text: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class CredentialRule:
    """One of `any_of` must be valid through the shift's last day and `remaining_days` after it."""

    id: str
    any_of: tuple[str, ...]
    remaining_days: int = 0
    applies_when: Condition | None = None
    outcome: Outcome = "deny"
    approval_role: str = ""
    text: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class StaffingMinimum:
    """At least `officers` on the shift, and one for each started `per_crowd` people; supervisors are not counted.

    The missing ones are of the lowest rank asked for.
    """

    id: str
    officers: int
    per_crowd: int | None = None
    applies_when: Condition | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """The first that applies replaces the payment's own terms. Hours or business days before the start."""

    id: str
    applies_when: Condition | None = None
    due: Literal["before_open", "after_award"] = "before_open"
    deadline_hours_before_start: int | None = None
    deadline_business_days_before_start: int | None = None
    deposit_cents: int = 0
    deposit_basis_points: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class LateTerm:
    """What a bill costs more once it is `more_than_days` past due. Terms that are reached all count."""

    more_than_days: int
    flat_cents: int = 0
    per_position_cents: int = 0
    percent_basis_points: int = 0
    suspends: bool = False
    text: str = ""
