"""An agency's desk fills its jobs from engaged officers; each home department's rules still decide."""

from datetime import date, timedelta

import pytest

from agencies import availability, engagements, staffing
from agencies.refusals import AlreadyEngaged, EngagementNotFound, NotEngaged, OfficerUnknown, StillHasShifts
from departments.access import inside
from departments.models import FairnessEntry
from kernel.errors import NotFound
from marketplace import agency_staffing, answering, bidding
from marketplace.access import shift_for_officer
from marketplace.agency_candidates import PRIVATE_NO
from marketplace.fairness_entries import on_assignment_confirmed
from marketplace.feed import shifts_near_officer
from marketplace.manual_awards import award_by_hand
from marketplace.matching import officers_to_notify
from marketplace.models import Assignment, Offer, Officer, OfficerEngagement, Shift
from marketplace.refusals_agency_staffing import NotAllowedToWork, StaffedByAgency, TooManyChosen
from marketplace.refusals_bidding import OverlapsCommitment, ShiftAlreadyFilled, ShiftNotFound
from marketplace.releasing import on_shift_vacated
from tenants.context import acting_as
from tenants.models import Tenant
from tests.agencies.world import AgencyWorld, heard
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.people import actor_for
from tests.factories.venues import NOW, STARTS_AT, shift_terms

pytestmark = pytest.mark.django_db


def assign(world: AgencyWorld, shift: Shift, *officers: Officer) -> list[Assignment]:
    with world.at_desk():
        return staffing.assign(
            agency_id=world.agency.id,
            shift_id=shift.id,
            rank_code="constable",
            officer_ids=[officer.id for officer in officers],
            actor=world.actor,
            at=NOW,
        )


def offer(world: AgencyWorld, shift: Shift, *officers: Officer) -> list[Offer]:
    with world.at_desk():
        return staffing.offer(
            agency_id=world.agency.id,
            shift_id=shift.id,
            rank_code="constable",
            officer_ids=[officer.id for officer in officers],
            answer_by=NOW + timedelta(hours=3),
            actor=world.actor,
            at=NOW,
        )


def test_nobody_bids_and_nobody_is_invited_where_an_agency_staffs(world: AgencyWorld) -> None:
    officer = make_officer(world.department)
    shift = world.supplied()
    assert (shift.state, shift.closes_at, shift.first_come) == ("open", None, False)
    assert officers_to_notify(shift=shift, at=NOW) == []
    assert shifts_near_officer(officer=officer, at=NOW) == []
    with pytest.raises(ShiftNotFound):
        bidding.place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    with pytest.raises(NotFound):
        shift_for_officer(officer=officer, shift_id=shift.id, at=NOW)
    with pytest.raises(StaffedByAgency):
        award_by_hand(
            department_id=world.department.id, shift_id=shift.id, officer_id=officer.id, rank_code="constable",
            reason="x", roles=["coordinator"], actor=SETTING_UP, at=NOW,
        )  # fmt: skip


def test_who_may_work_is_told_in_sentences_that_keep_personnel_data_at_home(world: AgencyWorld) -> None:
    free, ill = world.engaged(family_name="Able"), world.engaged(family_name="Baker", status="sick")
    stranger = make_officer(world.department, family_name="Never")
    shift = world.supplied()
    with world.at_desk():
        rows = staffing.candidates(agency_id=world.agency.id, shift_id=shift.id, rank_code="constable", at=NOW)
    assert [(row.candidate.officer_id, row.candidate.allowed) for row in rows] == [(free.id, True), (ill.id, False)]
    assert rows[1].candidate.sentence == PRIVATE_NO
    with pytest.raises(NotAllowedToWork, match="does not allow") as refused:
        assign(world, shift, ill)
    assert "sick" not in refused.value.message
    with pytest.raises(NotEngaged):
        assign(world, shift, stranger)
    assert not Assignment.objects.exists()


def test_hours_that_would_be_too_many_are_said_in_numbers(world: AgencyWorld) -> None:
    officer = world.engaged()
    busy = world.supplied(shifts=(shift_terms(hours=12, starts_at=STARTS_AT - timedelta(hours=13)),))
    assign(world, busy, officer)
    shift = world.supplied(shifts=(shift_terms(hours=6),))
    with world.at_desk():
        (row,) = staffing.candidates(agency_id=world.agency.id, shift_id=shift.id, rank_code="constable", at=NOW)
    assert not row.candidate.allowed
    assert "daily-cap" in row.candidate.sentence


def test_officers_accept_or_decline_and_the_next_is_the_desks_choice(world: AgencyWorld) -> None:
    first, second, third = (world.engaged(family_name=name) for name in ("Able", "Baker", "Charlie"))
    shift = world.supplied()
    with pytest.raises(TooManyChosen):
        offer(world, shift, first, second, third)
    yes, no = offer(world, shift, first, second)
    with pytest.raises(ShiftAlreadyFilled):
        offer(world, shift, third)
    answering.answer_offer(officer=first, offer_id=yes.id, accept=True, actor=actor_for(first.person), at=NOW)
    answering.answer_offer(officer=second, offer_id=no.id, accept=False, actor=actor_for(second.person), at=NOW)
    shift.refresh_from_db()
    assert shift.state == Shift.State.PART_STAFFED
    # Nobody else was asked by a list of the department's.
    assert Offer.objects.filter(state=Offer.State.OPEN).count() == 0
    assign(world, shift, third)
    shift.refresh_from_db()
    assert shift.state == Shift.State.STAFFED


def test_an_offer_lapses_at_its_deadline(world: AgencyWorld) -> None:
    officer = world.engaged()
    (made,) = offer(world, world.supplied(), officer)
    answering.scan_offers(at=NOW + timedelta(hours=3))
    made.refresh_from_db()
    assert made.state == Offer.State.UNREACHABLE
    assert not Assignment.objects.exists()


def test_an_agencys_choices_are_no_lines_of_the_departments_fairness_ledger(world: AgencyWorld) -> None:
    officer = world.engaged()
    assign(world, world.supplied(), officer)
    on_assignment_confirmed(event=heard("marketplace.assignment_confirmed"), at=NOW)
    with inside(department_id=world.department.id):
        assert not FairnessEntry.objects.exists()


def test_an_officer_taken_off_leaves_a_place_for_the_desk(world: AgencyWorld) -> None:
    officer = world.engaged()
    (assignment,) = assign(world, world.supplied(), officer)
    with world.at_desk():
        agency_staffing.take_off(
            agency_id=world.agency.id, assignment_id=assignment.id, reason="Another job.", actor=world.actor, at=NOW
        )
    on_shift_vacated(event=heard("marketplace.shift_vacated"), at=NOW)
    assignment.refresh_from_db()
    assert (assignment.state, assignment.ended_reason) == (Assignment.State.CALLED_OFF, "Another job.")


def test_two_commitments_at_once_are_refused_to_an_agency_too(world: AgencyWorld) -> None:
    officer = world.engaged()
    assign(world, world.supplied(), officer)
    with pytest.raises((OverlapsCommitment, NotAllowedToWork)):
        assign(world, world.supplied(), officer)


def test_engagements_are_invited_answered_and_ended_by_either(world: AgencyWorld) -> None:
    officer = make_officer(world.department)
    invitation = {"agency_id": world.agency.id, "department_id": world.department.id, "actor": world.actor, "at": NOW}
    with world.at_desk(), pytest.raises(OfficerUnknown):
        engagements.invite(email="nobody@example.org", **invitation)
    with world.at_desk():
        invited = engagements.invite(email=officer.person.email.upper(), **invitation)
        with pytest.raises(AlreadyEngaged):
            engagements.invite(email=officer.person.email, **invitation)
    shift = world.supplied()
    with pytest.raises(NotEngaged):
        assign(world, shift, officer)
    with acting_as(purpose="request", person_id=officer.person_id):
        (own,) = engagements.engagements_of_officer(officer=officer)
        assert (own.agency_name, own.state) == (world.agency.name, "invited")
        engagements.answer(
            officer=officer, agency_id=world.agency.id, accept=True, actor=actor_for(officer.person), at=NOW
        )
    (assignment,) = assign(world, shift, officer)
    with world.at_desk(), pytest.raises(StillHasShifts):
        engagements.end_by_agency(
            agency_id=world.agency.id, engagement_id=invited.engagement_id, actor=world.actor, at=NOW
        )
    Assignment.objects.filter(id=assignment.id).update(state=Assignment.State.CALLED_OFF)
    with acting_as(purpose="request", person_id=officer.person_id):
        engagements.end_by_officer(officer=officer, agency_id=world.agency.id, actor=actor_for(officer.person), at=NOW)
        assert engagements.engagements_of_officer(officer=officer) == []
        with pytest.raises(EngagementNotFound):
            engagements.end_by_officer(
                officer=officer, agency_id=world.agency.id, actor=actor_for(officer.person), at=NOW
            )
    with world.at_desk():
        assert engagements.list_engaged(agency_id=world.agency.id) == []


def test_engagements_are_walled_off(world: AgencyWorld, other_agency: Tenant) -> None:
    officer = world.engaged()
    colleague = make_officer(world.department)
    for context in (
        world.at_desk(other_agency),
        acting_as(purpose="request", person_id=colleague.person_id),
        acting_as(purpose="request", tenant_id=world.department.id),
    ):
        with context:
            assert not OfficerEngagement.objects.exists()
    with acting_as(purpose="request", person_id=colleague.person_id), pytest.raises(EngagementNotFound):
        availability.week_of(officer=colleague, agency_id=world.agency.id)
    with acting_as(purpose="request", person_id=officer.person_id):
        assert OfficerEngagement.objects.count() == 1


def test_what_an_officer_said_of_their_time_is_shown_beside_the_rules(world: AgencyWorld) -> None:
    free, away, silent = (world.engaged(family_name=name) for name in ("Able", "Baker", "Charlie"))
    for officer, blocked in ((free, []), (away, [date(2026, 3, 10)])):
        with acting_as(purpose="request", person_id=officer.person_id):
            availability.set_week(
                officer=officer, agency_id=world.agency.id, weekly=[(1, "08:00", "16:00")], free_dates=[],
                blocked_dates=blocked, at=NOW,
            )  # fmt: skip
    shift = world.supplied()
    with world.at_desk():
        rows = staffing.candidates(agency_id=world.agency.id, shift_id=shift.id, rank_code="constable", at=NOW)
    assert {row.candidate.officer_id: row.is_available for row in rows} == {
        free.id: True, away.id: False, silent.id: None,
    }  # fmt: skip
