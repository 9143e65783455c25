"""What a roster status does to extra duty, while it lasts and for a while after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.codes import names_code, same_code
from departments.policy.commitments import Commitments
from departments.policy.conditions import Facts, applies
from departments.policy.documents import Outcome, Policy, StatusRule
from departments.policy.facts import OfficerFacts, ShiftFacts, StatusPeriod
from departments.policy.verdicts import Reason
from departments.policy.wording import duration, opening


def judge_statuses(
    *, policy: Policy, officer: OfficerFacts, shift: ShiftFacts, commitments: Commitments, scene: Facts
) -> Iterator[Reason]:
    seen: set[str] = set()
    for period in officer.status_periods:
        if period.starts_at >= shift.ends_at:
            continue
        rule = _rule_for(policy, period.status, scene)
        if period.ends_at is None or period.ends_at > shift.starts_at:
            lifts_at = _cooled_off_at(rule, period) if period.ends_at is not None else None
            yield from _reason(policy, period.status, rule, lifts_at, False)
            seen.add(period.status)
        elif rule is not None:
            barred, lifts_at = _still_cooling(rule, period, shift, commitments)
            if barred:
                yield from _reason(policy, period.status, rule, lifts_at, True)
                seen.add(period.status)
    if officer.status not in seen and not any(period.status == officer.status for period in officer.status_periods):
        yield from _reason(policy, officer.status, _rule_for(policy, officer.status, scene), None, False)


def _rule_for(policy: Policy, status: str, scene: Facts) -> StatusRule | None:
    for rule in policy.eligibility.status_rules:
        if same_code(rule.status) == same_code(status) and applies(rule.applies_when, scene):
            return rule
    return None


def _cooled_off_at(rule: StatusRule | None, period: StatusPeriod) -> datetime | None:
    """When time alone lifts it; never before the status has ended."""
    if rule is None or period.ends_at is None:
        return period.ends_at
    if rule.cool_off_from == "end":
        return period.ends_at + timedelta(minutes=rule.cool_off_minutes)
    counted_from = period.missed_tour_starts_at or period.starts_at
    return max(period.ends_at, counted_from + timedelta(minutes=rule.cool_off_minutes))


def _still_cooling(
    rule: StatusRule, period: StatusPeriod, shift: ShiftFacts, commitments: Commitments
) -> tuple[bool, datetime | None]:
    """Whether it still bars, and when time alone will lift it (None when only a tour does)."""
    lifts_at = _cooled_off_at(rule, period)
    by_time = lifts_at is not None and shift.starts_at >= lifts_at
    if rule.lifted_by_tour_minutes is None:
        return not by_time, lifts_at
    by_tour = _tour_worked(rule.lifted_by_tour_minutes, period, shift, commitments)
    if rule.lifted_when == "both":
        return not (by_time and by_tour), None
    if not rule.cool_off_minutes:
        return not by_tour, None
    return not (by_time or by_tour), lifts_at


def _tour_worked(minutes: int, period: StatusPeriod, shift: ShiftFacts, commitments: Commitments) -> bool:
    """A whole tour of duty between the end of the status and the shift."""
    return any(
        one.bucket == "duty"
        and period.ends_at is not None
        and one.starts_at >= period.ends_at
        and one.ends_at <= shift.starts_at
        and one.ends_at - one.starts_at >= timedelta(minutes=minutes)
        for one in commitments.all
    )


def _reason(
    policy: Policy, status: str, rule: StatusRule | None, lifts_at: datetime | None, cooling: bool
) -> Iterator[Reason]:
    if names_code(policy.eligibility.allowed_statuses, status):
        return
    outcome: Outcome = rule.outcome if rule else "deny"
    if outcome == "allow":
        return
    role = rule.approval_role if rule else ""
    said = rule.text if rule and rule.text else f"The roster says “{status}”, which does not allow extra duty."
    if cooling and rule is not None:
        said += f" {_what_must_pass(rule)}"
    if lifts_at is not None:
        said += f" This lifts at {lifts_at.astimezone(ZoneInfo(policy.time_zone)):%Y-%m-%d %H:%M}."
    rule_id = f"status-{status}"
    lifts = lifts_at.astimezone(UTC) if lifts_at else None
    sentence = f"{opening(outcome, role)}: {said.rstrip('.')} (policy v{policy.version}, rule {rule_id})"
    yield Reason(rule_id, outcome, sentence, {"status": status}, role, lifts)


def _what_must_pass(rule: StatusRule) -> str:
    since = "it ended" if rule.cool_off_from == "end" else "it began"
    time = f"{duration(rule.cool_off_minutes)} must have passed since {since}"
    if rule.lifted_by_tour_minutes is None:
        return f"{time}."
    tour = f"a tour of {duration(rule.lifted_by_tour_minutes)} must have been worked since"
    if not rule.cool_off_minutes:
        return f"{tour[0].upper()}{tour[1:]}."
    return f"{time}, {'and' if rule.lifted_when == 'both' else 'or'} {tour}."
