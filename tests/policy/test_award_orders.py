"""Award orders as compositions: the parts on their own, each boundary on both sides, and what must hold for all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.policy.award_orders import (
    Automatic,
    BiddingSet,
    BiddingWindows,
    Bumping,
    Counters,
    CutOff,
    Tier,
    TierMembers,
    Wheel,
)
from departments.policy.bidding_windows import bidding_start, hidden_minutes
from departments.policy.bumping import Holder, bumped_holder
from departments.policy.candidates import AwardedShift, Candidate, consider, distance_band, years_of_service
from departments.policy.counters import HistoryEntry, count, newcomer_minutes, period_of
from departments.policy.offers import answer_by, next_round_at, next_to_ask, walk
from departments.policy.ordering import Bidder, rank_bidders, replay_ranking, replays_as_stored
from departments.policy.refusals import PolicyInvalid
from departments.policy.tiers import tier_of
from departments.policy.wheel import WheelEvent, WheelMember, wheel_order
from tests.policy.building import policy, utc

ZONE = ZoneInfo("America/Chicago")
EVERYTHING = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def happened(kind: str, at: str = "2026-03-05T12:00", minutes: int = 240, **more) -> HistoryEntry:
    return HistoryEntry(kind, utc(at), minutes, happened_at=utc(at), **more)


def counted(counters: Counters, *entries: HistoryEntry, window=EVERYTHING):
    return count(counters=counters, history=entries, window=window, shift_id="this", zone=ZONE)


@pytest.mark.parametrize(
    ("reset", "more", "moment", "starts", "ends"),
    [
        ("month", {}, "2026-03-01T06:00", "2026-03-01T06:00", "2026-04-01T05:00"),
        ("month", {}, "2026-03-01T05:59", "2026-02-01T06:00", "2026-03-01T06:00"),
        ("year", {}, "2026-01-01T05:59", "2025-01-01T06:00", "2026-01-01T06:00"),
        ("year", {"anchor_date": date(2020, 7, 1)}, "2026-07-01T05:00", "2026-07-01T05:00", "2027-07-01T05:00"),
        ("year", {"anchor_date": date(2024, 2, 29)}, "2026-02-28T12:00", "2025-03-01T06:00", "2026-03-01T06:00"),
        ("week", {"week_starts_on": "sunday"}, "2026-03-08T06:00", "2026-03-08T06:00", "2026-03-15T05:00"),
        ("28_days", {"anchor_date": date(2026, 1, 5)}, "2026-03-02T05:59", "2026-02-02T06:00", "2026-03-02T06:00"),
        ("28_days", {"anchor_date": date(2026, 1, 5)}, "2026-03-02T06:00", "2026-03-02T06:00", "2026-03-30T05:00"),
    ],
)
def test_counters_start_again_at_local_midnight(reset, more, moment, starts, ends):
    period = period_of(Counters(reset=reset, **more), zone=ZONE, moment=utc(moment))
    assert period == (utc(starts), utc(ends))


def test_only_debits_count_by_their_weight_and_corrections_always():
    rules = Counters(debits=("worked", "refused", "no_show"), percent={"refused": 50}, flat_minutes={"no_show": 600})
    entries = (happened("worked", minutes=100), happened("awarded"), happened("refused", minutes=101))
    assert counted(rules, *entries).minutes == 150
    assert counted(rules, *entries).shifts == 1
    assert counted(rules, *entries).refusals == 1
    assert counted(rules, happened("no_show", minutes=60), happened("credit", minutes=200)).minutes == 400
    assert counted(rules, happened("debit", minutes=7), happened("credit", minutes=-5)).minutes == 2
    assert counted(rules, happened("worked", shift_id="this")).minutes == 0
    assert counted(Counters(hours="paid"), happened("worked", minutes=100, paid_minutes=180)).minutes == 180
    assert counted(Counters(hours="paid"), happened("worked", minutes=100)).minutes == 100


@pytest.mark.parametrize(("rule", "credit"), [("zero", 0), ("mean", 150), ("max", 240)])
def test_a_newcomer_starts_with_what_the_others_had_until_they_joined(rule, credit):
    others = [
        (None, [happened("worked", "2026-03-03T12:00", 240), happened("worked", "2026-03-20T12:00", 999)]),
        (None, [happened("worked", "2026-03-04T12:00", 61)]),
        (utc("2026-03-02T12:00"), [happened("worked", "2026-03-03T12:00", 600)]),
    ]
    window = (utc("2026-03-01T06:00"), utc("2026-04-01T05:00"))
    arguments = {"others": others, "window": window, "shift_id": "this", "zone": ZONE}
    rules = Counters(newcomer=rule)
    assert newcomer_minutes(counters=rules, joined_at=utc("2026-03-10T06:00"), **arguments) == credit
    assert newcomer_minutes(counters=rules, joined_at=window[0], **arguments) == 0
    assert newcomer_minutes(counters=rules, joined_at=None, **arguments) == 0


def members(*names: str) -> list[WheelMember]:
    return [WheelMember(name, date(2000 + index, 1, 1)) for index, name in enumerate(names)]


def turned(*events: tuple[str, str, str], at: str = "2026-03-10T12:00", **more) -> str:
    wheel = Wheel(anchor_date=date(2026, 1, 5), **more)
    found = [WheelEvent(name, kind, utc(moment)) for name, kind, moment in events]
    return "".join(wheel_order(wheel, members=members("a", "b", "c"), events=found, zone=ZONE, at=utc(at)))


def test_the_wheel_turns_by_what_ends_a_turn_and_is_built_anew():
    assert turned() == "abc"
    assert turned(("a", "accepted", "2026-03-03T12:00")) == "bca"
    assert turned(("a", "refused", "2026-03-03T12:00"), ("b", "worked", "2026-03-04T12:00")) == "cab"
    assert turned(("b", "worked", "2026-03-03T12:00"), ("a", "accepted", "2026-03-04T12:00")) == "cba"
    assert turned(("a", "unreachable", "2026-03-03T12:00")) == "abc"
    assert turned(("a", "unreachable", "2026-03-03T12:00"), to_bottom=("unreachable",)) == "bca"
    # 2 March 06:00 UTC is the midnight at which this roster was built.
    assert turned(("a", "worked", "2026-03-02T05:59")) == "abc"
    assert turned(("a", "worked", "2026-03-02T06:00")) == "bca"
    assert turned(("a", "worked", "2026-03-10T12:00")) == "abc", "now is not before now"


def test_a_weekly_cut_off_keeps_the_wheel_still():
    weekly = CutOff("monday", datetime(2026, 1, 1, 8).time())
    # Monday 9 March 08:00 in Chicago, after the clocks went forward, is 13:00 UTC.
    assert turned(("a", "worked", "2026-03-09T13:00"), cut_off=weekly) == "abc"
    assert turned(("a", "worked", "2026-03-09T12:59"), cut_off=weekly) == "bca"
    assert turned(("a", "worked", "2026-03-09T12:59"), cut_off=weekly, at="2026-03-09T12:59:59") == "abc"


TIERS = (
    Tier("own", who=TierMembers(home="own")),
    Tier("last", opens_hours_before_start=4),
    Tier("certified", who=TierMembers("others", credentials=("k_9",)), opens_after_minutes=90, falls_back_to="last"),
)


def placed(tiers, *, is_own=False, credentials=(), opened="2026-03-01T12:00"):
    return tier_of(
        tiers,
        is_own=is_own,
        rank_code="officer",
        credentials=credentials,
        opened_at=utc(opened),
        starts_at=utc("2026-03-20T12:00"),
    )


def test_tiers_follow_their_chain_and_open_on_their_timers():
    chain = (TIERS[0], TIERS[2], TIERS[1])
    assert placed(chain, is_own=True).number == 0
    certified = placed(chain, credentials=("K-9",))
    assert (certified.number, certified.opens_at) == (1, utc("2026-03-01T13:30"))
    assert (placed(chain).number, placed(chain).opens_at) == (2, utc("2026-03-20T08:00"))
    assert placed(chain, opened="2026-03-20T09:00").opens_at == utc("2026-03-20T09:00")
    assert placed(TIERS[:1]) is None
    assert placed(()).number == 1


def start(windows: BiddingWindows, **facts):
    return bidding_start(windows, opened_at=utc("2026-03-01T12:00"), seed="seed", shift_id="shift", **facts)


def test_windows_open_by_share_rank_and_service():
    windows = BiddingWindows(
        sets=(
            BiddingSet("senior", share_percent=25),
            BiddingSet("ten-years", 30, years_of_service=10),
            BiddingSet("rest", 60),
        )
    )
    found = [
        start(windows, officer_id=str(place), seniority_place=place, roster_size=8, years_of_service=years).set_id
        for place, years in ((2, 0), (3, 10), (3, 9), (None, 3))
    ]
    assert found == ["senior", "ten-years", "rest", "rest"]
    late = start(windows, officer_id="3", seniority_place=3, roster_size=8)
    assert (late.opens_at, late.hidden) == (utc("2026-03-01T13:00"), False)


def test_drawn_windows_and_the_hidden_minute_come_from_the_seed_alone():
    windows = BiddingWindows("random", (BiddingSet("a", share_percent=50), BiddingSet("b", 60)), 30)
    found = [start(windows, officer_id=str(one)) for one in range(400)]
    assert found == [start(windows, officer_id=str(one)) for one in range(400)]
    assert 160 < sum(one.set_id == "a" for one in found) < 240
    minutes = {hidden_minutes(windows, seed=str(one), shift_id="shift") for one in range(600)}
    assert (min(minutes), max(minutes), len(minutes)) == (0, 30, 31)
    assert all(one.hidden for one in found)


def test_bumping_takes_the_last_holder_and_never_an_equal():
    rules = Bumping()
    holders = [
        Holder("sergeant", {"rank_level": 2, "seniority_date": "2015-01-01"}),
        Holder("officer", {"rank_level": 1, "seniority_date": "2001-01-01"}),
        Holder("junior", {"rank_level": 1, "seniority_date": "2019-01-01"}),
    ]

    def by(level: int, since: str) -> Holder | None:
        return bumped_holder(rules, challenger={"rank_level": level, "seniority_date": since}, holders=holders)

    assert by(2, "2024-01-01").officer_id == "junior"
    assert by(1, "2018-12-31").officer_id == "junior"
    assert by(1, "2019-01-01") is None
    assert bumped_holder(rules, challenger=holders[0].values, holders=[]) is None


def test_offers_go_down_the_list_one_for_each_free_place():
    assert next_to_ask(order="abcd", asked={}, free=2) == ["a", "b"]
    assert next_to_ask(order="abcd", asked={"a": "open", "b": "refused"}, free=2) == ["c"]
    assert next_to_ask(order="abcd", asked={"a": "refused", "b": "refused"}, free=2, offers_per_round=3) == ["c"]
    asked = [
        (one.officer_id, one.answer) for one in walk(order="abcd", answers={"a": "refused", "c": "accepted"}, free=2)
    ]
    assert asked == [("a", "refused"), ("b", "open"), ("c", "accepted")]


def test_offers_end_in_time_and_are_repeated_a_day_later():
    rules = Automatic(answer_hours=6, retry_daily_until_hours_before_start=24)
    starts_at = utc("2026-03-20T12:00")
    assert answer_by(rules, offered_at=utc("2026-03-20T07:00"), starts_at=starts_at) == starts_at
    assert next_round_at(rules, ended_at=utc("2026-03-18T12:00"), starts_at=starts_at) == utc("2026-03-19T12:00")
    assert next_round_at(rules, ended_at=utc("2026-03-18T12:01"), starts_at=starts_at) is None


def test_values_come_from_history_service_and_home():
    shift = AwardedShift("this", utc("2026-03-20T18:00"), utc("2026-03-01T12:00"))
    one = Candidate(
        "a",
        rank_level=2,
        seniority_date=date(2016, 3, 21),
        distance_kilometres=19.9,
        history=(
            happened("worked", "2026-03-01T05:59", 60),
            happened("awarded", "2026-03-05T12:00", 30),
            happened("refused", "2026-03-06T12:00"),
            happened("next_offer", "2026-03-07T12:00"),
        ),
    )
    values = consider(policy=policy(), shift=shift, candidates=[one], at=utc("2026-03-19T18:00"))["a"].values
    assert values["extra_duty_minutes_this_month"] == 30
    assert values["extra_duty_minutes_this_year"] == values["extra_duty_minutes_last_28_days"] == 90
    assert values["refusals_this_month"] == values["counted_refusals"] == values["next_offer"] == 1
    assert values["years_of_service"] == 9
    assert values["distance_band_kilometres"] == 10
    assert values["last_worked_at"] == "2026-03-05T12:00:00+00:00"
    assert years_of_service(date(2016, 3, 20), date(2026, 3, 20)) == 10
    assert [distance_band(one) for one in (4.99, 5.0, 80.0, None)] == [0, 5, 80, 80]


@pytest.mark.parametrize(
    ("order", "path"),
    [
        ({"tiers": [{"id": "a", "falls_back_to": "a"}]}, "award_order.tiers[0].falls_back_to"),
        ({"tiers": [{"id": "a"}, {"id": "b", "falls_back_to": "a"}]}, "award_order.tiers[1].falls_back_to"),
        ({"tiers": [{"id": "a", "falls_back_to": "x"}]}, "award_order.tiers[0].falls_back_to"),
        ({"tiers": [{"id": "a", "falls_back_to": "c"}, {"id": "b"}, {"id": "c"}]}, "award_order.tiers[1]"),
        (
            {"tiers": [{"id": "a", "opens_hours_before_start": 8}, {"id": "b", "opens_hours_before_start": 9}]},
            "award_order.tiers[1].opens_hours_before_start",
        ),
        ({"keys": ["shoe_size", "draw"]}, "award_order.keys[0]"),
        ({"keys": ["seniority_date"]}, "award_order.keys"),
        ({"keys": ["draw", "seniority_date", "bid_at"]}, "award_order.keys[0]"),
        ({"counters": {"newcomer": "mean"}}, "award_order.counters.newcomer"),
        ({"keys": ["counted_minutes", "draw"], "counters": {"reset": "28_days"}}, "award_order.counters.anchor_date"),
        (
            {"keys": ["counted_minutes", "draw"], "counters": {"percent": {"refused": 50}}},
            "award_order.counters.percent.refused",
        ),
        ({"windows": {"sets": [{"id": "a", "share_percent": 99}]}}, "award_order.windows.sets"),
        ({"windows": {"sets": [{"id": "a", "ranks": ["admiral"]}, {"id": "b"}]}}, "award_order.windows.sets[0].ranks"),
        ({"windows": {}}, "award_order.windows"),
        ({"method": "wheel"}, "award_order.wheel.anchor_date"),
        ({"keys": ["wheel_position", "draw"]}, "award_order.wheel.anchor_date"),
        ({"method": "automatic", "keys": ["bid_at"]}, "award_order.keys[0]"),
        ({"bumping": {"by": ["draw"]}}, "award_order.bumping.by[0]"),
        ({"lists": [{"id": "all", "when": {}}]}, "award_order.lists[0].when"),
    ],
)
def test_orders_that_make_no_sense_are_refused_with_their_path(order, path):
    with pytest.raises(PolicyInvalid) as refusal:
        policy(award_order=order)
    assert path in [mistake.path for mistake in refusal.value.mistakes]


KEYS = ("counted_minutes", "seniority_date", "draw")
entrants = st.lists(
    st.builds(
        lambda name, minutes, since: Bidder(
            name, utc("2026-03-01T12:00"), {"counted_minutes": minutes, "seniority_date": since}
        ),
        st.text("abcdefgh", min_size=1, max_size=3),
        st.sampled_from([0, 60]),
        st.sampled_from(["2001-01-01", "2002-02-02"]),
    ),
    unique_by=lambda one: one.officer_id,
    min_size=2,
    max_size=8,
)


@settings(max_examples=60)
@given(bidders=entrants, fill=st.integers(1, 3), data=st.data())
def test_a_losers_absence_changes_no_winner_and_every_award_replays(bidders, fill, data):
    def rank(some):
        return rank_bidders(keys=KEYS, shift_id="shift", seed="seed", bidders=some, positions_to_fill=fill)

    ranking = rank(bidders)
    assert rank(data.draw(st.permutations(bidders))) == ranking
    stored = json.loads(json.dumps(ranking.to_json()))
    assert replay_ranking(stored) == replays_as_stored(stored) == ranking
    if ranking.backups:
        loser = data.draw(st.sampled_from(ranking.backups)).officer_id
        rest = rank([one for one in bidders if one.officer_id != loser])
        assert [one.officer_id for one in rest.winners] == [one.officer_id for one in ranking.winners]


def test_an_award_of_the_first_engine_still_replays_and_a_forged_one_does_not():
    ranking = rank_bidders(
        keys=KEYS,
        shift_id="shift",
        seed="seed",
        bidders=[
            Bidder(name, utc("2026-03-01T12:00"), {"counted_minutes": minutes, "seniority_date": "2001-01-01"})
            for name, minutes in (("a", 60), ("b", 0))
        ],
        positions_to_fill=1,
    )
    stored = json.loads(json.dumps(ranking.to_json())) | {"engine_version": "1"}
    for entry in stored["entries"]:
        del entry["change"]
    assert replays_as_stored(stored) == ranking
    stored["entries"][0]["sentence"] = "1st of 2: because."
    assert replays_as_stored(stored) is None


def test_the_draw_is_uniform_enough():
    wins = dict.fromkeys("abcd", 0)
    for seed in range(1000):
        ranking = rank_bidders(
            keys=("draw",),
            shift_id="shift",
            seed=str(seed),
            bidders=[Bidder(name, utc("2026-03-01T12:00")) for name in wins],
            positions_to_fill=1,
        )
        wins[ranking.entries[0].officer_id] += 1
    # 250 each; five standard deviations are 69.
    assert all(abs(count - 250) < 69 for count in wins.values()), wins


def test_a_wheel_needs_its_day_and_periods_are_whole():
    with pytest.raises(ValueError, match="anchor"):
        wheel_order(Wheel(), members=members("a"), events=[], zone=ZONE, at=utc("2026-03-10T12:00"))
    first, after = period_of(Counters(reset="never"), zone=ZONE, moment=utc("2026-03-10T12:00"))
    assert after - first > timedelta(days=365 * 5000)
