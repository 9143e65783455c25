"""Who is late is noticed once, told further until somebody looks after it, and over when the officer comes."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.memberships import grant_role
from kernel.errors import NotFound
from kernel.models import AuditEvent, OutboxEvent
from marketplace import alerts, watching
from marketplace.due import scan_no_shows
from marketplace.models import Alert, Assignment
from marketplace.no_shows import declare_no_show
from marketplace.overruns import authorise_overrun
from marketplace.refusals import AssignmentEnded
from marketplace.refusals_service_levels import TooEarlyForNoShow
from marketplace.relieving import arrange_relief
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.outbox import drain
from tests.factories.people import actor_for, make_person
from tests.factories.venues import NOW, STARTS_AT
from tests.factories.work import ENDS_AT, Work, clock, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]


def minute(number: float) -> Any:
    return STARTS_AT + timedelta(minutes=number)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    return staff(department)


def scan(number: float) -> None:
    at = minute(number)
    watching.scan_service_levels(at=at)
    alerts.scan_escalations(at=at)
    drain(at=at)
    alerts.scan_over(at=at)


def employ(department: Tenant, role: str) -> Any:
    person = make_person()
    grant_role(person=person, tenant_id=department.id, role=role, actor=SETTING_UP, at=NOW)
    return person


def kinds(**more: Any) -> list[str]:
    return list(
        Alert.objects.filter(resolved_at=None, **more).order_by("opened_at", "id").values_list("kind", flat=True)
    )


def told(subject: str) -> set[str]:
    with acting_as(purpose="worker"):
        found = OutboundMessage.objects.filter(subject__contains=subject)
        return set(found.values_list("recipient", flat=True))


def test_by_the_minute(work: Work) -> None:
    seen = {}
    for number in (-61, -31, -30, 4, 5, 29, 30, 200):
        scan(number)
        seen[number] = kinds()
    assert seen == {
        -61: [],
        -31: [],
        -30: ["reminder"],
        4: ["reminder"],
        5: ["late"],
        29: ["late", "no_relief"],
        30: ["no_relief", "no_show"],
        200: ["no_relief", "no_show"],
    }


def test_each_is_opened_once_however_often_one_looks(work: Work) -> None:
    for number in (5, 5, 6, 7, 8):
        scan(number)
        watching._look_after(work.assignment.id, watching.LevelsByDay(), minute(number))
    assert Alert.objects.filter(kind="late").count() == 1
    assert OutboxEvent.objects.filter(name="marketplace.alert_opened").count() == 1


def test_clocking_in_ends_it_at_once_and_nobody_else_hears(work: Work, department: Tenant) -> None:
    employ(department, "supervisor")
    scan(5)
    assert kinds() == ["late"]
    clock(work, "in", at=minute(8))
    drain(at=minute(8))
    assert kinds() == []
    scan(60)
    assert not OutboxEvent.objects.filter(name="marketplace.alert_escalated").exists()


def test_it_climbs_until_somebody_looks_after_it(work: Work, department: Tenant) -> None:
    people = {}
    for role in ("coordinator", "supervisor", "commander"):
        people[role] = employ(department, role)
    scan(5)
    subject = "has not clocked in"
    assert told(subject) == {people["coordinator"].email}
    scan(14)
    assert told(subject) == {people["coordinator"].email}
    scan(15)
    assert told(subject) == {people["coordinator"].email, people["supervisor"].email}
    alert = Alert.objects.get(kind="late")
    alerts.acknowledge(
        alert_id=alert.id, department_id=department.id, actor=actor_for(people["supervisor"]), at=minute(16)
    )
    scan(29)
    assert people["commander"].email not in told(subject)
    assert AuditEvent.objects.filter(action="alert.acknowledged", actor_person_id=people["supervisor"].id).count() == 1


def test_the_last_step_is_repeated_and_an_end_ends_it(work: Work) -> None:
    for number in range(5, 240 + 121, 5):
        scan(number)
    levels = Alert.objects.get(kind="no_show").level
    assert levels >= 10
    scan_no_shows(at=minute(240 + 120))
    drain(at=minute(240 + 120))
    scan(240 + 125)
    assert kinds() == []


def test_the_client_hears_once_and_in_neutral_words(work: Work) -> None:
    scan(5)
    assert told("an officer is late") == set()
    for number in (14, 15, 16, 31):
        scan(number)
    with acting_as(purpose="worker"):
        mails = list(OutboundMessage.objects.filter(subject__contains="an officer is late"))
    # The person of the client, and its billing address.
    assert len(mails) == len({mail.recipient for mail in mails}) == 2
    for mail in mails:
        assert work.officer.display_name not in mail.text
        assert "no-show" not in mail.text.lower()


def test_a_client_does_not_hear_of_who_came_in_time(work: Work) -> None:
    scan(5)
    clock(work, "in", at=minute(9))
    for number in (9, 15, 40):
        scan(number)
    assert told("an officer is late") == set()


def test_left_early_and_overrun(work: Work, department: Tenant) -> None:
    clock(work, "in", at=STARTS_AT)
    drain(at=STARTS_AT)
    scan(240 + 14)
    assert kinds() == []
    scan(240 + 15)
    assert kinds() == ["overrun"]
    authorise_overrun(assignment_id=work.assignment.id, until=minute(300), actor=SETTING_UP, at=minute(256))
    drain(at=minute(256))
    assert kinds() == []
    scan(315)
    # Another end was authorised, so this is another occasion.
    assert kinds() == ["overrun"]
    assert Alert.objects.count() == 2


def test_leaving_early_is_over_when_it_was_seen(work: Work, department: Tenant) -> None:
    clock(work, "in", at=STARTS_AT)
    clock(work, "out", at=ENDS_AT - timedelta(minutes=20))
    drain(at=ENDS_AT - timedelta(minutes=20))
    assert kinds() == ["left_early"]
    alert = Alert.objects.get()
    alerts.acknowledge(alert_id=alert.id, department_id=department.id, actor=SETTING_UP, at=ENDS_AT)
    scan(245)
    assert kinds() == []


def test_only_the_desks_concerned_see_it(work: Work, department: Tenant, other_department: Tenant) -> None:
    scan(-30)
    reminder = Alert.objects.get()
    with pytest.raises(NotFound):
        alerts.alert_for(alert_id=reminder.id, department_id=department.id)
    scan(5)
    alert = Alert.objects.get(kind="late")
    for stranger in ({"department_id": other_department.id}, {"agency_id": other_department.id}):
        with pytest.raises(NotFound):
            alerts.acknowledge(alert_id=alert.id, actor=SETTING_UP, at=minute(6), **stranger)
        assert alerts.open_alerts(**stranger) == []
    alert.refresh_from_db()
    assert alert.acknowledged_at is None
    assert alerts.open_alerts(department_id=department.id) == [alert]


def test_nobody_is_a_no_show_before_the_policys_minutes(work: Work, department: Tenant) -> None:
    door = {"department_id": department.id, "assignment_id": work.assignment.id, "actor": SETTING_UP}
    with pytest.raises(TooEarlyForNoShow) as refused:
        declare_no_show(reason="Not reached.", at=minute(29), **door)
    assert refused.value.numbers["minutes"] == 30
    declare_no_show(reason="Not reached.", at=minute(30), **door)
    drain(at=minute(30))
    assert Assignment.objects.get().state == "no_show"
    assert kinds() == []
    with pytest.raises(AssignmentEnded):
        declare_no_show(reason="Again.", at=minute(31), **door)


def test_who_is_relieved_has_neither_fallen_silent_nor_left_early(department: Tenant) -> None:
    govern(department, service_levels={"presence_interval_minutes": 60, "presence_answer_minutes": 10})
    work = staff(department)
    clock(work, "in", at=minute(0))
    for number in (60, 70):
        scan(number)
    assert kinds(assignment=work.assignment) == ["unconfirmed"]
    officer = make_officer(department)
    relief = arrange_relief(
        assignment_id=work.assignment.id,
        department_id=department.id,
        officer_id=officer.id,
        reason="Called to court.",
        actor=SETTING_UP,
        at=minute(71),
    )
    clock(Work(work.requester, officer, work.shift, relief.incoming), "in", at=minute(80))
    drain(at=minute(80))
    assert kinds(assignment=work.assignment) == []
    clock(work, "out", at=minute(82))
    drain(at=minute(82))
    scan(90)
    assert kinds(assignment=work.assignment) == []
