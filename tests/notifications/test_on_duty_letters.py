"""Called to duty: the department hears of what, the client only that and since when; incidents stay in the house."""

from datetime import timedelta

import pytest

from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from marketplace.going_on_duty import go_on_duty
from marketplace.incidents import flag_incident
from marketplace.relieving import arrange_relief, hand_over
from messaging.models import OutboundMessage
from notifications import on_duty
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.venues import STARTS_AT
from tests.factories.work import clock, item, staff
from tests.portals.test_department_requests import staff as desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
AT = STARTS_AT + timedelta(hours=1)


def event(name: str) -> Event:
    row = OutboxEvent.objects.get(name=f"marketplace.{name}")
    return Event(id=row.id, name=row.name, tenant_id=row.tenant_id, payload=row.payload, announced_at=row.announced_at)


def test_who_hears_what(department: Tenant) -> None:
    govern(department)
    work = staff(department)
    _, coordinator = desk(department)
    clock(work, "in", at=STARTS_AT)
    go_on_duty(item=item(work, at=AT), category="job_related_arrest")
    flag_incident(item=item(work, at=AT), category="arrest", report_number="26-104")
    department_id = department.id
    arrange_relief(
        assignment_id=work.assignment.id, department_id=department_id, officer_id=make_officer(department).id,
        reason="Arrest.", actor=SETTING_UP, at=AT,
    )  # fmt: skip
    hand_over(assignment_id=work.assignment.id, department_id=department_id, reason="Jail.", actor=SETTING_UP, at=AT)
    on_duty.tell_of_duty(event=event("went_on_duty"), at=AT)
    on_duty.announce_incident(event=event("incident_flagged"), at=AT)
    on_duty.tell_relieved(event=event("place_handed_over"), at=AT)
    told: dict[str, str] = {}
    for one in OutboundMessage.objects.filter(channel="email"):
        told[one.recipient] = told.get(one.recipient, "") + one.subject + one.text
    assert "26-104" in told[coordinator.email]
    assert "arrest" in told[coordinator.email].lower()
    client = told[work.requester.person.email]
    assert "called to police duty" in client
    assert "arrest" not in client.lower()
    assert "26-104" not in client
    assert "You are relieved" in told[work.officer.person.email]
