"""The officer's start page, and what makes it an app: manifest, service worker, the page without a connection."""

import gzip
import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing.models import PayPromise
from kernel import clock
from marketplace.bidding import place_bid
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, staff
from tests.factories.work import clock as punch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_time(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_time(STARTS_AT - timedelta(hours=3))
    return set_time


@pytest.fixture
def work(department: Tenant, at: Any) -> Work:
    govern(department)
    return staff(department)


@pytest.fixture
def client(work: Work) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(work.officer.person)
    return client


def today(client: Client) -> str:
    return client.get(reverse("officer:today")).content.decode()


def test_the_next_shift_with_its_pay_its_clock_and_its_countdown(client: Client, work: Work, at: Any) -> None:
    early = today(client)
    assert work.shift.job.title in early
    assert "$314.00\u00a0CAD" in early
    assert 'data-countdown="10800"' in early
    assert "Open the shift" in early
    at(STARTS_AT - timedelta(minutes=30))
    assert "Clock in" in today(client)
    punch(work, "in", at=STARTS_AT)
    at(STARTS_AT + timedelta(hours=1))
    on_duty = today(client)
    assert "You are on duty" in on_duty
    assert "Clock out" in on_duty
    punch(work, "out", at=ENDS_AT)
    at(ENDS_AT)
    done = today(client)
    assert "No shifts ahead" in done
    assert re.search(r"Money on its way.*\$314\.00.*Hours await approval", done, re.DOTALL)


def test_a_promised_day_stands_with_the_next_shift_and_with_the_money(client: Client, work: Work, at: Any) -> None:
    PayPromise.objects.create(
        assignment=work.assignment,
        officer_id=work.officer.id,
        person_id=work.officer.person_id,
        department_id=work.shift.governing_department_id,
        basis="direct",
        shift_ends_at=ENDS_AT,
        steps={},
        promised_by=date(2026, 3, 20),
        time_zone=work.shift.time_zone,
        promised_at=STARTS_AT,
    )
    assert "$314.00\u00a0CAD · Promised by Fri 20 Mar 2026" in today(client)
    punch(work, "in", at=STARTS_AT)
    punch(work, "out", at=ENDS_AT)
    at(ENDS_AT)
    assert re.search(r"Money on its way.*\$314\.00\sCAD.*Promised by Fri 20 Mar 2026", today(client), re.DOTALL)
    with acting_as(purpose="worker"):
        PayPromise.objects.update(state="overdue", days_late=3, reason="hours_late")
    assert "3 days late so far" in today(client)


def test_a_missed_shift_is_not_ahead(client: Client, work: Work, at: Any) -> None:
    at(ENDS_AT + timedelta(minutes=1))
    assert "No shifts ahead" in today(client)


def test_another_officers_day_is_not_shown(work: Work, department: Tenant) -> None:
    stranger = Client(SERVER_NAME="localhost")
    stranger.force_login(make_officer(department).person)
    page = today(stranger)
    assert work.shift.job.title not in page
    assert "No shifts ahead" in page


def test_a_full_day_stays_within_its_queries(
    client: Client, work: Work, at: Any, department: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    now = STARTS_AT - timedelta(hours=5)
    for day in (2, 3, 4):
        shift = make_shift(make_job(department, at=now), starts_at=STARTS_AT + timedelta(days=day), at=now)
        place_bid(officer=work.officer, shift_id=shift.id, actor=actor_for(work.officer.person), at=now)
    with django_assert_max_num_queries(12):
        page = today(client)
    assert "Bids not decided yet" in page
    assert "Hours left under the rules" in page


def test_the_manifest_is_one_that_phones_install(client: Client) -> None:
    page = today(client)
    found = re.search(r'rel="manifest" href="([^"]+)"', page)
    assert found is not None
    answer = Client(SERVER_NAME="localhost").get(found.group(1))
    assert answer.headers["Content-Type"] == "application/manifest+json"
    said = json.loads(answer.content)
    assert (said["start_url"], said["scope"], said["display"]) == (reverse("officer:today"), "/", "standalone")
    sizes = {(icon["sizes"], icon["purpose"]) for icon in said["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("192x192", "maskable")} <= sizes
    for shortcut in said["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200


def test_the_service_worker_sees_the_whole_host_and_changes_with_its_language(client: Client) -> None:
    answer = Client(SERVER_NAME="localhost").get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    script = answer.content.decode()
    assert "export " not in script
    assert Client(SERVER_NAME="localhost").get("/service-worker.js").content.decode() == script
    told = json.loads(script.split("\n", 1)[0].removeprefix("const SETTINGS = ").removesuffix(";"))
    assert Client(SERVER_NAME="localhost").get(told["offline_url"]).status_code == 200
    # The names of the parts' own variables must not meet.
    names = re.findall(r"^(?:const|let|(?:async )?function) (\w+)", script, re.MULTILINE)
    assert sorted(names) == sorted(set(names))


def test_the_first_opening_is_light(client: Client, work: Work) -> None:
    """Everything that the page asks for, as it travels: 150 kilobytes at most."""
    page = client.get(reverse("officer:today")).content
    found = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page.decode())) - {"img/mark-192.png"}
    while wanted := {name for one in found if one.startswith("js/") for name in _imports(one)} - found:
        found |= wanted
    weights = {name: len(gzip.compress(_file(name))) for name in found} | {"page": len(gzip.compress(page))}
    assert {"css/muster.css", "js/phone.js", "js/field_store.js"} <= set(weights)
    assert sum(weights.values()) <= 150_000, weights


def _file(name: str) -> bytes:
    path = finders.find(name)
    assert path is not None
    return Path(path).read_bytes()


def _imports(name: str) -> set[str]:
    return {f"js/{found}" for found in re.findall(r'from "\./([^"]+)"', _file(name).decode())}


def test_what_every_phone_keeps_holds_nobodys_name(client: Client, work: Work) -> None:
    page = client.get(reverse("officer:offline"))
    assert work.officer.person.full_name not in page.content.decode()
    assert "X-Muster-Keep" not in page.headers
    assert "sessionid" not in page.cookies


def test_pages_with_money_or_a_home_are_not_kept(client: Client, work: Work) -> None:
    kept = {
        name
        for name in ("today", "shifts", "earnings", "profile", "home", "feed", "limits", "documents")
        if "X-Muster-Keep" in client.get(reverse(f"officer:{name}")).headers
    }
    assert kept == {"today", "shifts"}
