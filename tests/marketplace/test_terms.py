"""Terms by themselves: what no department could take, and every mistake named by its field. No database."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from geo.points import CoordinatesInvalid
from geo.timezones import TimeDoesNotExist, UnknownTimeZone
from kernel.errors import InvalidInput, Refusal
from marketplace import refusals
from marketplace.drafts import terms_from_answers
from marketplace.terms import JobTerms, PositionTerms, check
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms, venue_terms

HOSTILE = '<script>alert("x")</script> =HYPERLINK("http://example.org";"x") {{ 7*7 }} \' OR 1=1 --'


def refusal_of(terms: JobTerms) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check(terms=terms, at=NOW)
    return caught.value


def test_good_terms_pass_and_survive_json() -> None:
    terms = job_terms(venue=venue_terms(end_latitude=43.5, end_longitude=-79.7))
    check(terms=terms, at=NOW)
    assert JobTerms.from_json(terms.to_json()) == terms


@pytest.mark.parametrize("starts_at", [NOW, NOW - timedelta(minutes=1), datetime(1970, 1, 1, tzinfo=UTC)])
def test_a_start_that_has_passed(starts_at: datetime) -> None:
    refusal = refusal_of(job_terms(shifts=(shift_terms(starts_at=starts_at),)))
    assert isinstance(refusal, refusals.PastDate)
    assert refusal.field == "shifts.0.starts_at"


def test_a_change_may_keep_a_shift_that_has_passed() -> None:
    yesterday = NOW - timedelta(days=1)
    check(terms=job_terms(shifts=(shift_terms(starts_at=yesterday),)), at=NOW, agreed_starts={yesterday})


@pytest.mark.parametrize("hours", [0, -1, -24])
def test_an_end_before_its_start(hours: int) -> None:
    refusal = refusal_of(job_terms(shifts=(shift_terms(), shift_terms(hours=hours))))
    assert isinstance(refusal, refusals.EndsBeforeStart)
    assert refusal.field == "shifts.1.ends_at"


@pytest.mark.parametrize(("hours", "refused"), [(24, False), (24.25, True), (0.25, False), (0.1, True)])
def test_how_long_a_shift_may_be(hours: float, refused: bool) -> None:
    terms = job_terms(shifts=(shift_terms(hours=hours),))
    if refused:
        assert isinstance(refusal_of(terms), (refusals.TooLong, refusals.TooShort))
    else:
        check(terms=terms, at=NOW)


@pytest.mark.parametrize("headcount", [0, -3, 201, 10_000])
def test_a_headcount_out_of_range_says_the_range(headcount: int) -> None:
    refusal = refusal_of(job_terms(shifts=(shift_terms(ranks={"constable": headcount}),)))
    assert isinstance(refusal, refusals.HeadcountOutOfRange)
    assert refusal.field == "shifts.0.positions.0.headcount"
    assert refusal.numbers == {"given": headcount, "minimum": 1, "maximum": 200}


def test_the_headcount_is_of_the_whole_shift() -> None:
    refusal = refusal_of(job_terms(shifts=(shift_terms(ranks={"constable": 150, "sergeant": 51}),)))
    assert isinstance(refusal, refusals.HeadcountOutOfRange)


def test_a_rank_asked_for_twice() -> None:
    twice = (PositionTerms(rank_code="constable", headcount=1), PositionTerms(rank_code="constable", headcount=2))
    assert isinstance(refusal_of(job_terms(shifts=(shift_terms(positions=twice),))), refusals.RankAskedTwice)


def test_no_shift_and_too_many() -> None:
    assert isinstance(refusal_of(job_terms(shifts=())), refusals.NoShifts)
    many = tuple(shift_terms(starts_at=STARTS_AT + timedelta(days=day)) for day in range(61))
    assert isinstance(refusal_of(job_terms(shifts=many)), refusals.TooManyShifts)


@pytest.mark.parametrize(("latitude", "longitude"), [(math.nan, 0.0), (0.0, math.inf), (90.01, 0.0), (0.0, -181.0)])
def test_places_that_are_not_on_earth(latitude: float, longitude: float) -> None:
    refusal = refusal_of(job_terms(venue=venue_terms(latitude=latitude, longitude=longitude)))
    assert isinstance(refusal, CoordinatesInvalid)


def test_a_pin_that_nobody_confirmed() -> None:
    assert isinstance(refusal_of(job_terms(venue=venue_terms(pin_confirmed=False))), refusals.PinNotConfirmed)


@pytest.mark.parametrize("name", ["title", "duties", "meeting_point", "contact_name", "attire"])
def test_markup_and_formulas_are_taken_as_they_are(name: str) -> None:
    terms = job_terms(**{name: HOSTILE})
    check(terms=terms, at=NOW)
    assert getattr(JobTerms.from_json(terms.to_json()), name) == HOSTILE


@pytest.mark.parametrize(
    ("name", "maximum"),
    [
        ("title", 120),
        ("duties", 4000),
        ("meeting_point", 300),
        ("contact_name", 120),
        ("contact_phone", 20),
        ("attire", 200),
    ],
)
def test_every_text_has_a_length(name: str, maximum: int) -> None:
    check(terms=job_terms(**{name: "x" * maximum}), at=NOW)
    refusal = refusal_of(job_terms(**{name: "x" * (maximum + 1)}))
    assert isinstance(refusal, refusals.TextTooLong)
    assert refusal.field == name


@pytest.mark.parametrize("name", ["title", "duties", "meeting_point", "contact_name", "contact_phone"])
def test_a_needed_text_that_is_missing(name: str) -> None:
    refusal = refusal_of(job_terms(**{name: "  \n"}))
    assert isinstance(refusal, refusals.AnswerMissing)
    assert refusal.field == name


def test_a_character_that_the_database_cannot_hold() -> None:
    assert isinstance(refusal_of(job_terms(duties="keep\x00clear")), refusals.TextUnreadable)


def test_an_unknown_event_type_zone_and_country() -> None:
    assert isinstance(refusal_of(job_terms(event_type="riot")), refusals.UnknownEventType)
    assert isinstance(refusal_of(job_terms(venue=venue_terms(time_zone="Mars/Olympus"))), UnknownTimeZone)
    assert refusal_of(job_terms(venue=venue_terms(country="Canada"))).field == "venue.country"


def test_vehicles_need_a_kind_and_a_number() -> None:
    assert isinstance(refusal_of(job_terms(shifts=(shift_terms(vehicle_count=2),))), refusals.NumberOutOfRange)
    assert isinstance(refusal_of(job_terms(shifts=(shift_terms(vehicle_code="cruiser"),))), refusals.NumberOutOfRange)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("shifts", 0, "positions", 0, "headcount"), "many", "shifts.0.positions.0.headcount"),
        (("shifts", 0, "positions", 0, "headcount"), True, "shifts.0.positions.0.headcount"),
        (("shifts", 0, "starts_at"), "2026-03-10T15:00:00", "shifts.0.starts_at"),
        (("shifts", 0, "starts_at"), "soon", "shifts.0.starts_at"),
        (("shifts",), {"0": 1}, "shifts"),
        (("venue", "latitude"), "north", "venue.latitude"),
        (("venue",), None, "venue"),
        (("title",), ["a"], "title"),
        (("alcohol_served",), "yes", "alcohol_served"),
    ],
)
def test_json_of_another_shape_names_the_field(path: tuple[str | int, ...], value: object, field: str) -> None:
    data = job_terms().to_json()
    part = data
    for step in path[:-1]:
        part = part[step]  # type: ignore[index]
    part[path[-1]] = value  # type: ignore[index]
    with pytest.raises(refusals.TermsUnreadable) as caught:
        JobTerms.from_json(data)
    assert caught.value.field == field


def answers(**shift: object) -> dict[str, object]:
    data = job_terms().to_json()
    times = {"date": "2026-07-04", "start_time": "18:00", "end_time": "23:00"}
    return {**data, "shifts": [{**times, "positions": data["shifts"][0]["positions"], **shift}]}


def test_answers_are_wall_time_at_the_venue() -> None:
    shift = terms_from_answers(answers()).shifts[0]
    assert shift.starts_at == datetime(2026, 7, 4, 22, tzinfo=UTC)
    assert shift.ends_at == datetime(2026, 7, 5, 3, tzinfo=UTC)


def test_the_zone_comes_from_the_pin_when_nobody_said() -> None:
    given = answers()
    given["venue"] = {**given["venue"], "time_zone": ""}  # type: ignore[dict-item]
    assert terms_from_answers(given).venue.time_zone == "America/Toronto"


def test_an_end_before_the_start_is_asked_about_not_guessed() -> None:
    with pytest.raises(refusals.EndsBeforeStart) as caught:
        terms_from_answers(answers(end_time="02:00"))
    assert caught.value.field == "shifts.0.end_time"
    shift = terms_from_answers(answers(end_time="02:00", ends_next_day=True)).shifts[0]
    assert shift.ends_at - shift.starts_at == timedelta(hours=8)


def test_a_night_in_spring_has_an_hour_less_and_in_autumn_one_more() -> None:
    spring = terms_from_answers(answers(date="2026-03-07", start_time="22:00", end_time="06:00", ends_next_day=True))
    autumn = terms_from_answers(answers(date="2026-10-31", start_time="22:00", end_time="06:00", ends_next_day=True))
    assert spring.shifts[0].ends_at - spring.shifts[0].starts_at == timedelta(hours=7)
    assert autumn.shifts[0].ends_at - autumn.shifts[0].starts_at == timedelta(hours=9)


def test_a_time_that_the_clocks_skip_is_refused_with_its_field() -> None:
    with pytest.raises(TimeDoesNotExist) as caught:
        terms_from_answers(answers(date="2026-03-08", start_time="02:30", end_time="09:00"))
    assert caught.value.field == "shifts.0.start_time"


def test_a_time_that_the_clocks_repeat_is_the_first_unless_the_second_is_meant() -> None:
    night = {"date": "2026-11-01", "start_time": "01:30", "end_time": "05:00"}
    first = terms_from_answers(answers(**night)).shifts[0]
    second = terms_from_answers(answers(**night, start_repeated="later")).shifts[0]
    assert second.starts_at - first.starts_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"date": ""}, "shifts.0.date"),
        ({"date": "2026-02-30"}, "shifts.0.date"),
        ({"start_time": "25:00"}, "shifts.0.start_time"),
        ({"end_time": None}, "shifts.0.end_time"),
        ({"positions": [{"rank_code": "constable", "headcount": "=1+1"}]}, "shifts.0.positions.0.headcount"),
    ],
)
def test_answers_that_cannot_be_read_name_their_field(changed: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        terms_from_answers(answers(**changed))
    assert caught.value.field == field


def test_answers_without_a_place() -> None:
    with pytest.raises(refusals.AnswerMissing) as caught:
        terms_from_answers({**answers(), "venue": {}})
    assert caught.value.field == "venue.address"


def test_terms_are_compared_by_value() -> None:
    assert job_terms() == job_terms()
    assert replace(job_terms(), title="Other") != job_terms()
