"""Award orders: every place explained, every award repeatable, no draw steerable."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.policy.ordering import (
    Bidder,
    BidderIncomplete,
    closing_time,
    commitment_of,
    draw_value,
    is_first_come,
    month_window,
    new_seed,
    rank_bidders,
    replay_ranking,
)
from departments.policy.refusals import SnapshotUnreadable
from tests.policy.building import policy, utc

AT = utc("2026-06-01T12:00")
KEYS = ("extra_duty_minutes_this_month", "seniority_date", "draw")


def bidder(name: str, minutes: int = 0, since: str = "2010-01-01", **more) -> Bidder:
    return Bidder(name, AT, {"extra_duty_minutes_this_month": minutes, "seniority_date": since, **more})


def ranked(*bidders: Bidder, keys=KEYS, fill=1, seed="seed"):
    return rank_bidders(keys=keys, shift_id="shift", seed=seed, bidders=bidders, positions_to_fill=fill)


def test_fewest_hours_then_seniority_then_the_draw():
    result = ranked(bidder("a", 720), bidder("b", 480, "2015-01-01"), bidder("c", 480, "2012-01-01"), fill=2)
    assert [entry.officer_id for entry in result.entries] == ["c", "b", "a"]
    assert [entry.outcome for entry in result.entries] == ["won", "won", "backup"]
    assert [entry.decided_by for entry in result.entries] == [
        "seniority_date",
        "seniority_date",
        "extra_duty_minutes_this_month",
    ]


def test_the_sentence_says_place_own_value_and_the_winners():
    result = ranked(bidder("a", 720), bidder("b", 480))
    assert result.entries[1].sentence == (
        "2nd of 2: 12 h 00 extra-duty this month; the award went to 8 h 00 extra-duty this month."
    )
    assert result.entries[0].sentence.startswith("1st of 2: 8 h 00 extra-duty this month; the first who did not")
    tied = ranked(bidder("a"), bidder("b"))
    assert "equal in extra-duty this month and seniority date; drawn after" in tied.entries[1].sentence
    assert ranked(bidder("a")).entries[0].sentence == "1st of 1: every bidder got a position."


def test_the_draw_is_the_published_formula():
    expected = hashlib.sha256(b"seed|shift|officer").hexdigest()
    assert draw_value(seed="seed", shift_id="shift", officer_id="officer") == expected
    assert commitment_of("seed") == hashlib.sha256(b"seed").hexdigest()
    assert len(new_seed()) == 64
    assert new_seed() != new_seed()


def test_other_compositions():
    seniors = ranked(
        bidder("a", rank_level=1),
        bidder("b", rank_level=3, since="2020-01-01"),
        keys=("rank_level", "seniority_date", "draw"),
    )
    assert seniors.entries[0].officer_id == "b"
    late = Bidder("late", AT + timedelta(microseconds=1))
    first_come = ranked(late, Bidder("early", AT), keys=("bid_at",))
    assert first_come.entries[0].officer_id == "early"


def test_nobody_bid_and_nothing_to_fill():
    assert ranked().entries == ()
    assert ranked(bidder("a"), fill=0).entries[0].sentence == "1st of 1: no position was open."


def test_missing_and_wrong_values_are_refused():
    with pytest.raises(BidderIncomplete):
        ranked(Bidder("a", AT, {"seniority_date": "2010-01-01"}))
    with pytest.raises(BidderIncomplete):
        ranked(bidder("a", since="last year"))
    with pytest.raises(BidderIncomplete):
        ranked(bidder("a", minutes="many"))
    with pytest.raises(ValueError, match="once"):
        ranked(bidder("a"), bidder("a"))
    with pytest.raises(ValueError, match="Unknown"):
        ranked(bidder("a"), keys=("shoe_size",))
    with pytest.raises(SnapshotUnreadable):
        replay_ranking({"entries": [{}]})


bidders = st.lists(
    st.builds(
        bidder,
        st.text("abcdefgh", min_size=1, max_size=4),
        st.sampled_from([0, 60, 120]),
        st.sampled_from(["2001-01-01", "2002-02-02"]),
    ),
    unique_by=lambda one: one.officer_id,
    max_size=12,
)


@given(bidders=bidders, fill=st.integers(0, 6), seed=st.text(min_size=1), data=st.data())
def test_an_award_does_not_depend_on_the_order_of_bids_and_replays_from_json(bidders, fill, seed, data):
    first = ranked(*bidders, fill=fill, seed=seed)
    assert ranked(*data.draw(st.permutations(bidders)), fill=fill, seed=seed) == first
    assert replay_ranking(json.loads(json.dumps(first.to_json()))) == first
    assert len(first.winners) == min(fill, len(bidders))
    assert [entry.place for entry in first.entries] == list(range(1, len(bidders) + 1))
    for entry, following in zip(first.entries, first.entries[1:], strict=False):
        mine = (entry.key_values["extra_duty_minutes_this_month"], entry.key_values["seniority_date"])
        theirs = (following.key_values["extra_duty_minutes_this_month"], following.key_values["seniority_date"])
        assert mine <= theirs


def test_closing_time_and_first_come_under_24_hours():
    rules = policy()
    start = utc("2026-06-10T12:00")
    day_before = utc("2026-06-09T12:00")
    assert closing_time(policy=rules, starts_at=start, opened_at=AT) == day_before
    late = day_before + timedelta(seconds=1)
    assert closing_time(policy=rules, starts_at=start, opened_at=late) == late
    assert not is_first_come(policy=rules, starts_at=start, at=day_before)
    assert is_first_come(policy=rules, starts_at=start, at=late)
    assert not is_first_come(policy=policy(award_order={"short_notice": "same"}), starts_at=start, at=late)


def test_the_month_of_an_hour_is_the_local_month_of_the_shifts_start():
    rules = policy()
    may, june = utc("2026-06-01T04:59"), utc("2026-06-01T05:00")
    assert month_window(policy=rules, at=may) == (utc("2026-05-01T05:00"), june)
    assert month_window(policy=rules, at=june) == (june, utc("2026-07-01T05:00"))
