"""A stored decision can be judged again from itself alone."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from departments.policy.evaluation import (
    Commitment,
    Credential,
    OfficerFacts,
    ShiftFacts,
    StatusPeriod,
    Waiver,
    evaluate,
)
from departments.policy.examples import NAMES, example
from departments.policy.loading import load_policy
from departments.policy.refusals import SnapshotUnreadable
from departments.policy.snapshots import replay, replays_alike, snapshot
from tests.policy.building import utc

START = utc("2026-06-03T14:00")
FACTS = {
    "officer": OfficerFacts(
        "o",
        "sergeant",
        seniority_date=date(2012, 5, 1),
        may_work_from_date=date(2013, 1, 1),
        credentials=(Credential("weapon", date(2027, 1, 1)),),
        status_periods=(StatusPeriod("sick", START - timedelta(days=2), START - timedelta(hours=3)),),
    ),
    "shift": ShiftFacts("s", START, START + timedelta(hours=6), "constable", "festival", ("weapon",), ("traffic",)),
    "commitments": [Commitment("duty", START - timedelta(hours=11), START, "d1")],
    "waivers": [Waiver("daily-cap", START + timedelta(days=1), "Commander")],
}


@pytest.mark.parametrize("name", NAMES)
def test_a_snapshot_replays_from_json(name):
    policy = load_policy(example(name), version=4)
    verdict = evaluate(policy=policy, **FACTS)
    stored = json.loads(json.dumps(snapshot(policy=policy, verdict=verdict, **FACTS)))
    assert replay(stored) == verdict
    assert replays_alike(stored)
    assert verdict.reasons


def test_a_changed_number_shows():
    policy = load_policy(example("ontario"), version=4)
    verdict = evaluate(policy=policy, **FACTS)
    stored = json.loads(json.dumps(snapshot(policy=policy, verdict=verdict, **FACTS)))
    stored["policy"]["data"]["hour_limits"][0]["limit_minutes"] += 1
    assert not replays_alike(stored)


def test_a_broken_snapshot_is_refused():
    with pytest.raises(SnapshotUnreadable):
        replay({"policy": {}})
