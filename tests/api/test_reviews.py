"""Doubtful punches over the API: what they prove, decided one by one or several at once, by whom and by nobody else."""

from typing import Any

import pytest

from marketplace.models import ClockReview
from tenants.models import Tenant
from tests.api.caller import Caller
from tests.api.people import at_the_desk, finds_nothing
from tests.factories.clients import govern
from tests.factories.work import FIVE_KILOMETRES_OFF, Work
from tests.portals.test_punch_reviews import AFTER, queue, three_doubtful

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
SEEN = {"accept": True, "reason": "Seen on site."}


@pytest.fixture(autouse=True)
def _after_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: AFTER)


@pytest.fixture
def works(department: Tenant, other_department: Tenant) -> list[Work]:
    govern(other_department, name="us")
    return three_doubtful(department)


@pytest.fixture
def desk(department: Tenant) -> Caller:
    return at_the_desk(department, "supervisor")


def test_the_queue_says_what_each_punch_proves(
    works: list[Work], desk: Caller, django_assert_max_num_queries: Any
) -> None:
    first, second, third = desk.ok("GET", "desk/reviews")
    assert [one["clock_event_id"] for one in (first, second, third)] == [str(one.pk) for one in queue()]
    assert [one["verdict"] for one in (first, second)] == ["WEAK", "OFFSITE"]
    assert first["reason_given"] == "Tall buildings here"
    assert second["fix"]["latitude"] == FIVE_KILOMETRES_OFF[0]
    assert 4_900 < second["fix"]["metres_from_pin"] < 5_100
    assert second["fence"]["radius_metres"] == 150
    assert third["risk_points"] == sum(one["points"] for one in third["risk_signals"]) > 0
    assert desk.ok("GET", "desk/reviews?verdict=OFFSITE") == [second]
    assert desk.ok("GET", "desk/reviews?offset=1&limit=1") == [second]
    assert desk.get("desk/reviews?verdict=MAYBE").status == 400
    with django_assert_max_num_queries(12):
        desk.ok("GET", "desk/reviews")


def test_one_punch_in_full_and_decided(works: list[Work], desk: Caller) -> None:
    path = f"desk/reviews/{queue()[1].pk}"
    found = desk.ok("GET", path)
    (sent,) = found["fixes"]
    assert sent["metres_from_pin"] == pytest.approx(found["fix"]["metres_from_pin"])
    assert found["others"] == []
    unreasoned = desk.post(f"{path}/resolve", {"accept": True, "reason": " "})
    assert (unreasoned.status, unreasoned["code"]) == (400, "reason_missing")
    assert desk.ok("POST", f"{path}/resolve", {**SEEN, "accept": False})["state"] == "rejected"
    assert desk.post(f"{path}/resolve", SEEN)["code"] == "review_already_resolved"
    assert desk.ok("GET", path)["state"] == "rejected"


def test_several_at_once(works: list[Work], desk: Caller, other_department: Tenant) -> None:
    first, second, third = queue()
    chosen = {"clock_event_ids": [str(first.pk), str(third.pk)], **SEEN}
    foreign = at_the_desk(other_department).ok("POST", "desk/reviews/resolve", chosen)
    assert foreign == {"decided": 0, "gone": 2, "own": 0}
    for identifiers in ([], [str(first.pk)] * 201, ["not-an-id"]):
        assert desk.post("desk/reviews/resolve", {**chosen, "clock_event_ids": identifiers}).status == 400
    assert desk.post("desk/reviews/resolve", {**chosen, "reason": " "}).status == 400
    assert {one.state for one in queue()} == {"open"}
    twice = {**chosen, "clock_event_ids": chosen["clock_event_ids"] * 2}
    assert desk.ok("POST", "desk/reviews/resolve", twice) == {"decided": 2, "gone": 0, "own": 0}
    assert [one.state for one in queue()] == ["accepted", "open", "accepted"]
    assert desk.ok("POST", "desk/reviews/resolve", chosen) == {"decided": 0, "gone": 2, "own": 0}
    assert [one["clock_event_id"] for one in desk.ok("GET", "desk/reviews")] == [str(second.pk)]


def test_nobody_else_reads_or_decides(works: list[Work], department: Tenant, other_department: Tenant) -> None:
    review = queue()[0]
    bystander, auditor = at_the_desk(other_department), at_the_desk(department, "auditor")
    assert finds_nothing(bystander, "GET", "desk/reviews/{}", review.pk)
    assert finds_nothing(bystander, "POST", "desk/reviews/{}/resolve", review.pk, SEEN)
    assert bystander.ok("GET", "desk/reviews") == []
    assert auditor.get(f"desk/reviews/{review.pk}").status == 200
    assert auditor.post(f"desk/reviews/{review.pk}/resolve", SEEN).status == 403
    assert auditor.post("desk/reviews/resolve", {"clock_event_ids": [str(review.pk)], **SEEN}).status == 403
    assert not ClockReview.objects.exclude(state="open").exists()
