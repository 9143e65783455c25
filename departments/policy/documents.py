"""What a department's policy says, as immutable values.

One document per department and version. Defaults here are the product's; a document only needs to say what differs.
`loading.py` builds these values from plain JSON or YAML, `validation.py` lists the mistakes of a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal

from departments.policy.award_orders import AwardOrder
from departments.policy.conditions import Condition
from departments.policy.duty_conflicts import DutyConflicts
from departments.policy.on_duty import OnDuty
from departments.policy.rate_cards import RateCard
from departments.policy.rule_kinds import (
    ConditionRule,
    CredentialRule,
    LateTerm,
    Outcome,
    PaymentRule,
    StaffingMinimum,
)

__all__ = [
    "ENGINE_VERSION",
    "AwardOrder",
    "Barred",
    "Bucket",
    "CancellationRow",
    "CancelledBy",
    "Condition",
    "ConditionRule",
    "CredentialRule",
    "Eligibility",
    "Geofence",
    "HourLimit",
    "Jurisdiction",
    "LateTerm",
    "Messages",
    "Notice",
    "NoticeRule",
    "Outcome",
    "PayeeMode",
    "Payment",
    "PaymentRule",
    "Policy",
    "Posting",
    "RateCard",
    "Rest",
    "ServiceLevels",
    "StaffingMinimum",
    "StatusRule",
    "SupervisorRung",
    "Timekeeping",
]
from departments.policy.questions import Question
from departments.policy.required_documents import RequiredDocument
from departments.policy.secondary_employment import SecondaryEmploymentRules
from departments.policy.service_levels import ServiceLevels
from departments.policy.travel import TravelRules

# Bumped whenever a stored snapshot would be judged, priced or ranked differently by newer code.
ENGINE_VERSION = "2"

Bucket = Literal["duty", "overtime", "court", "leave", "extra_duty", "other_employer"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
PayeeMode = Literal["direct", "payroll", "agency"]
CancelledBy = Literal["client", "officer", "department", "weather", "police_necessity"]


@dataclass(frozen=True, slots=True)
class Payment:
    due: Literal["before_open", "after_award"] = "before_open"
    deadline_hours_before_start: int = 48
    rules: tuple[PaymentRule, ...] = ()
    late_terms: tuple[LateTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class Posting:
    closing_hours_before_start: int = 24


@dataclass(frozen=True, slots=True)
class HourLimit:
    """How much a window may hold. What is counted: minutes, shifts, or local days with work."""

    id: str
    window: str
    buckets: tuple[Bucket, ...]
    limit_minutes: int = 0
    # "shifts" and "days" are held against `limit_count` instead of `limit_minutes`.
    counts: Literal["minutes", "shifts", "days"] = "minutes"
    limit_count: int = 0
    # "paid" minutes belong whole to the window in which their work starts; "worked" ones are split at its edges.
    measure: Literal["worked", "paid"] = "worked"
    # A day counts when work touches it, or only when work starts on it.
    days_by: Literal["touched", "start"] = "touched"
    window_minutes: int | None = None
    period_days: int | None = None
    applies_when: Condition | None = None
    # Of extra duty, count only events of these types, or only what shares this with the shift that is judged.
    counted_event_types: tuple[str, ...] = ()
    same: Literal["", "event_type", "client", "venue"] = ""
    outcome: Outcome = "deny"
    approval_role: str = ""
    text: str = ""
    week_starts_on: str = "monday"
    anchor_date: date | None = None
    # A break at least this long starts the count again ("16 in 24 unless a break of 4 h").
    unless_break_minutes: int | None = None
    only_when_on_duty_that_day: bool = False
    waived_while_on_leave: bool = False
    event_types: tuple[str, ...] = ()
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """`before`/`after`: between the shift and the nearest commitment of `buckets` on that side; `between`: both."""

    id: str
    side: Literal["before", "after", "between"]
    minutes: int
    buckets: tuple[Bucket, ...]
    outcome: Outcome = "deny"
    approval_role: str = ""
    text: str = ""
    # Only after a stretch of work (joined by shorter breaks than `minutes`) at least this long.
    after_worked_minutes: int | None = None
    # Instead of the joined stretch: the work of the last so many minutes, however broken up.
    after_worked_within_minutes: int | None = None
    applies_when: Condition | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What a roster status does to extra duty, and for how long after it has ended.

    Of several rules for one status the first whose `applies_when` is met speaks. The cool-off is counted from the end
    of the status or from its start (the tour that was missed). `lifted_by_tour_minutes`: a tour of at least that
    length, worked after the status ended, lifts it too.
    """

    status: str
    outcome: Outcome
    cool_off_minutes: int = 0
    cool_off_from: Literal["end", "start"] = "end"
    lifted_by_tour_minutes: int | None = None
    # With both a cool-off and a tour: is either enough, or are both needed?
    lifted_when: Literal["either", "both"] = "either"
    applies_when: Condition | None = None
    approval_role: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Eligibility:
    allowed_statuses: tuple[str, ...] = ("active",)
    status_rules: tuple[StatusRule, ...] = ()
    minimum_service_months: int = 0
    required_credentials: tuple[str, ...] = ()
    event_credentials: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # "own_rank": an officer fills positions of that rank only; "own_rank_or_lower": also those below.
    may_fill: Literal["own_rank", "own_rank_or_lower", "any"] = "own_rank_or_lower"
    credential_rules: tuple[CredentialRule, ...] = ()
    overlap_buckets: tuple[Bucket, ...] = ("duty", "overtime", "court", "extra_duty", "other_employer")


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    polygons: tuple[Mapping[str, Any], ...] = ()
    places: tuple[str, ...] = ()
    postal_prefixes: tuple[str, ...] = ()
    # Requests for a place outside; and the department's own officers working at a place outside.
    outside: Outcome = "deny"
    officers_outside: Outcome = "allow"
    approval_role: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SupervisorRung:
    """`additional`: beside the officers asked for; `inside`: one of them; `promoted`: the one who crosses the line."""

    rank_code: str
    at_officers: int
    meaning: Literal["additional", "inside", "promoted"] = "additional"
    per_officers: int | None = None
    count: int = 1
    billed: bool = True
    when_alcohol: bool = False
    at_crowd: int | None = None
    # One per so many officers: started groups count ("up") or only full ones ("down").
    per_rounding: Literal["down", "up"] = "down"
    applies_when: Condition | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class CancellationRow:
    """The first row that fits wins. Notice is time from cancellation to the start; negative once started."""

    cancelled_by: tuple[CancelledBy, ...]
    notice_less_than_minutes: int | None = None
    notice_less_than_business_days: int | None = None
    boundary_included: bool = False
    # A cancellation outside office hours counts as made when the office next opens.
    in_office_hours: bool = False
    applies_when: Condition | None = None
    charge_minutes_per_officer: int = 0
    charge_whole_shift: bool = False
    charge_vehicles: bool = False
    flat_fee_cents: int = 0
    flat_fee_per_officer_cents: int = 0
    percent_fee_basis_points: int = 0
    # The percentage is of what this row charges, or of the shift's whole price before fees.
    percent_of: Literal["charge", "shift"] = "charge"
    apply_fees: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRule:
    id: str
    less_than_minutes: int | None = None
    less_than_business_days: int | None = None
    less_than_days: int | None = None
    boundary_included: bool = False
    in_office_hours: bool = False
    # Who asks: the client for officers, or the officer who gives a shift back.
    asked_by: Literal["client", "officer"] = "client"
    applies_when: Condition | None = None
    outcome: Outcome = "deny"
    event_types: tuple[str, ...] = ()
    approval_role: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    rules: tuple[NoticeRule, ...] = ()
    holiday_dates: tuple[date, ...] = ()
    weekend_days: tuple[Weekday, ...] = ("saturday", "sunday")
    # Business days are those between the two dates; with this, the shift's own day is counted too.
    counts_shift_day: bool = False
    office_opens_time: time | None = None
    office_closes_time: time | None = None


@dataclass(frozen=True, slots=True)
class Barred:
    event_types: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    applies_when: Condition | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Geofence:
    radius_metres: int = 150
    offsite: Literal["flag", "block"] = "flag"


@dataclass(frozen=True, slots=True)
class Timekeeping:
    approval_timer_hours: int = 48


@dataclass(frozen=True, slots=True)
class Messages:
    """Who of those whom a shift is open to hears of it when. Times of day are where the officer lives."""

    wave_sizes: tuple[int, ...] = (15, 45)
    wave_minutes: int = 20
    all_at_once_hours: int = 6
    offers_from_time: time = time(8)
    offers_until_time: time = time(20)
    offers_a_day: int = 8
    digest_over: int = 3
    digest_minutes: int = 60
    monthly_segments: int | None = None


@dataclass(frozen=True, slots=True)
class PayPeriod:
    """The department's payroll: periods of so many days, counted from `first_date` both ways."""

    first_date: date
    length_days: int = 14
    paid_after_days: int = 7


@dataclass(frozen=True, slots=True)
class Payout:
    """From final hours to the officer's bank. Business days are the banks': never on weekends or holidays."""

    settlement_business_days: int = 1
    delay_business_days: int = 2
    arrival_business_days: int = 1
    bank_holiday_dates: tuple[str, ...] = ()
    pay_period: PayPeriod | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one department's rules. `data` is the plain document that made it: store and hash that."""

    data: Mapping[str, Any]
    version: int
    sha256: str
    name: str
    currency: str
    time_zone: str
    effective_from_date: date
    rate_card: RateCard
    effective_until_date: date | None = None
    payee_mode: PayeeMode = "payroll"
    payment: Payment = field(default_factory=Payment)
    posting: Posting = field(default_factory=Posting)
    award_order: AwardOrder = field(default_factory=AwardOrder)
    hour_limits: tuple[HourLimit, ...] = ()
    rests: tuple[Rest, ...] = ()
    eligibility: Eligibility = field(default_factory=Eligibility)
    jurisdiction: Jurisdiction = field(default_factory=Jurisdiction)
    supervisor_ladder: tuple[SupervisorRung, ...] = ()
    cancellation: tuple[CancellationRow, ...] = ()
    notice: Notice = field(default_factory=Notice)
    barred: tuple[Barred, ...] = ()
    conditions: tuple[ConditionRule, ...] = ()
    staffing_minimums: tuple[StaffingMinimum, ...] = ()
    # `2026-05-18` once, `12-25` every year.
    holiday_dates: tuple[str, ...] = ()
    geofence: Geofence = field(default_factory=Geofence)
    timekeeping: Timekeeping = field(default_factory=Timekeeping)
    messages: Messages = field(default_factory=Messages)
    payout: Payout = field(default_factory=Payout)
    required_documents: tuple[RequiredDocument, ...] = ()
    questions: tuple[Question, ...] = ()
    secondary_employment: SecondaryEmploymentRules = field(default_factory=SecondaryEmploymentRules)
    duty_conflicts: DutyConflicts = field(default_factory=DutyConflicts)
    on_duty: OnDuty = field(default_factory=OnDuty)
    travel: TravelRules = field(default_factory=TravelRules)
    service_levels: ServiceLevels = field(default_factory=ServiceLevels)

    def reference(self) -> dict[str, Any]:
        """Which version of whose rules, as printed beside results."""
        return {
            "name": self.name,
            "version": self.version,
            "effective_from_date": self.effective_from_date.isoformat(),
        }
