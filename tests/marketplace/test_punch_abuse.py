"""Punches that are spoofed, replayed, out of order, very late or not of this world: flagged or refused, never lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from kernel.actors import Actor
from kernel.identifiers import uuid7
from marketplace import refusals
from marketplace.attendance import enter_hours
from marketplace.due import scan_no_shows
from marketplace.irregularities import irregularities_of
from marketplace.models import Assignment, ClockEvent, ClockReview, Timesheet, UncountedPunch
from marketplace.refusals_field import PunchKept
from marketplace.reviews import resolve_review
from marketplace.timekeeping import punch
from marketplace.timesheets import approve_timesheet, resolve_timesheet
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, NEARBY, Work, clock, fix, staff, take

pytestmark = pytest.mark.django_db

EARLY = STARTS_AT - timedelta(minutes=10)
ELSEWHERE = (NEARBY[0] + 0.5, NEARBY[1])
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    return staff(department, headcount=2)


@pytest.fixture
def beside(department: Tenant, work: Work) -> Work:
    other = make_officer(department)
    return Work(work.requester, other, work.shift, take(other, work.shift))


def codes(event: ClockEvent) -> dict[str, int]:
    return {signal["code"]: signal["points"] for signal in event.risk_signals}


def state_of(work: Work) -> str:
    return Assignment.objects.get(id=work.assignment.id).state


# ── Every signal, from stored punches ───────────────────────────────────────────────────────────────────────────────


def punched(work: Work, *, at: datetime = EARLY, address: str = "203.0.113.9", country: str = "", **more: Any) -> Any:
    agent = more.pop("user_agent", IPHONE)
    person = work.officer.person
    return punch(
        officer=work.officer, assignment_id=work.assignment.id, kind=more.pop("kind", "in"), punch_id=uuid7(),
        fixes=more.pop("fixes", [fix(at=at)]), client_at=more.pop("client_at", at), at=at,
        device_id=more.pop("device_id", "a phone"), reason_given="So it is.",
        actor=Actor("person", person.id, person.full_name, address, agent, country), **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {}),
        ({"fixes": [fix(at=EARLY, accuracy_metres=0)]}, {"impossible-accuracy": 50}),
        ({"fixes": [fix(at=EARLY, accuracy_metres=float("inf"))]}, {"impossible-accuracy": 50}),
        ({"fixes": [fix(at=EARLY, place=(43.4675, -79.6877))]}, {"fix-is-the-pin": 25}),
        ({"client_at": EARLY + timedelta(days=90)}, {"clock-skew": 20, "fix-time": 10}),
        ({"client_at": EARLY - timedelta(minutes=3)}, {"clock-skew": 20, "fix-time": 10}),
        ({"country": "US"}, {"foreign-address": 20}),
        ({"country": "CA"}, {}),
        ({"fixes": [fix(at=EARLY, altitude_metres=None)] * 3}, {"frozen-fixes": 15}),
        ({"user_agent": "Mozilla/5.0 (X11; Linux x86_64)"}, {"desktop": 15}),
        ({"fixes": [fix(at=EARLY, age_seconds=31)]}, {"fix-time": 10}),
    ],
)
def test_what_one_punch_shows(work: Work, more: dict[str, Any], expected: dict[str, int]) -> None:
    event = punched(work, **more)
    assert codes(event) == expected
    assert event.risk_points == sum(expected.values())
    assert hasattr(event, "review") == (event.risk_points >= 50 or event.verdict in ("WEAK", "OFFSITE"))
    assert event.happened_at == EARLY


def test_one_phone_for_two_officers_within_twelve_hours(work: Work, beside: Work) -> None:
    punched(work, device_id="shared", fixes=[fix(at=EARLY, place=(NEARBY[0] + 0.0002, NEARBY[1]))])
    assert codes(punched(beside, device_id="shared", at=EARLY + timedelta(minutes=1))) == {"shared-device": 50}


def test_an_offline_punch_of_a_shared_phone_is_found_by_when_it_happened(work: Work, beside: Work) -> None:
    """It arrived a day after the other's punch, but both happened in one hour."""
    punched(work, device_id="shared", fixes=[fix(at=EARLY, place=(NEARBY[0] + 0.0002, NEARBY[1]))])
    late = punched(
        beside, device_id="shared", at=EARLY + timedelta(hours=2), client_at=EARLY + timedelta(minutes=5),
        fixes=[fix(at=EARLY + timedelta(minutes=5))], sent_late=True,
    )  # fmt: skip
    assert codes(late) == {"shared-device": 50}


def test_two_phones_of_one_officer_are_noted_only(work: Work) -> None:
    punched(work, device_id="mine")
    out = punched(work, kind="out", device_id="my other", at=ENDS_AT)
    assert codes(out) == {"new-device": 10}
    assert not ClockReview.objects.exists()


def test_the_same_place_to_six_decimals_by_another_officer(work: Work, beside: Work) -> None:
    punched(work)
    assert codes(punched(beside, device_id="other", at=EARLY + timedelta(minutes=1))) == {"repeated-fix": 30}


def test_a_body_sent_again_under_another_identifier_is_reviewed(work: Work) -> None:
    """The clock-in's own fixes to clock out with, four hours later: the phone may lie at home meanwhile."""
    first = punched(work)
    again = punched(
        work, kind="out", at=EARLY + timedelta(minutes=20), client_at=EARLY + timedelta(minutes=20),
        fixes=[fix(at=EARLY)],
    )  # fmt: skip
    assert first.fixes == again.fixes
    assert codes(again)["replayed"] == 50
    assert again.review.state == "open"


def test_teleporting_is_seen_on_both_sides_in_time(work: Work) -> None:
    """The out arrives first; the in that waited happened 55 km away two minutes before it."""
    out_at = STARTS_AT + timedelta(hours=2)
    out = clock(work, "out", at=out_at + timedelta(minutes=5), fixes=[fix(at=out_at)], client_at=out_at, sent_late=True)
    assert "impossible-speed" not in codes(out)
    in_at = out_at - timedelta(minutes=2)
    came = clock(
        work, "in", at=out_at + timedelta(minutes=6), fixes=[fix(at=in_at, place=ELSEWHERE)], client_at=in_at,
        sent_late=True,
    )  # fmt: skip
    assert codes(came)["impossible-speed"] == 50
    assert "next punch 2 minutes later" in str(came.risk_signals)


# ── Order and lateness ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_out_that_comes_before_its_in_waits_for_it(department: Tenant, work: Work) -> None:
    out = clock(work, "out", at=ENDS_AT + timedelta(minutes=1), client_at=ENDS_AT, sent_late=True)
    assert (state_of(work), out.review.state) == ("confirmed", "open")
    assert not Timesheet.objects.exists()
    clock(work, "in", at=ENDS_AT + timedelta(minutes=9), fixes=[fix(at=EARLY)], client_at=EARLY, sent_late=True)
    sheet = Timesheet.objects.get()
    assert (state_of(work), sheet.worked_minutes, sheet.approves_at) == ("checked_out", 240, None)
    resolve_review(
        clock_event_id=out.id, department_id=department.id, accept=True, reason="Two phones.", actor=SETTING_UP,
        at=ENDS_AT + timedelta(hours=1),
    )  # fmt: skip
    assert Timesheet.objects.get().approves_at == ENDS_AT + timedelta(hours=49)


def test_an_out_whose_in_never_comes_is_no_no_show(department: Tenant, work: Work) -> None:
    out = clock(work, "out", at=ENDS_AT + timedelta(minutes=1), client_at=ENDS_AT, sent_late=True)
    scan_no_shows(at=ENDS_AT + timedelta(hours=2))
    sheet = Timesheet.objects.get()
    assert (state_of(work), sheet.approves_at) == ("checked_out", None)
    resolve_review(
        clock_event_id=out.id, department_id=department.id, accept=True, reason="Seen there.", actor=SETTING_UP,
        at=ENDS_AT + timedelta(hours=3),
    )  # fmt: skip
    assert Timesheet.objects.get().approves_at is None, "the beginning is a guess: a coordinator sets the hours"


def came_late(work: Work, *, hours: float = 3, happened_at: datetime = EARLY, **more: Any) -> ClockEvent:
    at = ENDS_AT + timedelta(hours=hours)
    return clock(work, "in", at=at, fixes=[fix(at=happened_at)], client_at=happened_at, sent_late=True, **more)


@pytest.fixture
def held(work: Work) -> Work:
    """Only the clock-out came in time, from another phone: hours are held with a guessed beginning."""
    clock(work, "out", at=ENDS_AT + timedelta(minutes=1), client_at=ENDS_AT, sent_late=True)
    scan_no_shows(at=ENDS_AT + timedelta(hours=2))
    assert Timesheet.objects.get().approves_at is None
    return work


def test_the_in_that_comes_when_the_hours_are_held_completes_the_pair(department: Tenant, held: Work) -> None:
    punch_id, happened_at = uuid7(), STARTS_AT + timedelta(minutes=20)
    came = came_late(held, happened_at=happened_at, punch_id=punch_id)
    assert came_late(held, hours=4, happened_at=happened_at, punch_id=punch_id).id == came.id
    sheet = Timesheet.objects.get()
    assert (state_of(held), sheet.worked_minutes, sheet.approves_at) == ("checked_out", 220, None)
    for event in ClockEvent.objects.all():
        resolve_review(
            clock_event_id=event.id, department_id=department.id, accept=True, reason="Seen there.",
            actor=SETTING_UP, at=ENDS_AT + timedelta(hours=5),
        )  # fmt: skip
    assert Timesheet.objects.get().approves_at == ENDS_AT + timedelta(hours=53)
    assert not UncountedPunch.objects.exists()


@pytest.mark.parametrize(
    "happened_at", [ENDS_AT + timedelta(minutes=5), STARTS_AT - timedelta(hours=3)], ids=["after the out", "too early"]
)
def test_an_in_that_makes_no_pair_is_kept(held: Work, happened_at: datetime) -> None:
    with pytest.raises(PunchKept, match="when this assignment was over already"):
        came_late(held, happened_at=happened_at)
    assert UncountedPunch.objects.get().happened_at == happened_at
    assert Timesheet.objects.get().worked_minutes == 240


def test_an_in_after_the_hours_were_decided_is_kept_and_changes_nothing(department: Tenant, held: Work) -> None:
    resolve_timesheet(
        timesheet_id=Timesheet.objects.get().id, department_id=department.id, worked_minutes=200,
        reason="By the sergeant's log.", actor=SETTING_UP, at=ENDS_AT + timedelta(hours=2, minutes=30),
    )  # fmt: skip
    punch_id = uuid7()
    for hours in (3, 4):
        with pytest.raises(PunchKept):
            came_late(held, hours=hours, punch_id=punch_id)
    sheet = Timesheet.objects.get()
    assert (sheet.state, sheet.worked_minutes, UncountedPunch.objects.count()) == ("resolved", 200, 1)


def test_hours_that_a_coordinator_entered_are_changed_by_no_in_that_comes_later(department: Tenant, work: Work) -> None:
    clock(work, "out", at=ENDS_AT + timedelta(minutes=1), client_at=ENDS_AT, sent_late=True)
    enter_hours(
        assignment_id=work.assignment.id, department_id=department.id, starts_at=STARTS_AT + timedelta(hours=1),
        ends_at=ENDS_AT, reason="Seen from ten on.", actor=SETTING_UP, at=ENDS_AT + timedelta(minutes=5),
    )  # fmt: skip
    for _ in range(2):
        with pytest.raises(PunchKept):
            came_late(work)
    sheet = Timesheet.objects.get()
    assert (sheet.worked_minutes, sheet.approves_at, UncountedPunch.objects.count()) == (180, None, 2)


def test_an_online_out_without_an_in_is_refused_as_ever(work: Work) -> None:
    with pytest.raises(refusals.NotClockedIn):
        clock(work, "out", at=ENDS_AT)
    before = STARTS_AT - timedelta(hours=3)
    with pytest.raises(refusals.NotClockedIn):
        clock(work, "out", at=STARTS_AT, client_at=before, sent_late=True)
    assert not ClockEvent.objects.exists()


def test_an_out_for_nothing_does_not_take_the_real_one_away(work: Work) -> None:
    clock(work, "out", at=EARLY + timedelta(minutes=1), client_at=EARLY, sent_late=True)
    clock(work, "in", at=STARTS_AT)
    assert state_of(work) == "checked_in"
    with pytest.raises(PunchKept):
        clock(work, "out", at=ENDS_AT)
    assert UncountedPunch.objects.get().why == "out_again"
    scan_no_shows(at=ENDS_AT + timedelta(hours=2))
    sheet = Timesheet.objects.get()
    assert (state_of(work), sheet.approves_at) == ("checked_out", None), "a coordinator sets the hours"
    assert (sheet.worked_starts_at, sheet.worked_ends_at) == (STARTS_AT, ENDS_AT)
    with pytest.raises(refusals.TimesheetHeld):
        approve_timesheet(timesheet_id=sheet.id, by="client", actor=SETTING_UP, at=ENDS_AT + timedelta(hours=3))


def test_a_punch_more_than_a_day_late_waits_for_a_supervisor(work: Work) -> None:
    clock(work, "in", at=EARLY)
    out = clock(work, "out", at=ENDS_AT + timedelta(hours=25), client_at=ENDS_AT, sent_late=True)
    assert out.review.state == "open"
    assert Timesheet.objects.get().approves_at is None


def test_a_punch_months_late_is_kept_and_counts_nothing(department: Tenant, work: Work) -> None:
    clock(work, "in", at=EARLY)
    punch_id, arrives = uuid7(), ENDS_AT + timedelta(days=60)
    for at in (arrives, arrives + timedelta(days=1)):
        with pytest.raises(PunchKept, match="60 days after it happened"):
            clock(work, "out", at=at, client_at=ENDS_AT, sent_late=True, punch_id=punch_id)
    kept = UncountedPunch.objects.get()
    assert (kept.why, kept.happened_at, len(kept.fixes)) == ("too_late", ENDS_AT, 1)
    assert (state_of(work), ClockEvent.objects.count()) == ("checked_in", 1)
    found = irregularities_of(department_id=department.id, assignment_id=work.assignment.id)
    assert "came_late" in {one.kind for one in found}
    with pytest.raises(refusals.PunchConflict):
        clock(work, "in", at=arrives, client_at=ENDS_AT, sent_late=True, punch_id=punch_id)


def test_the_first_of_the_year_one_is_a_late_punch_like_any_other(work: Work) -> None:
    clock(work, "in", at=EARLY)
    with pytest.raises(PunchKept):
        clock(work, "out", at=ENDS_AT, client_at=datetime(1, 1, 1, tzinfo=EARLY.tzinfo), sent_late=True)
    assert clock(work, "out", at=ENDS_AT).happened_at == ENDS_AT


def test_a_whole_shift_without_a_connection_is_not_lost_when_it_is_a_no_show_already(work: Work) -> None:
    scan_no_shows(at=ENDS_AT + timedelta(hours=2))
    assert state_of(work) == "no_show"
    late = ENDS_AT + timedelta(hours=3)
    with pytest.raises(PunchKept, match="when this assignment was over already"):
        clock(work, "in", at=late, fixes=[fix(at=EARLY)], client_at=EARLY, sent_late=True)
    with pytest.raises(PunchKept):
        clock(work, "out", at=late, fixes=[fix(at=ENDS_AT)], client_at=ENDS_AT, sent_late=True)
    with pytest.raises(refusals.AssignmentEnded):
        clock(work, "in", at=late)
    assert UncountedPunch.objects.count() == 2


def test_evidence_stays(work: Work) -> None:
    clock(work, "in", at=EARLY)
    with pytest.raises(PunchKept):
        clock(work, "out", at=ENDS_AT + timedelta(days=60), client_at=ENDS_AT, sent_late=True)
    for statement in ("UPDATE marketplace_uncountedpunch SET kind = 'in'", "DELETE FROM marketplace_uncountedpunch"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert actor_for(work.officer.person).country == ""
