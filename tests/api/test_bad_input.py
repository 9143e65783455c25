"""What programs get wrong, and what they are told."""

from copy import deepcopy
from typing import Any

import pytest
from django.core.cache import caches

from api import throttles
from billing.models import Quote
from kernel import clock
from marketplace.models import Job, UnservedDemand
from tenants.models import Tenant
from tests.api.caller import Caller, signed_up
from tests.api.test_journeys import ONTARIO, TEXAS, terms
from tests.factories.clients import govern

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_worker: None, department: Tenant) -> Caller:
    govern(department)
    caller = signed_up("kim@example.org")
    caller.ok("POST", "clients", {"kind": "business", "name": "Harbour Fair", "billing_email": "kim@example.org"})
    return caller


def changed(path: str, value: Any) -> dict[str, Any]:
    asked: Any = deepcopy(terms(ONTARIO))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    part = asked
    for step in parents:
        part = part[step]
    part[last] = value
    return asked


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("shifts.0.starts_at", "2020-01-01T10:00:00-05:00", "past_date"),
        ("shifts.0.ends_at", "2020-01-01T10:00:00-05:00", "ends_before_start"),
        ("shifts.0.starts_at", "2027-01-01T10:00:00", "invalid"),
        ("shifts.0.starts_at", "soon", "invalid"),
        ("shifts.0.positions.0.headcount", 0, "headcount_out_of_range"),
        ("shifts.0.positions.0.headcount", 10_000, "headcount_out_of_range"),
        ("shifts.0.positions.0.headcount", "many", "invalid"),
        ("shifts.0.positions.0.rank_code", "admiral", "unknown_rank"),
        ("shifts", [], "no_shifts"),
        ("venue.latitude", 91, "coordinates_invalid"),
        ("venue.latitude", "NaN", "invalid"),
        ("venue.longitude", 1e300, "coordinates_invalid"),
        ("venue.pin_confirmed", False, "pin_not_confirmed"),
        ("venue.time_zone", "Mars/Olympus", "unknown_time_zone"),
        ("venue.country", "\x00A", "invalid"),
        ("title", "", "answer_missing"),
        ("title", "x" * 121, "text_too_long"),
        ("event_type", "moon-landing", "unknown_event_type"),
        ("expected_attendance", -1, "number_out_of_range"),
    ],
)
def test_wrong_terms_are_refused_by_field(client: Caller, path: str, value: Any, code: str) -> None:
    for endpoint in ("quotes", "jobs"):
        answer = client.post(endpoint, {"terms": changed(path, value)})
        assert answer.status == 400, answer.body
        assert answer["code"] == code
        assert answer["field"] or code == "unknown_time_zone"
    assert not Job.objects.exists()
    assert not Quote.objects.exists()


def test_markup_and_formulas_are_kept_as_they_are(client: Caller) -> None:
    title = "=HYPERLINK(\"http://x\")<script>alert('x')</script>"
    job = client.ok("POST", "jobs", {"terms": changed("title", title)})
    answer = client.get(f"jobs/{job['id']}")
    assert answer["title"] == title
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_place_that_nobody_serves_is_refused_kindly_and_noted(client: Caller) -> None:
    refused = client.post("jobs", {"terms": terms(TEXAS)})
    assert (refused.status, refused["code"], refused["field"]) == (400, "no_covering_department", "venue.address")
    assert UnservedDemand.objects.get().place_name == "Cleburne"


def test_another_departments_portal_sends_the_request_on(client: Caller, other_department: Tenant) -> None:
    refused = client.post("jobs", {"terms": terms(ONTARIO)}, host="brackwater.localhost")
    assert refused["code"] == "other_department_governs"


def test_a_draft_in_wall_time_becomes_a_price_and_one_job(client: Caller) -> None:
    asked = terms(ONTARIO)
    day = clock.now().date().replace(day=15).isoformat().replace(str(clock.now().year), str(clock.now().year + 1))
    answers = {
        **{name: asked[name] for name in asked if name != "shifts"},
        "shifts": [
            {
                "date": day, "start_time": "22:00", "end_time": "02:00", "ends_next_day": True,
                "positions": [{"rank_code": "constable", "headcount": 2}],
            }
        ],
    }  # fmt: skip
    draft = Caller().ok("POST", "drafts", {"answers": {"event_type": "festival"}})
    Caller().ok("PATCH", f"drafts/{draft['key']}", {"answers": answers})
    quote = Caller().ok("POST", f"drafts/{draft['key']}/quote")
    assert quote["total_cents"] > 0
    first = client.ok("POST", "jobs", {"draft_key": draft["key"]})
    second = client.ok("POST", "jobs", {"draft_key": draft["key"]})
    assert first["id"] == second["id"]
    assert Caller().ok("GET", f"drafts/{draft['key']}")["submitted_job_id"] == first["id"]
    assert Caller().get("drafts/unknown").status == 404
    sent = Caller().call("PATCH", f"drafts/{draft['key']}", {"answers": {"title": "Later"}})
    assert sent["code"] == "draft_already_sent"


@pytest.mark.parametrize(
    "body", [{"answers": []}, {"answers": {"title": "\ud800"}}, {"answers": {"title": "a\x00"}}, {}, []]
)
def test_what_cannot_be_stored_is_no_draft(body: Any) -> None:
    assert Caller().post("drafts", body).status == 400


def test_an_address_is_placed_or_not() -> None:
    found = Caller().ok("GET", "places?address=1 Main Street, Oakville ON L6J 1A1")
    assert (found["country"], found["time_zone"], found["arms_fence"]) == ("CA", "America/Toronto", False)
    assert Caller().get("places?address=zzzz")["code"] == "address_not_found"
    assert Caller().get("places").status == 400


def test_the_rate_card_names_what_requests_may_ask_for(as_worker: None, department: Tenant) -> None:
    govern(department)
    listed = Caller().ok("GET", "departments")
    assert department.slug in [one["slug"] for one in listed]
    card = Caller().ok("GET", f"departments/{department.id}/rate-card")
    assert {rank["code"] for rank in card["ranks"]} >= {"constable", "sergeant"}
    assert "festival" in card["event_types"]


def test_strangers_are_slowed_down_and_told_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(throttles.RATES, "places", "2/min")
    stranger = Caller()
    assert [stranger.get("places?address=zzzz").status for _ in range(3)] == [400, 400, 429]
    refused = stranger.get("places?address=zzzz")
    assert refused["code"] == "throttled"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    # Another address of one's own choosing is no way round it.
    response = stranger.client.get(
        "/api/v1/places?address=zzzz", HTTP_HOST="localhost", HTTP_X_FORWARDED_FOR="203.0.113.9"
    )
    assert response.status_code == 429
    caches["shared"].clear()
    assert stranger.get("places?address=zzzz").status == 400


def test_reading_uses_up_nothing_of_what_one_may_write(client: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks four times a second how a job stands must still be able to answer."""
    monkeypatch.setitem(throttles.RATES, "writing", "2/min")
    caches["shared"].clear()
    assert [client.get("jobs").status for _ in range(4)] == [200] * 4
    assert [client.post("jobs", {}).status for _ in range(3)] == [400, 400, 429]


def test_a_body_that_is_no_json_is_refused() -> None:
    response = Caller().client.post(
        "/api/v1/quotes", '{"terms": NaN', content_type="application/json", HTTP_HOST="localhost"
    )
    assert (response.status_code, response.json()["code"]) == (400, "parse_error")
