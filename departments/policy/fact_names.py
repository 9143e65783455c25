"""Every fact that a condition may ask for: its kind, and what it means. The list in docs/policy.md is this one."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

FactKind = Literal["number", "code", "codes", "yes_no", "date", "time", "hours", "month_day", "any"]


class FactName(NamedTuple):
    kind: FactKind
    meaning: str


FACTS: dict[str, FactName] = {
    "officer.rank": FactName("code", "rank on the roster"),
    "officer.rank_level": FactName("number", "level of that rank in the rate card"),
    "officer.rank_months": FactName("number", "whole months in that rank on the shift's first day"),
    "officer.service_months": FactName("number", "whole months since the seniority date on the shift's first day"),
    "officer.service_days": FactName("number", "days since the seniority date on the shift's first day"),
    "officer.status": FactName("code", "roster status during the shift"),
    "officer.unit": FactName("code", "unit or division"),
    "officer.credentials": FactName("codes", "credentials valid through the shift's last day"),
    "officer.training_phase": FactName("number", "phase of field training; not known for those who finished"),
    "officer.probation_ends_date": FactName("date", "first day after probation"),
    "officer.on_duty_that_day": FactName("yes_no", "a duty tour touches a local day of the shift"),
    "officer.on_leave": FactName("yes_no", "leave covers the whole shift"),
    "officer.worked_duty_minutes_last_7_days": FactName("number", "duty in the 7 × 24 h before the start"),
    "shift.start_date": FactName("date", "local date of the start"),
    "shift.month": FactName("number", "month of the local start, 1 to 12"),
    "shift.month_day": FactName("month_day", "month and day of the local start, like “06-15”: seasons of every year"),
    "shift.start_time": FactName("time", "local time of the start"),
    "shift.end_time": FactName("time", "local time of the end"),
    "shift.hours": FactName("hours", "from start to end by the local clock"),
    "shift.minutes": FactName("number", "scheduled length"),
    "shift.weekday": FactName("code", "monday … sunday, of the local start"),
    "shift.on_holiday": FactName("yes_no", "a local day of the shift is in holiday_dates"),
    "shift.inside_jurisdiction": FactName("yes_no", "the place is inside; not known without a place"),
    "shift.duties": FactName("codes", "what is asked of the officers"),
    "shift.number": FactName("number", "1 for the first shift of its job"),
    "position.rank": FactName("code", "rank that the position asks for"),
    "job.event_type": FactName("code", "kind of event"),
    "job.officers": FactName("number", "officers asked for on the shift, all ranks, before the ladder"),
    "job.vehicles": FactName("number", "vehicles asked for on the shift"),
    "job.crowd": FactName("number", "people expected"),
    "job.alcohol": FactName("yes_no", "alcohol is served"),
    "job.supervised": FactName("yes_no", "a supervisor of the department is on site"),
    "job.outdoor": FactName("yes_no", "outdoors"),
    "job.emergency": FactName("yes_no", "asked for as an emergency"),
    "job.contracted": FactName("yes_no", "the client has accepted the contract"),
    "job.estimate_cents": FactName("number", "total of the quote, tax included"),
    "job.notice_minutes": FactName("number", "whole minutes from the request to the start"),
    "job.notice_days": FactName("number", "calendar days from the request's date to the start's date"),
    "job.notice_business_days": FactName("number", "business days of notice, as `notice` counts them"),
    "job.scheduler_is_subordinate": FactName("yes_no", "who schedules the job is below the officer"),
    "job.scheduler_is_superior": FactName("yes_no", "who schedules the job is above the officer"),
    "job.supervisor_is_subordinate": FactName("yes_no", "a supervisor on the job is below the officer"),
    "job.supervisor_is_superior": FactName("yes_no", "a supervisor on the job is above the officer"),
    "venue.name": FactName("code", "name, compared without regard to case"),
    "venue.kind": FactName("code", "kind of place, e.g. bar"),
    "venue.place": FactName("code", "town"),
    "venue.postal_code": FactName("code", "postal code"),
    "venue.alcohol_revenue_percent": FactName("number", "share of income from alcohol, in percent"),
    "venue.alcohol_permit": FactName("yes_no", "licensed to serve alcohol"),
    "venue.entertainment": FactName("yes_no", "live entertainment or dancing"),
    "venue.gambling": FactName("yes_no", "gambling takes place"),
    "venue.hours": FactName("hours", "from opens_at to closes_at by the local clock"),
    "client.kind": FactName("code", "business, non-profit, school, government, utility …"),
    "client.name": FactName("code", "name, compared without regard to case"),
    "client.non_profit": FactName("yes_no", "non-profit status"),
    "client.days_past_due": FactName("number", "age of the oldest unpaid bill past its due day"),
    "client.tax_exempt": FactName("yes_no", "exempt from tax"),
}
ATTRIBUTE = re.compile(r"^(officer|shift|venue|client|job)\.attributes\.[a-z0-9][a-z0-9_-]{0,39}$")
OFFICER_FACTS = ("officer.", "job.scheduler_", "job.supervisor_")

OPERATORS_OF: dict[FactKind, frozenset[str]] = {
    "number": frozenset(
        {"is", "is_not", "in", "not_in", "above", "at_least", "below", "at_most", "multiple_of", "known"}
    ),
    "code": frozenset({"is", "is_not", "in", "not_in", "known"}),
    "codes": frozenset({"includes", "includes_any", "includes_all", "known"}),
    "yes_no": frozenset({"is", "is_not", "known"}),
    "date": frozenset({"is", "is_not", "in", "not_in", "above", "at_least", "below", "at_most", "known"}),
    "time": frozenset({"is", "is_not", "in", "not_in", "above", "at_least", "below", "at_most", "known"}),
    "month_day": frozenset({"is", "is_not", "in", "not_in", "above", "at_least", "below", "at_most", "known"}),
    "hours": frozenset({"touches", "known"}),
}


def kind_of(name: str) -> FactKind | None:
    """None for a name that no condition may use."""
    known = FACTS.get(name)
    if known is not None:
        return known.kind
    return "any" if ATTRIBUTE.match(name) else None


def is_about_an_officer(name: str) -> bool:
    """Can only be known once there is an officer, not while a client asks."""
    return name.startswith(OFFICER_FACTS)
