"""An agency's workspace, for its own staff."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.memberships import grant_role
from agencies.models import Engagement
from tenants.context import tenant_context
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.people import make_person
from tests.factories.venues import NOW

pytestmark = pytest.mark.django_db


def address(name: str) -> str:
    return reverse(f"agency:{name}", urlconf="config.urls_agency")


@pytest.fixture
def scheduler(agency: Tenant) -> Browser:
    person = make_person()
    grant_role(person=person, tenant_id=agency.id, role="scheduler", actor=SETTING_UP, at=NOW)
    browser = Browser(SERVER_NAME=f"{agency.slug}.localhost")
    browser.force_login(person)
    return browser


def test_staff_see_their_workspace_and_what_is_not_there_yet(scheduler: Browser, department: Tenant) -> None:
    text = scheduler.get(address("dashboard")).content.decode()
    assert department.name in text
    assert "cannot be offered to agencies yet" in text
    assert "No officers yet" in scheduler.get(address("officers")).content.decode()


def test_engaged_officers_are_listed_with_their_home_department(
    scheduler: Browser, agency: Tenant, department: Tenant
) -> None:
    officer = make_officer(department, family_name="Birchall")
    with tenant_context(agency):
        Engagement.objects.create(officer_id=officer.id, invited_at=NOW)
    text = scheduler.get(address("officers")).content.decode()
    assert officer.display_name in text
    assert department.name in text
    assert officer.display_name not in scheduler.get(f"{address('officers')}?text=zzz").content.decode()


def test_visitors_are_asked_to_sign_in(agency: Tenant) -> None:
    assert Browser(SERVER_NAME=f"{agency.slug}.localhost").get(address("officers")).status_code == 302
