"""Hours left at an instant, against the engine's own answer to a shift that begins then."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from departments.policy.evaluation import Commitment, OfficerFacts, ShiftFacts, evaluate
from departments.policy.limit_standing import limit_standings
from departments.policy.validation import find_mistakes
from departments.policy.waivable import waivable_rules
from tests.policy.building import document, policy, utc

OFFICER = OfficerFacts("o", "officer")
NOW = utc("2026-06-10T15:00")
LIMITS = [
    {"id": "week", "window": "week", "buckets": ["extra_duty", "duty"], "limit_minutes": 600},
    {"id": "others", "window": "rolling_7_days", "buckets": ["other_employer"], "limit_minutes": 300},
]


def used(*commitments: Commitment) -> dict[str, tuple[int, int]]:
    found = limit_standings(policy=policy(hour_limits=LIMITS), officer=OFFICER, commitments=commitments, at=NOW)
    return {one.rule_id: (one.used_minutes, one.remaining_minutes) for one in found}


def stretch(bucket: str, hours_before: float, minutes: int) -> Commitment:
    start = NOW - timedelta(hours=hours_before)
    return Commitment(bucket, start, start + timedelta(minutes=minutes))


def test_nothing_worked_leaves_the_whole_limit():
    assert used() == {"week": (0, 600), "others": (0, 300)}


def test_what_goes_on_now_counts_once():
    assert used(stretch("duty", 1, 120)) == {"week": (120, 480), "others": (0, 300)}


def test_hours_elsewhere_count_where_the_rule_names_them():
    assert used(stretch("other_employer", 30, 301)) == {"week": (0, 600), "others": (301, 0)}


@settings(max_examples=40)
@given(
    worked=st.lists(st.tuples(st.integers(10, 60), st.integers(1, 300)), max_size=4),
    wanted=st.integers(1, 600),
)
def test_a_shift_is_within_the_limit_exactly_when_its_minutes_are_left(worked, wanted):
    """One weekly limit, work on the week's own days: what the page promises is what the engine grants."""
    commitments = [stretch("duty", hours, min(minutes, hours * 60)) for hours, minutes in worked]
    limit = [LIMITS[0]]
    (standing,) = limit_standings(policy=policy(hour_limits=limit), officer=OFFICER, commitments=commitments, at=NOW)
    shift = ShiftFacts("s", NOW, NOW + timedelta(minutes=wanted))
    verdict = evaluate(policy=policy(hour_limits=limit), officer=OFFICER, shift=shift, commitments=commitments)
    assert verdict.allowed is (wanted <= standing.remaining_minutes)


def test_rules_that_can_be_excepted_name_who_decides():
    rules = policy(
        hour_limits=[
            {**LIMITS[0], "outcome": "needs_approval", "approval_role": "supervisor"},
            {**LIMITS[1], "outcome": "warn"},
        ],
        eligibility={
            "status_rules": [
                {"status": "suspended", "outcome": "deny"},
                {"status": "probation", "outcome": "deny"},
            ]
        },
    )
    assert [(one.rule_id, one.approval_role) for one in waivable_rules(rules)] == [
        ("week", "supervisor"),
        ("status-probation", "commander"),
    ]


def test_an_approval_of_other_work_needs_a_role_and_a_declaration():
    def paths(**rules):
        return [mistake.path for mistake in find_mistakes(document(secondary_employment=rules))]

    assert paths(must_be_declared=True, approval_role="chief", approval_lasts_days=365) == []
    assert paths(approval_lasts_days=365) == ["secondary_employment.approval_role"]
    assert paths(approval_role="chief") == ["secondary_employment.must_be_declared"]
    assert paths(must_be_declared=True, approval_role="chief", approval_lasts_days=0) == [
        "secondary_employment.approval_lasts_days"
    ]
