"""On a job that an agency supplies its schedulers hear of lateness too, ask for themselves, and may take it on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.memberships import grant_role
from marketplace import alerts, empty_places, watching
from marketplace.agency_staffing import assign_officers
from marketplace.due import scan_expiries
from marketplace.manual_awards import award_by_hand
from marketplace.models import Alert, Offer, ReliefSearch
from marketplace.refusals_agency_staffing import StaffedByAgency
from marketplace.relief_search import begin_search
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.agencies.world import AgencyWorld
from tests.factories.departments import SETTING_UP
from tests.factories.outbox import drain
from tests.factories.people import make_person
from tests.factories.venues import NOW, STARTS_AT

pytestmark = pytest.mark.django_db


def employ(tenant: Tenant, role: str, **named: str) -> Any:
    person = make_person(**named)
    grant_role(person=person, tenant_id=tenant.id, role=role, actor=SETTING_UP, at=NOW)
    return person


def scan(minutes: float) -> None:
    at = STARTS_AT + timedelta(minutes=minutes)
    with acting_as(purpose="worker"):
        watching.scan_service_levels(at=at)
        alerts.scan_escalations(at=at)
        drain(at=at)


def told(words: str) -> set[str]:
    with acting_as(purpose="worker"):
        return set(OutboundMessage.objects.filter(subject__contains=words).values_list("recipient", flat=True))


def test_the_agencys_schedulers_hear_look_after_it_and_ask_for_themselves(
    world: AgencyWorld, other_agency: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = world.supplied()
    officer = world.engaged()
    assign_officers(
        agency_id=world.agency.id, shift_id=shift.id, rank_code="constable", officer_ids=[officer.id],
        actor=world.actor, at=NOW,
    )  # fmt: skip
    scheduler = employ(world.agency, "scheduler", given_name="Sasha", family_name="Schedule")
    coordinator = employ(world.department, "coordinator")
    supervisor = employ(world.department, "supervisor")
    stranger = employ(other_agency, "scheduler")
    scan(5)
    assert told("has not clocked in") == {scheduler.email, coordinator.email}
    alert = Alert.objects.get(kind="late")
    monkeypatch.setattr("kernel.clock.now", lambda: STARTS_AT + timedelta(minutes=6))

    def address(name: str, *arguments: Any) -> str:
        return reverse(f"agency:{name}", urlconf="config.urls_agency", args=arguments)

    browser = Browser(SERVER_NAME=f"{world.agency.slug}.localhost")
    browser.force_login(scheduler)
    page = browser.get(address("job", shift.job_id)).content.decode()
    assert "On site now" in page
    assert "after the start" in page
    assert "What now" in page
    assert "Open the job and its places" in browser.get(address("alert", alert.id)).content.decode()
    assert browser.post(address("acknowledge_alert", alert.id)).status_code == 302
    _reads_the_other_side_as_one(world, alert, scheduler, coordinator)
    outside = Browser(SERVER_NAME=f"{world.agency.slug}.localhost")
    outside.force_login(stranger)
    assert outside.get(address("alert", alert.id)).status_code in (403, 404)
    scan(29)
    assert supervisor.email not in told("has not clocked in")
    assert not ReliefSearch.objects.exists()
    assert not Offer.objects.exists()
    with pytest.raises(StaffedByAgency):
        begin_search(
            department_id=world.department.id, assignment_id=alert.assignment_id, actor=SETTING_UP,
            at=STARTS_AT + timedelta(minutes=30),
        )  # fmt: skip


def test_both_desks_hear_of_an_empty_place(world: AgencyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    shift = world.supplied()
    scheduler = employ(world.agency, "scheduler")
    coordinator = employ(world.department, "coordinator")
    with acting_as(purpose="worker"):
        for minutes in (0, 1):
            scan_expiries(at=STARTS_AT + timedelta(minutes=minutes))
            empty_places.scan_empty_places(at=STARTS_AT + timedelta(minutes=minutes))
    scan(1)
    assert told("A place is empty") == {scheduler.email, coordinator.email}
    with acting_as(purpose="worker"):
        letter = OutboundMessage.objects.get(subject__contains="A place is empty", recipient=scheduler.email)
    assert "Send one of your officers" in letter.text
    alert = Alert.objects.get(kind="empty_place")
    monkeypatch.setattr("kernel.clock.now", lambda: STARTS_AT + timedelta(minutes=6))
    for tenant, person, urls in ((world.agency, scheduler, "agency"), (world.department, coordinator, "department")):
        browser = Browser(SERVER_NAME=f"{tenant.slug}.localhost")
        browser.force_login(person)
        page = browser.get(reverse(f"{urls}:alert", urlconf=f"config.urls_{urls}", args=[alert.id])).content.decode()
        assert "A place is empty, and the shift has begun" in page
        assert "Send somebody by hand" not in page
    with pytest.raises(StaffedByAgency):
        award_by_hand(
            department_id=world.department.id, shift_id=shift.id, officer_id=world.engaged().id,
            rank_code="constable", reason="?", roles={"coordinator"}, actor=SETTING_UP,
            at=STARTS_AT + timedelta(minutes=7),
        )  # fmt: skip


def _reads_the_other_side_as_one(world: AgencyWorld, alert: Alert, scheduler: Any, coordinator: Any) -> None:
    """Each reads its own people by name, the other organisation's not; and of nobody an address."""

    def pages_of(tenant: Tenant, person: Any, urls: str, *names: str) -> list[str]:
        browser = Browser(SERVER_NAME=f"{tenant.slug}.localhost")
        browser.force_login(person)
        kind = urls.rpartition("_")[2]
        found = []
        for name in names:
            arguments = [alert.id] if name == "alert" else []
            page = browser.get(reverse(f"{kind}:{name}", urlconf=urls, args=arguments)).content.decode()
            found.append(" ".join(page.split()))
        return found

    def everything() -> tuple[str, list[str]]:
        (own,) = pages_of(world.agency, scheduler, "config.urls_agency", "alert")
        return own, pages_of(world.department, coordinator, "config.urls_department", "alert", "console")

    at_agency, at_desk = everything()
    assert f"{scheduler.full_name} looks after it" in at_agency
    assert all(f"{world.agency.short_name} looks after it" in page for page in at_desk)
    assert not any(scheduler.full_name in page for page in at_desk)
    alert.refresh_from_db()
    before = {"acknowledged_by": alert.acknowledged_by, "acknowledged_by_person_id": alert.acknowledged_by_person_id}
    Alert.objects.filter(id=alert.id).update(
        acknowledged_by=coordinator.email, acknowledged_by_person_id=coordinator.id
    )
    at_agency, at_desk = everything()
    assert f"{world.department.short_name} looks after it" in at_agency
    assert all("A colleague looks after it" in page for page in at_desk)
    assert coordinator.email not in at_agency
    Alert.objects.filter(id=alert.id).update(**before)
