"""What is wrong with the sense of the rules: limits that cannot be passed or kept, rules that never speak, approvals
without a role, one id for two rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from departments.policy.codes import same_code
from departments.policy.refusals import Mistake

Document = Mapping[str, Any]

# The longest that a window can be, in minutes: a day of a clock change has 25 hours.
_LONGEST = {
    "calendar_day": 25 * 60,
    "rolling_24_hours": 24 * 60,
    "week": 7 * 1440 + 60,
    "rolling_7_days": 7 * 1440,
    "two_weeks": 14 * 1440 + 60,
    "month": 31 * 1440 + 60,
    "quarter": 92 * 1440 + 60,
    "year": 366 * 1440,
    "roster_28_days": 28 * 1440 + 60,
}
_DAILY = ("calendar_day", "rolling_24_hours", "continuous", "shift")
# Rule ids that the engine gives itself.
_RESERVED = (
    "overlap", "rank", "minimum-service", "barred", "may-work-from", "may-work-until", "outside-jurisdiction",
    "travel-time",
)  # fmt: skip
_RESERVED_PREFIXES = ("status-", "credential-")


def mistakes_in_rules(document: Document) -> Iterator[Mistake]:
    for index, limit in enumerate(document.get("hour_limits", [])):
        yield from _limit(limit, f"hour_limits[{index}]")
    for index, rest in enumerate(document.get("rests", [])):
        yield from _rest(rest, f"rests[{index}]")
    yield from _minimum_over_maximum(document)
    yield from _statuses(document.get("eligibility", {}))
    yield from _notice(document.get("notice", {}))
    yield from _approvals(document)
    yield from _ids(document)
    for index, rule in enumerate(document.get("barred", [])):
        if not (rule.get("event_types") or rule.get("duties") or rule.get("applies_when")):
            yield Mistake(f"barred[{index}]", "bars nothing: name event_types, duties or applies_when")
    for index, day in enumerate(document.get("holiday_dates", [])):
        if not is_a_day(day):
            yield Mistake(f"holiday_dates[{index}]", f"there is no day {day}")


def is_a_day(text: str) -> bool:
    """`2026-05-18`, or `12-25` of any year; 29 February exists."""
    try:
        date.fromisoformat(text if len(text) == 10 else f"2024-{text}")
    except ValueError:
        return False
    return True


def _limit(limit: Document, path: str) -> Iterator[Mistake]:
    window, counts = limit["window"], limit.get("counts", "minutes")
    needed, useless = ("limit_minutes", "limit_count") if counts == "minutes" else ("limit_count", "limit_minutes")
    if needed not in limit:
        yield Mistake(f"{path}.{needed}", f"is needed by a limit that counts {counts}")
    if useless in limit:
        yield Mistake(f"{path}.{useless}", f"has no meaning in a limit that counts {counts}")
    for field, owner in (("window_minutes", "rolling"), ("period_days", "period")):
        if window == owner and not limit.get(field):
            yield Mistake(f"{path}.{field}", f"is needed by the window {owner}")
        elif window != owner and limit.get(field):
            yield Mistake(f"{path}.{field}", f"only has a meaning with the window {owner}")
    if window == "period" and not limit.get("anchor_date"):
        yield Mistake(f"{path}.anchor_date", "is needed by the window period")
    if (window == "shift" and counts != "minutes") or (window == "continuous" and counts == "shifts"):
        yield Mistake(f"{path}.counts", f"{counts} cannot be counted in the window {window}")
    if limit.get("measure") == "paid" and (counts != "minutes" or window in ("continuous", "shift")):
        yield Mistake(f"{path}.measure", "paid minutes are counted in windows of the calendar and rolling ones")
    if (limit.get("same") or limit.get("counted_event_types")) and "extra_duty" not in limit["buckets"]:
        yield Mistake(f"{path}.buckets", "same and counted_event_types narrow extra_duty, which is not counted here")
    if counts == "days" and window == "rolling" and limit.get("window_minutes", 1440) % 1440:
        yield Mistake(f"{path}.window_minutes", "days are counted in whole days: a multiple of 1440")
    if window == "shift" and "extra_duty" not in limit["buckets"]:
        yield Mistake(f"{path}.buckets", "the window shift measures the shift itself: name extra_duty")
    yield from _never_passed(limit, path, counts)


def _never_passed(limit: Document, path: str, counts: str) -> Iterator[Mistake]:
    longest = limit.get("window_minutes") or _LONGEST.get(limit["window"])
    if limit["window"] == "period" and limit.get("period_days"):
        longest = limit["period_days"] * 1440 + 60
    if longest is None:
        return
    if counts == "minutes" and limit.get("measure", "worked") == "worked" and limit.get("limit_minutes", 0) >= longest:
        yield Mistake(f"{path}.limit_minutes", f"can never be passed: the window holds {longest} minutes at most")
    if (limit.get("unless_break_minutes") or 0) >= longest:
        yield Mistake(f"{path}.unless_break_minutes", "the break is as long as the window, so it never starts again")
    if counts == "days" and limit.get("limit_count", 0) * 1440 >= longest:
        yield Mistake(f"{path}.limit_count", "can never be passed: the window has no more days")


def _rest(rest: Document, path: str) -> Iterator[Mistake]:
    within, after = rest.get("after_worked_within_minutes"), rest.get("after_worked_minutes")
    if within is not None and after is None:
        yield Mistake(f"{path}.after_worked_minutes", "is needed by after_worked_within_minutes")
    elif within is not None and after is not None and after > within:
        yield Mistake(f"{path}.after_worked_minutes", f"is more than {within} minutes can hold")
    if rest["minutes"] == 0:
        yield Mistake(f"{path}.minutes", "a rest of no minutes asks for nothing")


def _minimum_over_maximum(document: Document) -> Iterator[Mistake]:
    """A shift that the card bills at least, and a limit that nobody may reach with it alone."""
    steps = document["rate_card"].get("minimum_steps_minutes", [])
    for index, limit in enumerate(document.get("hour_limits", [])):
        unconditional = not any(
            limit.get(key) for key in ("applies_when", "event_types", "only_when_on_duty_that_day", "dry_run")
        )
        denies = limit.get("outcome", "deny") == "deny" and limit.get("counts", "minutes") == "minutes"
        daily = limit["window"] in _DAILY and "extra_duty" in limit["buckets"]
        if steps and denies and daily and unconditional and steps[0] > limit.get("limit_minutes", steps[0]):
            yield Mistake(
                f"hour_limits[{index}].limit_minutes",
                f"is less than the minimum of {steps[0]} minutes in rate_card.minimum_steps_minutes",
            )


def _statuses(eligibility: Document) -> Iterator[Mistake]:
    allowed = {same_code(status) for status in eligibility.get("allowed_statuses", ["active"])}
    settled: set[str] = set()
    for index, rule in enumerate(eligibility.get("status_rules", [])):
        path, status = f"eligibility.status_rules[{index}]", same_code(rule["status"])
        if status in allowed:
            yield Mistake(f"{path}.status", f"“{rule['status']}” is an allowed status, so this rule never speaks")
        if status in settled:
            yield Mistake(path, "never speaks: a rule before it takes every case of this status")
        if not rule.get("applies_when"):
            settled.add(status)
        if rule.get("lifted_when") == "both" and not (
            rule.get("lifted_by_tour_minutes") and rule.get("cool_off_minutes")
        ):
            yield Mistake(f"{path}.lifted_when", "both needs cool_off_minutes and lifted_by_tour_minutes")
        if rule.get("cool_off_from") == "start" and not rule.get("cool_off_minutes"):
            yield Mistake(f"{path}.cool_off_minutes", "is needed by cool_off_from: start")


def _notice(notice: Document) -> Iterator[Mistake]:
    ways = ("less_than_minutes", "less_than_business_days", "less_than_days")
    for index, rule in enumerate(notice.get("rules", [])):
        if sum(rule.get(way) is not None for way in ways) != 1:
            yield Mistake(f"notice.rules[{index}]", f"needs exactly one of {', '.join(ways)}")
    opens, closes = notice.get("office_opens_time"), notice.get("office_closes_time")
    if (opens is None) != (closes is None):
        yield Mistake("notice.office_opens_time", "office_opens_time and office_closes_time belong together")
    elif opens is not None and closes is not None and opens >= closes:
        yield Mistake("notice.office_closes_time", "the office must close after it opens")
    if len(notice.get("weekend_days", [])) == 7:
        yield Mistake("notice.weekend_days", "leaves no business day")


def _approvals(document: Document) -> Iterator[Mistake]:
    for path, rule in rules_with_ids(document):
        if path.startswith(("hour_limits[", "rests[")):
            continue  # said by the older checks
        if "needs_approval" in (rule.get("outcome"), rule.get("when_unknown")) and not rule.get("approval_role"):
            yield Mistake(f"{path}.approval_role", "say which role may approve")
    for index, rule in enumerate(document.get("eligibility", {}).get("status_rules", [])):
        if rule["outcome"] == "needs_approval" and not rule.get("approval_role"):
            yield Mistake(f"eligibility.status_rules[{index}].approval_role", "say which role may approve")
    area = document.get("jurisdiction", {})
    asks = "needs_approval" in (area.get("outside"), area.get("officers_outside"))
    if asks and not area.get("approval_role"):
        yield Mistake("jurisdiction.approval_role", "say which role may approve")
    travel = document.get("travel", {})
    if travel.get("outcome") == "needs_approval" and not travel.get("approval_role"):
        yield Mistake("travel.approval_role", "say which role may approve")


def _ids(document: Document) -> Iterator[Mistake]:
    """Decisions and waivers name a rule by its id alone."""
    seen: dict[str, str] = {}
    for path, rule in rules_with_ids(document):
        own = rule["id"]
        if own in _RESERVED or own.startswith(_RESERVED_PREFIXES):
            yield Mistake(f"{path}.id", f"“{own}” is an id that the engine gives itself; choose another")
        section = path.split("[")[0]
        if own in seen and (
            not seen[own].startswith(section) or section not in ("hour_limits", "rests", "notice.rules")
        ):
            yield Mistake(f"{path}.id", f"“{own}” is already used by {seen[own]}")
        seen.setdefault(own, path)


def rules_with_ids(document: Document) -> Iterator[tuple[str, Document]]:
    """Every rule that a verdict can name, with its path."""
    sections: tuple[tuple[str, Any], ...] = (
        ("hour_limits", document.get("hour_limits", [])),
        ("rests", document.get("rests", [])),
        ("conditions", document.get("conditions", [])),
        ("eligibility.credential_rules", document.get("eligibility", {}).get("credential_rules", [])),
        ("notice.rules", document.get("notice", {}).get("rules", [])),
    )
    for section, rules in sections:
        for index, rule in enumerate(rules):
            yield f"{section}[{index}]", rule
