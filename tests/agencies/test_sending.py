"""A shift that an agency supplies has begun: its desk sends one of its own until the end, and nobody else's."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.memberships import grant_role
from agencies import staffing
from agencies.refusals import NotEngaged
from kernel.errors import NotFound
from marketplace import agency_sending, agency_staffing, alerts, empty_places, watching
from marketplace.boards import board_of_job
from marketplace.due import mark_no_show, scan_expiries
from marketplace.leaving import on_shift_vacated
from marketplace.models import Alert, Assignment, Award, Job, Officer, Relief, ReliefSearch, Shift, Timesheet
from marketplace.refusals_agency_staffing import EveryPlaceHeld, NotAllowedToWork, NotReplaceable, StaffedByAgency
from marketplace.refusals_bidding import AlreadyBid, OverlapsCommitment, RankNotWanted, ShiftNotOpen
from marketplace.refusals_by_hand import NotPaidFor
from marketplace.refusals_service_levels import TooLateForRelief
from marketplace.relieving import arrange_relief
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.agencies.world import AgencyWorld, heard
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.outbox import drain
from tests.factories.people import make_person
from tests.factories.venues import NOW, STARTS_AT, shift_terms
from tests.factories.work import ENDS_AT, Work, clock

pytestmark = pytest.mark.django_db


def minute(number: float) -> datetime:
    return STARTS_AT + timedelta(minutes=number)


def supplied(world: AgencyWorld, *, headcount: int = 1, **terms: Any) -> Shift:
    return world.supplied(shifts=(shift_terms(ranks={"constable": headcount}, **terms),))


def assigned(world: AgencyWorld, shift: Shift, officer: Officer | None = None) -> Work:
    officer = officer or world.engaged()
    with world.at_desk():
        (assignment,) = staffing.assign(
            agency_id=world.agency.id, shift_id=shift.id, rank_code="constable", officer_ids=[officer.id],
            actor=world.actor, at=NOW,
        )  # fmt: skip
    return Work(world.requester, officer, shift, assignment)


def send(world: AgencyWorld, shift: Shift, officer: Officer, number: float, **more: Any) -> Assignment:
    agency = more.pop("agency", None) or world.agency
    with world.at_desk(agency):
        return staffing.send(
            **{
                "agency_id": agency.id, "shift_id": shift.id, "rank_code": "constable", "officer_id": officer.id,
                "actor": world.actor, "at": minute(number), **more,
            }
        )  # fmt: skip


def punch(world: AgencyWorld, assignment: Assignment, kind: str, number: float) -> Any:
    work = Work(world.requester, assignment.officer, assignment.shift, assignment)
    with acting_as(purpose="request", person_id=assignment.officer.person_id):
        return clock(work, kind, at=minute(number))


def scan(number: float) -> None:
    with acting_as(purpose="worker"):
        watching.scan_service_levels(at=minute(number))
        empty_places.scan_empty_places(at=minute(number))
        scan_expiries(at=minute(number))
        drain(at=minute(number))


def told(officer: Officer) -> list[OutboundMessage]:
    with acting_as(purpose="worker"):
        letters = OutboundMessage.objects.filter(recipient=officer.person.email).exclude(
            subject__contains="invites you"
        )
        return list(letters.order_by("id"))


def test_one_of_its_own_is_sent_to_a_place_that_nobody_filled(world: AgencyWorld, other_agency: Tenant) -> None:
    shift, officer = supplied(world), world.engaged(family_name="Nearby")
    with pytest.raises(ShiftNotOpen):
        send(world, shift, officer, -1)
    scan(0)
    alert = Alert.objects.get(kind="empty_place")
    sent = send(world, shift, officer, 20)
    alert.refresh_from_db()
    assert alert.resolved_at == minute(20)
    assert alerts.open_alerts(agency_id=other_agency.id) == []
    assert (sent.state, sent.period.lower, sent.period.upper) == ("confirmed", minute(20), ENDS_AT)
    shift.refresh_from_db()
    assert (shift.state, Award.objects.get(id=sent.award_id).snapshot["kind"]) == ("staffed", "agency")
    scan(21)
    (letter,) = told(officer)
    assert "You are sent to a shift that has begun" in letter.subject
    assert f"{world.agency.name} gave you this place." in letter.text
    # They travel; then the hours begin with the clock-in, and the rules of the clock judge what was left.
    (row,) = board_of_job(job_id=shift.job_id, at=minute(60))
    assert ([one.status for one in row.people], row.missing) == (["expected"], 0)
    assert punch(world, sent, "in", 90).eligibility_snapshot["verdict"]["outcome"] == "allow"
    punch(world, sent, "out", 240)
    sheet = Timesheet.objects.get(assignment=sent)
    assert (sheet.worked_starts_at, sheet.worked_ends_at, sheet.worked_minutes) == (minute(90), ENDS_AT, 150)
    # Billed and paid from the clock-in on, each started hour whole.
    assert (sheet.billable_minutes, sheet.payable_minutes) == (180, 180)
    scan(241)
    assert told(officer)[1:] == []


def test_what_is_refused_says_why_and_changes_nothing(world: AgencyWorld, other_agency: Tenant) -> None:
    shift = supplied(world)
    officer, ill = world.engaged(), world.engaged(status="sick")
    with pytest.raises(NotEngaged):
        send(world, shift, make_officer(world.department), 20)
    with pytest.raises(NotAllowedToWork, match="does not allow"):
        send(world, shift, ill, 20)
    with pytest.raises(RankNotWanted):
        send(world, shift, officer, 20, rank_code="admiral")
    with pytest.raises(NotFound):
        agency_sending.send_officer(
            agency_id=other_agency.id, shift_id=shift.id, rank_code="constable", officer_id=officer.id,
            actor=world.actor, at=minute(20),
        )  # fmt: skip
    with pytest.raises(TooLateForRelief):
        send(world, shift, officer, 240)
    Job.objects.update(funded_at=None)
    with pytest.raises(NotPaidFor):
        send(world, shift, officer, 20)
    Job.objects.update(funded_at=NOW)
    assert not Assignment.objects.exists()
    send(world, shift, officer, 20)
    with pytest.raises(EveryPlaceHeld):
        send(world, shift, world.engaged(), 21)
    with pytest.raises(NotFound):
        send(world, shift, world.engaged(), 21, in_place_of=shift.id)
    assert Assignment.objects.count() == 1


def test_rules_and_overlaps_count_what_is_left(world: AgencyWorld) -> None:
    """Another shift of theirs ends half an hour after this one began, a third begins before it ends."""
    before = supplied(world, starts_at=minute(-60), ends_at=minute(30))
    after = supplied(world, starts_at=minute(200), ends_at=minute(300))
    early, later, shift = world.engaged(), world.engaged(), supplied(world, headcount=2)
    assigned(world, before, early)
    assigned(world, after, later)
    for officer in (early, later):
        with pytest.raises((OverlapsCommitment, NotAllowedToWork)):
            send(world, shift, officer, 20)
    with world.at_desk():
        rows = staffing.candidates(agency_id=world.agency.id, shift_id=shift.id, rank_code="constable", at=minute(60))
    assert {row.candidate.officer_id: row.candidate.allowed for row in rows} == {early.id: True, later.id: False}
    assert send(world, shift, early, 60).period.lower == minute(60)


def test_who_is_late_loses_the_place_to_whom_the_agency_sends(world: AgencyWorld) -> None:
    shift, other = supplied(world), world.engaged()
    late = assigned(world, shift)
    with pytest.raises(NotReplaceable):
        send(world, shift, other, 3, in_place_of=late.assignment.id)
    scan(15)
    assert Alert.objects.filter(kind="late", resolved_at=None).exists()
    with pytest.raises(AlreadyBid):
        send(world, shift, late.officer, 20, in_place_of=late.assignment.id)
    sent = send(world, shift, other, 20, in_place_of=late.assignment.id)
    assert dict(Assignment.objects.values_list("officer_id", "state")) == {
        late.officer.id: "relieved", other.id: "confirmed",
    }  # fmt: skip
    search = ReliefSearch.objects.get()
    assert (search.state, search.assignment_id, search.filled_by_id) == ("filled", late.assignment.id, sent.id)
    assert not Alert.objects.filter(resolved_at=None).exists()
    (row,) = board_of_job(job_id=shift.job_id, at=minute(21))
    assert (row.held, row.missing, len(row.places)) == (1, 0, 1)
    scan(21)
    assert "You are off this shift" in told(late.officer)[-1].subject


def test_who_came_after_all_keeps_the_place_and_who_did_not_is_replaced(world: AgencyWorld) -> None:
    shift, other = supplied(world, headcount=2), world.engaged()
    came, absent = assigned(world, shift), assigned(world, shift)
    punch(world, came.assignment, "in", 18)
    with acting_as(purpose="worker"):
        mark_no_show(assignment_id=absent.assignment.id, at=minute(40))
        assert empty_places.scan_empty_places(at=minute(41)) == 1
    with pytest.raises(NotReplaceable):
        send(world, shift, other, 45, in_place_of=absent.assignment.id)
    sent = send(world, shift, other, 45)
    assert Alert.objects.get(kind="empty_place").resolved_at == minute(45)
    assert ReliefSearch.objects.get().assignment_id == absent.assignment.id
    (row,) = board_of_job(job_id=shift.job_id, at=minute(46))
    assert {one.assignment.id for one in row.places} == {came.assignment.id, sent.id}


def test_who_is_on_site_is_relieved_by_the_agency_and_not_by_the_department(world: AgencyWorld) -> None:
    shift, other = supplied(world), world.engaged(family_name="Second")
    first = assigned(world, shift)
    punch(world, first.assignment, "in", 0)
    with pytest.raises(StaffedByAgency):
        arrange_relief(
            assignment_id=first.assignment.id, department_id=world.department.id, officer_id=other.id, reason="Court.",
            actor=SETTING_UP, at=minute(60),
        )  # fmt: skip
    with pytest.raises(NotEngaged):
        send(world, shift, make_officer(world.department), 60, relieves=first.assignment.id, reason="Court.")
    assert not Relief.objects.exists()
    sent = send(world, shift, other, 60, relieves=first.assignment.id, reason="Court.")
    scan(61)
    assert f"You relieve {first.officer.display_name}" in told(other)[0].text
    with pytest.raises(NotReplaceable):
        send(world, shift, world.engaged(), 61, relieves=first.assignment.id, reason="Court.")
    punch(world, sent, "in", 80)
    first.assignment.refresh_from_db()
    assert (first.assignment.state, Relief.objects.get().handed_over_at) == ("checked_out", minute(80))


def test_an_officer_who_is_assigned_hears_it_before_the_start_too(world: AgencyWorld) -> None:
    work = assigned(world, supplied(world))
    scan(-60)
    assert "You have the shift" in told(work.officer)[0].subject


def test_the_alert_leads_to_the_page_that_sends_somebody(
    world: AgencyWorld, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    shift, other = supplied(world, headcount=2), world.engaged(family_name="Nearby")
    late = assigned(world, shift, world.engaged(family_name="Tardy"))
    scan(15)
    monkeypatch.setattr("kernel.clock.now", lambda: minute(20))
    desk = signed_in(world.agency, "scheduler")
    page = address("staff", shift.id, "constable")
    links = {}
    for kind in ("empty_place", "late"):
        with django_assert_max_num_queries(12):
            shown = desk.get(address("alert", Alert.objects.get(kind=kind).id)).content.decode()
        links[kind] = re.findall(rf'href="({re.escape(page)}[^"]*)"', shown)
    assert links == {"empty_place": [page], "late": [f"{page}?in_place_of=late:{late.assignment.id}"]}
    assert page in desk.get(address("job", shift.job_id)).content.decode()
    assert shift.job.title in desk.get(address("dashboard")).content.decode()
    with django_assert_max_num_queries(12):
        shown = desk.get(links["late"][0]).content.decode()
    assert "billed and paid from their clock-in on" in shown
    assert re.search(rf'value="late:{late.assignment.id}"[^>]* checked', shown)
    nobody = desk.post(page, {"in_place_of": f"late:{late.assignment.id}"})
    assert (nobody.status_code, b"Choose the officer." in nobody.content) == (422, True)
    gone = desk.post(page, {"officers": str(other.id), "in_place_of": f"relief:{late.assignment.id}"})
    assert (gone.status_code, b"Meanwhile they came" in gone.content) == (422, True)
    assert re.search(rf'value="late:{late.assignment.id}"[^>]* checked', nobody.content.decode())
    sent = desk.post(page, {"officers": str(other.id), "in_place_of": "empty"}, follow=True).content.decode()
    assert f"{other.display_name} is sent" in sent
    alert_page = desk.get(address("alert", Alert.objects.get(kind="empty_place").id)).content.decode()
    assert "This is over" in alert_page
    # Both desks and the client see them.
    coordinator = signed_in(world.department, "coordinator")
    dispatch = reverse("department:console_live", urlconf="config.urls_department")
    assert other.display_name in coordinator.get(dispatch).content.decode()
    department_alert = reverse(
        "department:alert", urlconf="config.urls_department", args=[Alert.objects.get(kind="late").id]
    )
    assert "An agency supplies the officers of this job" in coordinator.get(department_alert).content.decode()
    client = Browser()
    client.force_login(world.requester.person)
    board = reverse("client:job", urlconf="config.urls_public", args=[shift.job_id])
    assert other.display_name in client.get(board).content.decode()


def address(name: str, *arguments: Any) -> str:
    return reverse(f"agency:{name}", urlconf="config.urls_agency", args=arguments)


def signed_in(tenant: Tenant, role: str) -> Browser:
    person = make_person()
    grant_role(person=person, tenant_id=tenant.id, role=role, actor=SETTING_UP, at=NOW)
    browser = Browser(SERVER_NAME=f"{tenant.slug}.localhost")
    browser.force_login(person)
    return browser


def test_whoever_gives_it_up_after_the_start_is_replaced_in_the_same_place(world: AgencyWorld) -> None:
    shift, other = supplied(world), world.engaged()
    gone = assigned(world, shift)
    with world.at_desk():
        agency_staffing.take_off(
            agency_id=world.agency.id, assignment_id=gone.assignment.id, reason="Ill.", actor=world.actor, at=minute(5)
        )
    on_shift_vacated(event=heard("marketplace.shift_vacated"), at=minute(5))
    sent = send(world, shift, other, 10)
    assert ReliefSearch.objects.get().filled_by_id == sent.id
