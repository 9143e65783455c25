"""What a department's policy says, as immutable values.

One document per department and version. Defaults here are the product's; a document only needs to say what differs.
`loading.py` builds these values from plain JSON or YAML, `validation.py` lists the mistakes of a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from departments.policy.duty_conflicts import DutyConflicts
from departments.policy.rate_cards import RateCard

# Bumped whenever a stored snapshot would be judged, priced or ranked differently by newer code.
ENGINE_VERSION = "1"

Outcome = Literal["allow", "warn", "needs_approval", "deny"]
Bucket = Literal["duty", "overtime", "court", "leave", "extra_duty", "other_employer"]
PayeeMode = Literal["direct", "payroll", "agency"]
CancelledBy = Literal["client", "officer", "department", "weather", "police_necessity"]


@dataclass(frozen=True, slots=True)
class Payment:
    due: Literal["before_open", "after_award"] = "before_open"
    deadline_hours_before_start: int = 48


@dataclass(frozen=True, slots=True)
class Posting:
    closing_hours_before_start: int = 24


@dataclass(frozen=True, slots=True)
class AwardOrder:
    keys: tuple[str, ...] = ("extra_duty_minutes_this_month", "seniority_date", "draw")
    short_notice: Literal["first_come", "same"] = "first_come"


@dataclass(frozen=True, slots=True)
class HourLimit:
    id: str
    window: str
    buckets: tuple[Bucket, ...]
    limit_minutes: int
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
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What a roster status does to extra duty, and for how long after it has ended."""

    status: str
    outcome: Outcome
    cool_off_minutes: int = 0
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
    overlap_buckets: tuple[Bucket, ...] = ("duty", "overtime", "court", "extra_duty", "other_employer")


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    polygons: tuple[Mapping[str, Any], ...] = ()
    places: tuple[str, ...] = ()
    postal_prefixes: tuple[str, ...] = ()
    outside: Outcome = "deny"


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


@dataclass(frozen=True, slots=True)
class CancellationRow:
    """The first row that fits wins. Notice is time from cancellation to the start; negative once started."""

    cancelled_by: tuple[CancelledBy, ...]
    notice_less_than_minutes: int | None = None
    boundary_included: bool = False
    charge_minutes_per_officer: int = 0
    charge_whole_shift: bool = False
    charge_vehicles: bool = False
    flat_fee_cents: int = 0
    percent_fee_basis_points: int = 0
    apply_fees: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRule:
    id: str
    less_than_minutes: int | None = None
    less_than_business_days: int | None = None
    outcome: Outcome = "deny"
    event_types: tuple[str, ...] = ()
    approval_role: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    rules: tuple[NoticeRule, ...] = ()
    holiday_dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Barred:
    event_types: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Geofence:
    radius_metres: int = 150
    offsite: Literal["flag", "block"] = "flag"


@dataclass(frozen=True, slots=True)
class Timekeeping:
    approval_timer_hours: int = 48


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
    geofence: Geofence = field(default_factory=Geofence)
    timekeeping: Timekeeping = field(default_factory=Timekeeping)
    duty_conflicts: DutyConflicts = field(default_factory=DutyConflicts)
