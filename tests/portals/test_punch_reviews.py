"""The queue of doubtful punches: oldest first, one after the other or several at once, by map, by words, by keys."""

from datetime import timedelta
from typing import Any

import pytest

from geo.bearings import bearing_word
from geo.points import Point
from marketplace.breaks import start_break
from marketplace.models import ClockReview, EvidenceHold, Relief, Timesheet
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, FIVE_KILOMETRES_OFF, NEARBY, Work, clock, fix, item, take
from tests.factories.work import staff as staffed
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
AFTER = ENDS_AT + timedelta(hours=1)
ROUGH = (NEARBY[0] + 0.0011, NEARBY[1] + 0.0012)


@pytest.fixture(autouse=True)
def _after_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: AFTER)


def three_doubtful(department: Tenant) -> list[Work]:
    """In the order in which they came: a rough fix, one five kilometres off, one from a phone that two officers use."""
    govern(department)
    first = staffed(department, headcount=3)
    works = [first]
    for _ in range(2):
        officer = make_officer(department)
        works.append(Work(first.requester, officer, first.shift, take(officer, first.shift)))
    fixes = (
        [fix(at=STARTS_AT, place=ROUGH, accuracy_metres=260)],
        [fix(at=STARTS_AT + timedelta(minutes=1), place=FIVE_KILOMETRES_OFF)],
        [fix(at=STARTS_AT + timedelta(minutes=2))],
    )
    for minute, (work, sent) in enumerate(zip(works, fixes, strict=True)):
        at = STARTS_AT + timedelta(minutes=minute)
        reason = "Tall buildings here" if minute == 0 else ""
        clock(work, "in", at=at, fixes=sent, reason_given=reason, device_id=f"phone-{min(minute, 1)}")
    return works


@pytest.fixture
def works(department: Tenant) -> list[Work]:
    return three_doubtful(department)


def queue() -> list[ClockReview]:
    return list(ClockReview.objects.order_by("opened_at"))


def test_the_queue_is_oldest_first_and_says_why(department: Tenant, works: list[Work]) -> None:
    browser, _ = staff(department)
    page = browser.get(f"{address('timesheets')}?view=review").content.decode()
    places = [page.index(str(review.pk)) for review in queue()]
    assert len(places) == 3
    assert places == sorted(places)
    assert "Tall buildings here" in page
    assert "The same device was used by another officer within 12 hours." in page


def test_a_punch_shows_its_map_the_same_in_words_and_the_next(department: Tenant, works: list[Work]) -> None:
    browser, _ = staff(department)
    first, second, third = queue()
    page = browser.get(address("punch", clock_event_id=second.pk)).content.decode()
    assert "2 of 3, the oldest first" in page
    assert '"radius_metres": 150' in page
    assert '"radius_metres": 12.0' in page
    assert "m north" in page
    assert f'href="{address("punch", clock_event_id=third.pk)}"' in page
    assert f'href="{address("punch", clock_event_id=first.pk)}"' in page
    assert "This is the first one here." in page


def test_deciding_leads_to_the_next_until_none_is_left(department: Tenant, works: list[Work]) -> None:
    browser, person = staff(department)
    first, second, third = queue()
    refused = browser.post(address("decide_punch", clock_event_id=first.pk), {"decision": "accept", "reason": " "})
    assert refused.status_code == 422
    for review, following in ((first, second), (second, third), (third, None)):
        answer = browser.post(
            address("decide_punch", clock_event_id=review.pk), {"decision": "accept", "reason": "Seen on site."}
        )
        target = address("punch", clock_event_id=following.pk) if following else "?view=review"
        assert answer.url.endswith(target)
    assert {one.resolved_by_person_id for one in queue()} == {person.id}
    again = browser.post(address("decide_punch", clock_event_id=first.pk), {"decision": "reject", "reason": "No."})
    assert again.status_code == 422


def test_several_at_once_with_one_reason(department: Tenant, other_department: Tenant, works: list[Work]) -> None:
    browser, _ = staff(department)
    first, second, third = queue()
    chosen = {"decision": "accept", "punches": [str(first.pk), str(third.pk), "not-an-id"], "reason": "Festival."}
    browser.post(address("decide_punches"), chosen)
    assert [one.state for one in queue()] == ["open", "open", "open"], "one that is none decides nothing"
    chosen["punches"] = [str(first.pk), str(third.pk)]
    foreign, _ = staff(other_department)
    foreign.post(address("decide_punches"), chosen)
    assert [one.state for one in queue()] == ["open", "open", "open"]
    browser.post(address("decide_punches"), {**chosen, "reason": ""})
    assert [one.state for one in queue()] == ["open", "open", "open"]
    answer = browser.post(address("decide_punches"), chosen, follow=True)
    assert [one.state for one in queue()] == ["accepted", "open", "accepted"]
    assert "2 punches accepted." in answer.content.decode()
    again = browser.post(address("decide_punches"), chosen, follow=True)
    assert "had been decided by somebody else" in again.content.decode()
    assert second.state == "open"


def test_another_departments_desk_sees_none_of_it(
    department: Tenant, other_department: Tenant, works: list[Work]
) -> None:
    browser, _ = staff(other_department)
    (review, *_) = queue()
    assert browser.get(address("punch", clock_event_id=review.pk)).status_code == 404
    decided = browser.post(address("decide_punch", clock_event_id=review.pk), {"decision": "accept", "reason": "x"})
    assert decided.status_code == 404
    assert browser.post(address("place_hold", assignment_id=works[0].assignment.id), {"reason": "x"}).status_code == 404


def test_the_pages_need_few_queries(department: Tenant, works: list[Work], django_assert_max_num_queries: Any) -> None:
    start_break(item=item(works[0], at=STARTS_AT + timedelta(hours=1)))
    browser, _ = staff(department)
    for one in (
        f"{address('timesheets')}?view=review",
        address("punch", clock_event_id=queue()[1].pk),
        address("assignment", assignment_id=works[0].assignment.id),
    ):
        browser.get(one)
        with django_assert_max_num_queries(12):
            browser.get(one)


def test_breaks_and_holds_are_on_the_assignments_page(department: Tenant, works: list[Work]) -> None:
    work = works[0]
    start_break(item=item(work, at=STARTS_AT + timedelta(hours=1)))
    clock(work, "out", at=ENDS_AT)
    assert Timesheet.objects.get().break_minutes == 180
    browser, person = staff(department)
    page = browser.get(address("assignment", assignment_id=work.assignment.id)).content.decode()
    assert "Between the punches" in page
    assert "12:00 PM–3:00 PM" in page
    browser.post(address("place_hold", assignment_id=work.assignment.id), {"reason": "Grievance 12"})
    assert EvidenceHold.objects.get().placed_by_person_id == person.id
    assert "Grievance 12" in browser.get(address("assignment", assignment_id=work.assignment.id)).content.decode()
    browser.post(address("release_hold", assignment_id=work.assignment.id))
    assert EvidenceHold.objects.get().released_at == AFTER


@pytest.mark.parametrize(
    ("north", "east", "word"),
    [(1, 0, "north"), (1, 1, "north-east"), (0, 1, "east"), (-1, -1, "south-west"), (0, -1, "west"), (0, 0, "north")],
)
def test_directions_in_words(north: int, east: int, word: str) -> None:
    assert bearing_word(Point(0.0, 0.0), Point(north / 1000, east / 1000)) == word


def test_a_relief_is_sent_and_handed_over_from_the_page(
    department: Tenant, works: list[Work], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: STARTS_AT + timedelta(hours=1))
    work, second = works[0], make_officer(department)
    browser, _ = staff(department, "supervisor")
    page = address("assignment", assignment_id=work.assignment.id)
    assert "Send a relief" in browser.get(page).content.decode()
    browser.post(address("send_relief", assignment_id=work.assignment.id), {"officer_id": "", "reason": "x"})
    assert not Relief.objects.exists()
    given = {"officer_id": str(second.id), "reason": "Called to court"}
    sent = browser.post(address("send_relief", assignment_id=work.assignment.id), given, follow=True)
    assert "The place is handed over when they clock in." in sent.content.decode()
    assert "Hand over now" in sent.content.decode()
    browser.post(address("hand_over", assignment_id=work.assignment.id), {"reason": ""})
    assert Relief.objects.get().handed_over_at is None
    done = browser.post(address("hand_over", assignment_id=work.assignment.id), {"reason": "Quiet"}, follow=True)
    assert "their time ends now" in done.content.decode()
    assert "Called to court" in done.content.decode()
    assert Timesheet.objects.get().worked_minutes == 60
    own = browser.get(address("assignment", assignment_id=Relief.objects.get().incoming_id)).content.decode()
    assert f"Relieves {work.officer.display_name}" in own
