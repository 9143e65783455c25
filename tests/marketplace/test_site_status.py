"""Where an officer stands, minute by minute, as a table; and exactly so many minutes is enough, whatever they are."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.policy.service_levels import ServiceLevels
from marketplace.site_status import STATUSES, SiteFacts, site_status

START = datetime(2026, 12, 12, 14, tzinfo=UTC)
END = START + timedelta(hours=6)
LEVELS = ServiceLevels(presence_interval_minutes=120)


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def facts(state: str = "confirmed", **more: object) -> SiteFacts:
    return SiteFacts(state, START, END, END, **more)  # type: ignore[arg-type]


ON_SITE = {"state": "checked_in", "came_at": minute(-4)}
RELIEVED = {**ON_SITE, "state": "checked_out", "handed_over_at": minute(90)}


@pytest.mark.parametrize(
    ("known", "at", "status", "minutes"),
    [
        ({}, -61, "expected", 0),
        ({}, 4.99, "expected", 0),
        ({}, 5, "late", 5),
        ({}, 29.99, "late", 29),
        ({}, 30, "no_show", 30),
        ({"state": "no_show"}, 400, "no_show", 0),
        ({"state": "offered"}, 20, "offered", 0),
        ({"state": "relieved"}, 20, "relieved", 0),
        ({"state": "called_off"}, 20, "called_off", 0),
        ({"relieves_since": minute(20)}, 64, "expected", 0),
        ({"relieves_since": minute(20)}, 70, "late", 5),
        ({"relieves_since": minute(-90)}, 5, "late", 5),
        (ON_SITE, 0, "on_site", 0),
        ({"state": "checked_in", "came_at": minute(12)}, 20, "on_site", 12),
        ({**ON_SITE, "answer_was_due_at": minute(131)}, 130, "on_site", 0),
        ({**ON_SITE, "answer_was_due_at": minute(131)}, 131, "unconfirmed", 0),
        ({**ON_SITE, "answer_was_due_at": minute(131)}, 140, "unconfirmed", 9),
        (ON_SITE, 374.99, "on_site", 0),
        (ON_SITE, 375, "overrun", 15),
        ({**ON_SITE, "answer_was_due_at": minute(131)}, 380, "overrun", 20),
        ({**ON_SITE, "state": "checked_out", "left_at": minute(355)}, 361, "left_early", 5),
        ({**ON_SITE, "state": "checked_out", "left_at": minute(355.01)}, 361, "done", 0),
        ({**ON_SITE, "state": "checked_out", "left_at": minute(362)}, 363, "done", 0),
        ({**ON_SITE, "state": "checked_out", "handed_over_at": minute(90)}, 91, "relieved", 0),
        ({**RELIEVED, "left_at": minute(95), "relief_came_at": minute(90)}, 96, "relieved", 0),
        ({**RELIEVED, "left_at": minute(90)}, 91, "left_early", 0),
        ({**RELIEVED, "left_at": minute(90), "relief_came_at": minute(94.99)}, 96, "relieved", 0),
        ({**RELIEVED, "left_at": minute(90), "relief_came_at": minute(95)}, 96, "left_early", 5),
        ({**RELIEVED, "left_at": minute(90), "was_let_go": True}, 96, "relieved", 0),
        ({**RELIEVED, "left_at": minute(80), "was_let_go": True, "relief_came_at": minute(95)}, 96, "left_early", 15),
        ({**RELIEVED, "left_at": minute(358), "handed_over_at": minute(358)}, 361, "done", 0),
        ({**ON_SITE, "state": "checked_out", "left_at": END, "handed_over_at": END}, 361, "done", 0),
    ],
)
def test_the_status_of_a_minute(known: dict[str, object], at: float, status: str, minutes: int) -> None:
    found = site_status(facts=facts(**known), levels=LEVELS, at=minute(at))  # type: ignore[arg-type]
    assert (found.status, found.minutes) == (status, minutes)


def test_last_confirmed_is_the_newest_of_clock_in_and_answer() -> None:
    def last(**known: object) -> datetime | None:
        return site_status(facts=facts(**known), levels=LEVELS, at=minute(200)).last_confirmed_at  # type: ignore[arg-type]

    assert last() is None
    assert last(**ON_SITE) == minute(-4)
    assert last(**ON_SITE, confirmed_at=minute(121)) == minute(121)
    assert last(state="checked_in", came_at=minute(30), confirmed_at=minute(10)) == minute(30)


def test_a_shift_shorter_than_the_policys_minutes_ends_as_nobody_came() -> None:
    short = SiteFacts("confirmed", START, minute(20), minute(20))
    assert site_status(facts=short, levels=LEVELS, at=minute(19)).status == "late"
    assert site_status(facts=short, levels=LEVELS, at=minute(20)).status == "no_show"


MINUTES = st.integers(1, 240)


@given(late=MINUTES, absent=MINUTES, micro=st.sampled_from([-1, 0, 1]))
def test_exactly_the_minutes_is_enough(late: int, absent: int, micro: int) -> None:
    levels = ServiceLevels(late_minutes=late, no_show_minutes=late + absent)
    step = timedelta(microseconds=micro)
    before, after = ("late", "no_show"), ("expected", "late")
    if late + absent < 360:
        found = site_status(facts=facts(), levels=levels, at=minute(late + absent) + step)
        assert found.status == before[micro >= 0]
    assert site_status(facts=facts(), levels=levels, at=minute(late) + step).status == after[micro >= 0]


@given(
    state=st.sampled_from(["offered", "confirmed", "checked_in", "checked_out", "no_show", "relieved", "called_off"]),
    came=st.none() | st.integers(-60, 700),
    left=st.none() | st.integers(-60, 700),
    due=st.none() | st.integers(-60, 700),
    at=st.integers(-100, 800),
)
def test_every_row_has_one_known_status_and_no_negative_minutes(
    state: str, came: int | None, left: int | None, due: int | None, at: int
) -> None:
    def moment(one: int | None) -> datetime | None:
        return None if one is None else minute(one)

    row = facts(state, came_at=moment(came), left_at=moment(left), answer_was_due_at=moment(due))
    found = site_status(facts=row, levels=LEVELS, at=minute(at))
    assert found.status in STATUSES
    assert found.minutes >= 0
