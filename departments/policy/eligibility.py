"""May this officer do extra duty at all, and this kind of it, on that day?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.barred import barred_rule
from departments.policy.codes import same_code
from departments.policy.commitments import Commitments
from departments.policy.conditions import Facts
from departments.policy.documents import Eligibility, Outcome, Policy
from departments.policy.facts import OfficerFacts, ShiftFacts
from departments.policy.statuses import judge_statuses
from departments.policy.verdicts import Reason
from departments.policy.wording import opening


def judge_eligibility(
    *, policy: Policy, officer: OfficerFacts, shift: ShiftFacts, commitments: Commitments, scene: Facts
) -> Iterator[Reason]:
    zone = ZoneInfo(policy.time_zone)
    first_day = shift.starts_at.astimezone(zone).date()
    last_day = (shift.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    yield from _dates(policy, officer, first_day, last_day)
    yield from judge_statuses(policy=policy, officer=officer, shift=shift, commitments=commitments, scene=scene)
    yield from _service(policy, officer, first_day)
    yield from _credentials(policy, officer, shift, last_day)
    yield from _rank(policy, officer, shift)
    barred = barred_rule(policy=policy, event_type=shift.event_type, duties=shift.duties, scene=scene)
    if barred is not None:
        yield _reason(policy, "barred", "deny", barred.text or "Officers do not work events of this kind.")


def _dates(policy: Policy, officer: OfficerFacts, first_day: date, last_day: date) -> Iterator[Reason]:
    start, end = officer.may_work_from_date, officer.may_work_until_date
    if start is not None and first_day < start:
        sentence = f"The officer may work extra duty from {start.isoformat()}; the shift is on {first_day.isoformat()}."
        yield _reason(policy, "may-work-from", "deny", sentence, {"from_date": start.isoformat()})
    if end is not None and last_day >= end:
        sentence = (
            f"The officer's last day for extra duty is {(end - timedelta(days=1)).isoformat()}; "
            f"the shift is on {last_day.isoformat()}."
        )
        yield _reason(policy, "may-work-until", "deny", sentence, {"until_date": end.isoformat()})


def _service(policy: Policy, officer: OfficerFacts, first_day: date) -> Iterator[Reason]:
    months = policy.eligibility.minimum_service_months
    if not months:
        return
    if officer.seniority_date is None:
        yield _reason(policy, "minimum-service", "deny", "The roster has no seniority date for this officer.")
        return
    eligible_from = _months_later(officer.seniority_date, months)
    if first_day < eligible_from:
        sentence = f"{months} months of service are needed, reached on {eligible_from.isoformat()}."
        numbers = {"months": months, "eligible_from_date": eligible_from.isoformat()}
        yield _reason(policy, "minimum-service", "deny", sentence, numbers)


def _credentials(policy: Policy, officer: OfficerFacts, shift: ShiftFacts, last_day: date) -> Iterator[Reason]:
    rules = policy.eligibility
    needed = (
        *rules.required_credentials,
        *_by_event(rules, shift.event_type),
        *shift.required_credentials,
    )
    for code in dict.fromkeys(needed):
        held = [credential for credential in officer.credentials if credential.code == code]
        if not held:
            yield _reason(
                policy,
                f"credential-{code}",
                "deny",
                f"The credential “{code}” is needed and not on the roster.",
                {"code": code},
            )
        elif not any(one.expires_date is None or one.expires_date >= last_day for one in held):
            latest = max(one.expires_date for one in held if one.expires_date is not None)
            sentence = f"The credential “{code}” expires on {latest.isoformat()}, before the shift ends."
            numbers = {"code": code, "expires_date": latest.isoformat()}
            yield _reason(policy, f"credential-{code}", "deny", sentence, numbers)


def _by_event(rules: Eligibility, event_type: str) -> list[str]:
    return [
        code
        for event, codes in rules.event_credentials.items()
        if same_code(event) == same_code(event_type)
        for code in codes
    ]


def _rank(policy: Policy, officer: OfficerFacts, shift: ShiftFacts) -> Iterator[Reason]:
    rule = policy.eligibility.may_fill
    levels = {rank.code: rank.level for rank in policy.rate_card.ranks}
    # Another department's rank has no place on this ladder; its own governing rules decide there.
    if not shift.rank_code or rule == "any" or shift.rank_code not in levels or shift.rank_code == officer.rank_code:
        return
    if rule == "own_rank_or_lower" and levels.get(officer.rank_code, 0) > levels[shift.rank_code]:
        return
    sentence = f"The position is for {shift.rank_code}; the officer's rank is {officer.rank_code}."
    numbers = {"position_rank": shift.rank_code, "officer_rank": officer.rank_code}
    yield _reason(policy, "rank", "deny", sentence, numbers)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def _reason(
    policy: Policy,
    rule_id: str,
    outcome: Outcome,
    sentence: str,
    numbers: Mapping[str, object] | None = None,
    approval_role: str = "",
    lifts_at: datetime | None = None,
) -> Reason:
    told = f"{opening(outcome, approval_role)}: {sentence.rstrip('.')} (policy v{policy.version}, rule {rule_id})"
    return Reason(rule_id, outcome, told, numbers or {}, approval_role, lifts_at)
