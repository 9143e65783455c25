"""Time for the way between two shifts: a sentence with kilometres and minutes, never with a home."""

from datetime import UTC, datetime, timedelta

import pytest

from departments.policy.evaluation import evaluate
from departments.policy.examples import example
from departments.policy.facts import Commitment, OfficerFacts, ShiftFacts
from departments.policy.loading import load_policy
from departments.policy.snapshots import commitment_from, replays_alike, snapshot
from departments.policy.validation import find_mistakes
from departments.policy.waivable import waivable_rules

STARTS_AT = datetime(2026, 3, 10, 18, tzinfo=UTC)
HERE = {"latitude": 43.4675, "longitude": -79.6877}
# 44.7 km away on the ellipsoid: 39 minutes at 70 km/h.
THERE = {"latitude": 43.8695, "longitude": -79.6877}
OFFICER = OfficerFacts(officer_id="one", rank_code="constable")


def policy(**travel):
    document = {**example("ontario"), "hour_limits": [], "rests": []}
    return load_policy({**document, "travel": travel} if travel else document)


def judged(*, minutes, side="before", place=THERE, rules=None, **shift):
    long = timedelta(hours=4)
    gap = timedelta(minutes=minutes)
    starts_at = STARTS_AT - gap - long if side == "before" else STARTS_AT + long + gap
    other = Commitment("extra_duty", starts_at, starts_at + long, reference="other", **place)
    facts = {"latitude": 43.4675, "longitude": -79.6877, **shift}
    return evaluate(
        policy=rules or policy(),
        officer=OFFICER,
        shift=ShiftFacts("one", STARTS_AT, STARTS_AT + long, **facts),
        commitments=[other],
    )


def test_too_little_time_is_a_warning_that_says_how_far_and_how_long():
    verdict = judged(minutes=20)
    [reason] = verdict.reasons
    assert (verdict.outcome, verdict.allowed, reason.rule_id) == ("warn", True, "travel-time")
    assert "45 km and 20 min after the shift before it; the way takes 39 min at 70 km/h" in reason.sentence
    assert reason.numbers["kilometres"] == 45
    assert not {"latitude", "longitude"} & reason.numbers.keys()


@pytest.mark.parametrize(("minutes", "outcome"), [(38, "warn"), (39, "allow"), (40, "allow")])
@pytest.mark.parametrize("side", ["before", "after"])
def test_exactly_the_time_needed_is_enough_on_both_sides(minutes, outcome, side):
    assert judged(minutes=minutes, side=side).outcome == outcome


def test_a_department_says_how_fast_how_spare_and_how_grave():
    assert judged(minutes=40, rules=policy(spare_minutes=2)).outcome == "warn"
    assert judged(minutes=40, rules=policy(kilometres_per_hour=60)).outcome == "warn"
    assert judged(minutes=20, rules=policy(kilometres_per_hour=150)).outcome == "allow"
    assert judged(minutes=0, rules=policy(outcome="allow")).outcome == "allow"
    denied = judged(minutes=20, rules=policy(outcome="deny", text="You cannot be there in time."))
    assert (denied.outcome, denied.reasons[0].text) == ("deny", "You cannot be there in time.")
    assert "travel-time" in [one.rule_id for one in waivable_rules(policy(outcome="deny"))]
    assert "travel-time" not in [one.rule_id for one in waivable_rules(policy())]


def test_what_is_not_known_next_door_or_overlapping_is_not_judged():
    assert judged(minutes=0, place={}).outcome == "allow"
    assert judged(minutes=0, latitude=None, longitude=None).outcome == "allow"
    assert judged(minutes=0, place={"latitude": 43.4755, "longitude": -79.6877}).outcome == "allow"
    assert [reason.rule_id for reason in judged(minutes=-60).reasons] == ["overlap"]


def test_the_shortest_way_in_time_speaks_not_the_nearest_in_time():
    early = Commitment("extra_duty", STARTS_AT - timedelta(hours=9), STARTS_AT - timedelta(hours=5), **THERE)
    later = Commitment("extra_duty", STARTS_AT - timedelta(hours=2), STARTS_AT - timedelta(minutes=20), **HERE)
    shift = ShiftFacts("one", STARTS_AT, STARTS_AT + timedelta(hours=1), **HERE)
    assert evaluate(policy=policy(), officer=OFFICER, shift=shift, commitments=[early, later]).outcome == "allow"


def test_a_stored_decision_keeps_the_places_and_replays():
    rules = policy()
    other = Commitment("extra_duty", STARTS_AT - timedelta(hours=4), STARTS_AT, **THERE)
    shift = ShiftFacts("one", STARTS_AT, STARTS_AT + timedelta(hours=4), **HERE)
    verdict = evaluate(policy=rules, officer=OFFICER, shift=shift, commitments=[other])
    stored = snapshot(policy=rules, officer=OFFICER, shift=shift, commitments=[other], verdict=verdict)
    assert verdict.outcome == "warn"
    assert replays_alike(stored)
    assert commitment_from(stored["commitments"][0]) == other


def test_an_approval_names_its_role():
    mistakes = find_mistakes({**example("ontario"), "travel": {"outcome": "needs_approval"}})
    assert [one.path for one in mistakes] == ["travel.approval_role"]
    assert find_mistakes({**example("ontario"), "travel": {"kilometres_per_hour": 5}})
