"""Dated facts about the officer, rest around the shift, overlaps, bans, exceptions."""

from __future__ import annotations

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
from tests.policy.building import policy, rank, utc

START = utc("2026-06-03T14:00")
SHIFT = ShiftFacts("s", START, START + timedelta(hours=4))


def judged(officer=None, shift=SHIFT, commitments=(), waivers=(), **sections):
    officer = officer or OfficerFacts("o", "officer")
    return evaluate(policy=policy(**sections), officer=officer, shift=shift, commitments=commitments, waivers=waivers)


def rules_of(verdict):
    return [reason.rule_id for reason in verdict.reasons]


@pytest.mark.parametrize(
    ("start", "until", "rule"),
    [
        (date(2026, 6, 3), None, None),
        (date(2026, 6, 4), None, "may-work-from"),
        (None, date(2026, 6, 4), None),
        (None, date(2026, 6, 3), "may-work-until"),
    ],
)
def test_may_work_dates_are_half_open(start, until, rule):
    officer = OfficerFacts("o", "officer", may_work_from_date=start, may_work_until_date=until)
    assert rules_of(judged(officer)) == ([rule] if rule else [])


def test_a_status_that_the_policy_does_not_know_denies():
    assert judged(OfficerFacts("o", "officer", status="suspended")).outcome == "deny"
    rules = {"status_rules": [{"status": "leave", "outcome": "needs_approval", "approval_role": "chief"}]}
    verdict = judged(OfficerFacts("o", "officer", status="leave"), eligibility=rules)
    assert (verdict.outcome, verdict.approval_roles) == ("needs_approval", ("chief",))


@pytest.mark.parametrize(("hours_after", "outcome"), [(-1, "deny"), (23.99, "deny"), (24, "allow")])
def test_sick_leave_cools_off(hours_after, outcome):
    rules = {"status_rules": [{"status": "sick", "outcome": "deny", "cool_off_minutes": 1440, "text": "Off sick."}]}
    ended = START - timedelta(hours=hours_after)
    officer = OfficerFacts("o", "officer", status_periods=(StatusPeriod("sick", START - timedelta(days=9), ended),))
    verdict = judged(officer, eligibility=rules)
    assert verdict.outcome == outcome
    if outcome == "deny":
        assert verdict.reasons[0].lifts_at == ended + timedelta(hours=24)


def test_a_future_suspension_does_not_stop_a_shift_before_it():
    later = (StatusPeriod("suspended", START + timedelta(hours=4), None),)
    assert judged(OfficerFacts("o", "officer", status_periods=later)).outcome == "allow"
    sooner = (StatusPeriod("suspended", START + timedelta(hours=3, minutes=59), None),)
    assert judged(OfficerFacts("o", "officer", status_periods=sooner)).outcome == "deny"


@pytest.mark.parametrize(
    ("seniority", "outcome"), [(date(2024, 12, 3), "allow"), (date(2024, 12, 4), "deny"), (None, "deny")]
)
def test_eighteen_months_of_service(seniority, outcome):
    officer = OfficerFacts("o", "officer", seniority_date=seniority)
    assert judged(officer, eligibility={"minimum_service_months": 18}).outcome == outcome


@pytest.mark.parametrize(
    ("expires", "outcome"), [(date(2026, 6, 3), "allow"), (date(2026, 6, 2), "deny"), (None, "allow")]
)
def test_a_credential_counts_through_its_last_day(expires, outcome):
    officer = OfficerFacts("o", "officer", credentials=(Credential("weapon", expires),))
    assert judged(officer, eligibility={"required_credentials": ["weapon"]}).outcome == outcome


def test_credentials_by_event_and_by_shift():
    rules = {"event_credentials": {"film-shoot": ["pyro"]}}
    assert rules_of(
        judged(shift=ShiftFacts("s", START, SHIFT.ends_at, event_type="film-shoot"), eligibility=rules)
    ) == ["credential-pyro"]
    assert rules_of(judged(shift=ShiftFacts("s", START, SHIFT.ends_at, required_credentials=("motor",)))) == [
        "credential-motor"
    ]


@pytest.mark.parametrize(
    ("may_fill", "officer_rank", "position", "outcome"),
    [
        ("own_rank_or_lower", "sergeant", "officer", "allow"),
        ("own_rank_or_lower", "officer", "sergeant", "deny"),
        ("own_rank", "sergeant", "officer", "deny"),
        ("own_rank", "sergeant", "sergeant", "allow"),
        ("any", "officer", "sergeant", "allow"),
        ("own_rank_or_lower", "officer", "trooper", "allow"),
    ],
)
def test_rank(may_fill, officer_rank, position, outcome):
    verdict = judged(
        OfficerFacts("o", officer_rank),
        ShiftFacts("s", START, SHIFT.ends_at, rank_code=position),
        card={"ranks": [rank("officer"), rank("sergeant", level=2)]},
        eligibility={"may_fill": may_fill},
    )
    assert verdict.outcome == outcome


@pytest.mark.parametrize(
    ("bucket", "start", "end", "outcome"),
    [
        ("duty", -4, 0, "allow"),
        ("duty", -4, 0.01, "deny"),
        ("extra_duty", 4, 8, "allow"),
        ("extra_duty", 3.99, 8, "deny"),
        ("court", 1, 2, "deny"),
        ("leave", -8, 8, "allow"),
    ],
)
def test_overlap_is_half_open_and_leave_is_free_time(bucket, start, end, outcome):
    other = Commitment(bucket, START + timedelta(hours=start), START + timedelta(hours=end))
    assert judged(commitments=[other]).outcome == outcome


@pytest.mark.parametrize(
    ("side", "gap_before", "gap_after", "expected"),
    [
        ("before", 479, 9999, ["rest"]),
        ("before", 480, 0, []),
        ("after", 0, 479, ["rest"]),
        ("after", 0, 480, []),
        ("between", 479, 479, ["rest", "rest"]),
        ("between", 480, 480, []),
    ],
)
def test_rest_on_either_side(side, gap_before, gap_after, expected):
    before = START - timedelta(minutes=gap_before)
    after = SHIFT.ends_at + timedelta(minutes=gap_after)
    commitments = [
        Commitment("duty", before - timedelta(hours=8), before),
        Commitment("duty", after, after + timedelta(hours=8)),
    ]
    rest = {"id": "rest", "side": side, "minutes": 480, "buckets": ["duty"]}
    assert rules_of(judged(commitments=commitments, rests=[rest])) == expected


def test_rest_only_after_sixteen_hours_of_work():
    rest = {
        "id": "rest",
        "side": "before",
        "minutes": 480,
        "buckets": ["duty", "overtime"],
        "after_worked_minutes": 960,
    }
    end = START - timedelta(hours=2)
    long = [
        Commitment("duty", end - timedelta(hours=17), end - timedelta(hours=7)),
        Commitment("overtime", end - timedelta(hours=6), end),
    ]
    assert rules_of(judged(commitments=long, rests=[rest])) == ["rest"]
    short = [Commitment("duty", end - timedelta(hours=16, minutes=-1), end)]
    assert rules_of(judged(commitments=short, rests=[rest])) == []


def test_rest_after_counts_the_shift_itself():
    rest = {
        "id": "rest",
        "side": "after",
        "minutes": 480,
        "buckets": ["duty", "extra_duty"],
        "after_worked_minutes": 720,
    }
    tomorrow = Commitment("duty", SHIFT.ends_at + timedelta(hours=5), SHIFT.ends_at + timedelta(hours=13))
    eight = Commitment("duty", START - timedelta(hours=8), START)
    assert rules_of(judged(commitments=[eight, tomorrow], rests=[rest])) == ["rest"]
    seven = Commitment("duty", START - timedelta(hours=7, minutes=59), START)
    assert rules_of(judged(commitments=[seven, tomorrow], rests=[rest])) == []


def test_barred_events_and_duties():
    bars = [{"event_types": ["labour-dispute"], "text": "No strikes."}, {"duties": ["ticket-checks"]}]
    assert (
        "No strikes"
        in judged(shift=ShiftFacts("s", START, SHIFT.ends_at, event_type="labour-dispute"), barred=bars).sentence
    )
    assert rules_of(judged(shift=ShiftFacts("s", START, SHIFT.ends_at, duties=("ticket-checks",)), barred=bars)) == [
        "barred"
    ]
    assert judged(barred=bars).outcome == "allow"


@pytest.mark.parametrize("spelt", ["wide_load_escort", "wide-load-escort"])
@pytest.mark.parametrize("asked", ["wide_load_escort", "wide-load-escort"])
def test_underscores_and_hyphens_are_one_spelling(spelt, asked):
    shift = ShiftFacts("s", START, SHIFT.ends_at, event_type=asked)
    assert rules_of(judged(shift=shift, barred=[{"event_types": [spelt]}])) == ["barred"]
    assert rules_of(judged(shift=shift, eligibility={"event_credentials": {spelt: ["cdl"]}})) == ["credential-cdl"]
    limit = {"id": "l", "window": "calendar_day", "buckets": ["extra_duty"], "limit_minutes": 1, "event_types": [spelt]}
    assert rules_of(judged(shift=shift, hour_limits=[limit])) == ["l"]


def test_an_exception_turns_a_denial_into_a_warning_until_it_expires_but_never_an_overlap():
    limits = [{"id": "cap", "window": "calendar_day", "buckets": ["extra_duty"], "limit_minutes": 60}]
    waiver = Waiver("cap", START + timedelta(seconds=1), "Commander")
    assert judged(hour_limits=limits, waivers=[waiver]).outcome == "warn"
    assert judged(hour_limits=limits, waivers=[Waiver("cap", START)]).outcome == "deny"
    clash = Commitment("duty", START, SHIFT.ends_at)
    assert judged(commitments=[clash], waivers=[Waiver("overlap", START + timedelta(days=1))]).outcome == "deny"
