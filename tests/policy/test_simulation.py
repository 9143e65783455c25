"""Past awards made again: the same rules give the same run, and no run breaks what no rule may break."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from departments.policy.documents import Policy
from departments.policy.facts import OfficerFacts, ShiftFacts
from departments.policy.past_awards import History, PastAward, PastBidder, PastWork
from departments.policy.simulation import Run, simulate
from tests.policy.building import policy, utc

FIRST = utc("2026-03-02T15:00")
BY_HOURS = policy(award_order={"keys": ["extra_duty_minutes_this_month", "seniority_date", "draw"]})
BY_SENIORITY = policy(award_order={"keys": ["seniority_date", "draw"]})
FEW_HOURS = policy(
    hour_limits=[{"id": "week", "window": "week", "buckets": ["extra_duty"], "limit_minutes": 480, "outcome": "deny"}]
)


def past_award(number: int, starts_at: datetime, headcount: int, officers: list[int], rules: Policy) -> PastAward:
    ends_at = starts_at + timedelta(hours=4)
    shift = ShiftFacts(f"shift-{number}", starts_at, ends_at, rank_code="officer")
    return PastAward(
        award_id=f"{number:04}", kind="closing", decided_at=FIRST - timedelta(days=9) + timedelta(minutes=number),
        shift_id=f"shift-{number}", position_id=f"position-{number}", starts_at=starts_at, ends_at=ends_at,
        headcount=headcount, seed="5eed", rules=rules,
        bidders=tuple(
            PastBidder(
                officer_id=f"officer-{one}", bid_at=FIRST - timedelta(days=20, minutes=one),
                officer=OfficerFacts(f"officer-{one}", "officer", seniority_date=date(2000 + one, 1, 1)),
                shift=shift, commitments=(), waivers=(), rules=rules, is_own=True,
            )
            for one in officers
        ),
        won=frozenset(),
    )  # fmt: skip


AWARDS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 3), st.lists(st.integers(1, 5), min_size=1, max_size=5, unique=True)),
    max_size=12,
)


def history(lines: list[tuple[int, int, list[int]]], rules: Policy) -> History:
    """Shifts that start so many half shifts after the first, so that some overlap."""
    awards = (
        past_award(number, FIRST + timedelta(hours=2 * halves), headcount, officers, rules)
        for number, (halves, headcount, officers) in enumerate(lines)
    )
    return History(tuple(awards), ())


def winners(run: Run) -> list[list[str]]:
    return [decision.winners for decision in run.decisions]


@given(AWARDS, st.sampled_from([BY_HOURS, BY_SENIORITY, FEW_HOURS]))
@settings(max_examples=30)
def test_a_draft_that_says_the_same_changes_nothing(lines: list[tuple[int, int, list[int]]], rules: Policy) -> None:
    past = history(lines, rules)
    was, would = simulate(history=past), simulate(history=past, draft=rules)
    assert winners(was) == winners(would)
    assert was.minutes_by_officer == would.minutes_by_officer
    assert (was.denials, was.denials_by_rule) == (would.denials, would.denials_by_rule)


@given(AWARDS, st.sampled_from([BY_HOURS, BY_SENIORITY, FEW_HOURS]))
@settings(max_examples=30)
def test_nobody_is_in_two_places_and_nothing_is_overfilled(
    lines: list[tuple[int, int, list[int]]], draft: Policy
) -> None:
    run = simulate(history=history(lines, BY_HOURS), draft=draft)
    held: dict[str, list[PastAward]] = {}
    for decision in run.decisions:
        assert len(decision.winners) <= decision.award.headcount
        assert set(decision.winners).isdisjoint(decision.denied)
        for officer_id in decision.winners:
            for other in held.setdefault(officer_id, []):
                assert other.ends_at <= decision.award.starts_at or decision.award.ends_at <= other.starts_at
            held[officer_id].append(decision.award)
    assert run.minutes_by_officer == {officer_id: 240 * len(awards) for officer_id, awards in held.items()}


def test_stored_hours_are_moved_by_what_went_otherwise_only() -> None:
    """The stored value counted the real place on the first shift; under the draft somebody else has it."""
    first = past_award(0, FIRST, 1, [1, 2], BY_HOURS)
    second = past_award(1, FIRST + timedelta(days=3), 1, [1, 2], BY_HOURS)
    stored = {"officer-1": 600, "officer-2": 700}
    second = PastAward(
        **{
            **{name: getattr(second, name) for name in second.__dataclass_fields__},
            "bidders": tuple(
                PastBidder(
                    **{
                        **{name: getattr(one, name) for name in one.__dataclass_fields__},
                        "key_values": {"extra_duty_minutes_this_month": stored[one.officer_id]},
                    }
                )
                for one in second.bidders
            ),
        }
    )
    given_at = first.decided_at
    really = PastWork("officer-1", "shift-0", first.starts_at, first.ends_at, given_at, "0000")
    past = History((first, second), (really,))
    run = simulate(history=past)
    # As it was: 600 with the first shift in it, so officer 1 goes first again.
    assert winners(run) == [["officer-1"], ["officer-1"]]
    entry = next(one for one in run.decisions[1].ranking.entries if one.officer_id == "officer-1")  # type: ignore[union-attr]
    assert entry.key_values["extra_duty_minutes_this_month"] == 600
    latest_first = policy(award_order={"keys": ["rank_level", "bid_at"]})
    moved = simulate(history=past, draft=latest_first)
    assert winners(moved)[0] == ["officer-2"]
