"""What would have changed an award: every answer holds when the award is done again, and none is missing by much."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from departments.policy.counterfactuals import what_would_have_won
from departments.policy.ordering import Bidder, Ranking, rank_bidders, replay_ranking

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = ("extra_duty_minutes_this_month", "rank_level", "seniority_date", "bid_at", "draw")


def ranking(*bidders: tuple[int, int, str, int], to_fill: int = 1) -> Ranking:
    """Bidders as (minutes, rank level, seniority date, minutes after the first bid)."""
    return rank_bidders(
        keys=KEYS,
        shift_id="shift",
        seed="5eed",
        positions_to_fill=to_fill,
        bidders=[
            Bidder(
                f"officer-{number}",
                AT + timedelta(minutes=late),
                {"extra_duty_minutes_this_month": minutes, "rank_level": level, "seniority_date": since},
            )
            for number, (minutes, level, since, late) in enumerate(bidders)
        ],
    )


def test_fewer_hours_or_nothing_else_helps_where_hours_decide_first() -> None:
    award = ranking((240, 1, "2010-01-01", 0), (600, 9, "1990-01-01", 0)).to_json()
    [change] = what_would_have_won(award, "officer-1")
    # Equal hours are enough: the higher rank decides then.
    assert (change.key, change.had, change.value, change.place) == ("extra_duty_minutes_this_month", 600, 240, 1)
    assert change.sentence == "With 4 h extra-duty this month instead of 10 h, you would have been number 1 of 2."


def test_equals_are_told_each_way_that_would_have_decided_before_the_draw() -> None:
    award = ranking((240, 1, "2010-01-01", 0), (240, 1, "2010-01-01", 0))
    loser = award.entries[1].officer_id
    changes = {change.key: change.value for change in what_would_have_won(award.to_json(), loser)}
    assert changes["extra_duty_minutes_this_month"] == 239
    assert changes["rank_level"] == 2
    assert changes["seniority_date"] == "2009-12-31"
    assert "bid_at" in changes
    assert "draw" not in changes


def test_a_winner_and_a_stranger_are_told_nothing() -> None:
    award = ranking((240, 1, "2010-01-01", 0), (600, 1, "2010-01-01", 0)).to_json()
    assert what_would_have_won(award, "officer-0") == ()
    assert what_would_have_won(award, "nobody") == ()


def test_nobody_works_less_than_nothing() -> None:
    """Both have no hours and the other key is beyond reach of a change by one: only that key is named."""
    award = ranking((0, 1, "2000-01-01", 0), (0, 1, "2010-01-01", 0)).to_json()
    assert {change.key for change in what_would_have_won(award, "officer-1")} == {"rank_level", "seniority_date"}


LINE = st.tuples(
    st.sampled_from([0, 60, 120]), st.integers(1, 3), st.sampled_from(["2001-01-01", "2002-02-02"]), st.integers(0, 2)
)


@given(st.lists(LINE, min_size=2, max_size=8), st.integers(1, 4))
@settings(max_examples=60)
def test_every_answer_wins_when_the_award_is_done_again(bidders: list[tuple[int, int, str, int]], to_fill: int) -> None:
    stored = ranking(*bidders, to_fill=to_fill).to_json()
    for entry in stored["entries"]:
        for change in what_would_have_won(stored, entry["officer_id"]):
            changed = {**entry, "key_values": {**entry["key_values"], change.key: change.value}}
            if change.key == "bid_at":
                changed["bid_at"] = change.value
            entries = [changed if one is entry else one for one in stored["entries"]]
            again = replay_ranking({**stored, "entries": entries})
            own = next(one for one in again.entries if one.officer_id == entry["officer_id"])
            assert (own.outcome, own.place) == ("won", change.place)
