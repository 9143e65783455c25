"""Requests come in: to the department that governs the place, at its rates, once, or they are refused with a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest

from departments.policies import publish_policy
from departments.policy.examples import example
from departments.policy.refusals import UnknownRank, UnknownVehicle
from geo.points import Point
from kernel.actors import Actor
from kernel.errors import NotFound
from kernel.identifiers import uuid7
from kernel.models import AuditEvent, OutboxEvent
from marketplace import refusals
from marketplace.clients import block_client, client_for_caller, lift_block
from marketplace.drafts import DraftAlreadySent, draft_by_key, save_answers, start_draft, terms_from_answers
from marketplace.jurisdictions import governing_department_id
from marketplace.models import Job, JobRevision, Jurisdiction, Shift, UnservedDemand
from marketplace.posting import NotForThisClient, withdraw_job
from marketplace.queries import jobs_for_client, jobs_for_department
from marketplace.terms import JobTerms
from tenants.models import Tenant
from tests.factories.clients import Requester, deliver_policies, govern, make_requester, submit
from tests.factories.departments import FAR_AWAY, OAKVILLE, SETTING_UP
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms, venue_terms

pytestmark = pytest.mark.django_db

SETTING_UP_PERSON = Actor(kind="person", person_id=uuid7(), label="Casey Coordinator", address="192.0.2.9")
HOSTILE = '<img src=x onerror=alert(1)> =cmd|"/c calc"!A1'


@pytest.fixture(autouse=True)
def _rules(department: Tenant, other_department: Tenant) -> None:
    govern(department)
    govern(other_department, name="us")


@pytest.fixture
def requester() -> Requester:
    return make_requester()


def test_a_request_goes_to_the_department_that_governs_the_place(department: Tenant, requester: Requester) -> None:
    job = submit(requester, terms=job_terms(shifts=(shift_terms(ranks={"constable": 2, "sergeant": 1}),)))
    assert job.governing_department_id == department.id
    assert (job.state, job.currency, job.policy_version, job.revision) == ("submitted", "CAD", 1, 1)
    shift = job.shifts.get()
    assert (shift.state, shift.number, shift.starts_at) == ("planned", 1, STARTS_AT)
    rates = {position.rank_code: position.bill_rate_cents_per_hour for position in shift.positions.all()}
    assert rates == {"constable": 10975, "sergeant": 12421}
    revision = job.revisions.get()
    assert revision.state == JobRevision.State.APPLIED
    assert JobTerms.from_json(revision.terms).shifts[0].starts_at == STARTS_AT
    assert OutboxEvent.objects.get(name="marketplace.job_submitted").payload == {"job_id": str(job.id)}
    event = AuditEvent.objects.get(subject_id=job.id)
    assert (event.action, event.actor_address, event.tenant_id) == ("job.submitted", "192.0.2.7", department.id)


def test_the_bystander_department_sees_nothing_of_it(other_department: Tenant, requester: Requester) -> None:
    submit(requester)
    assert not jobs_for_department(other_department.id).exists()


def test_markup_and_formulas_are_stored_verbatim(requester: Requester) -> None:
    venue = venue_terms(name=HOSTILE, address=HOSTILE)
    job = submit(requester, terms=job_terms(title=HOSTILE, duties=HOSTILE, meeting_point=HOSTILE, venue=venue))
    stored = Job.objects.select_related("venue").get(id=job.id)
    assert {stored.title, stored.duties, stored.meeting_point, stored.venue.name, stored.venue.address} == {HOSTILE}


def test_outside_every_jurisdiction_it_is_refused_and_remembered(requester: Requester) -> None:
    venue = venue_terms(place=FAR_AWAY, postal_code="K1A 0A1", place_name="Ottawa")
    with pytest.raises(refusals.NoCoveringDepartment) as caught:
        submit(requester, terms=job_terms(venue=venue))
    assert "Ottawa" in caught.value.message
    assert not Job.objects.exists()
    demand = UnservedDemand.objects.get()
    assert (demand.place_name, demand.event_type, demand.officers_wanted) == ("Ottawa", "festival", 2)


def test_a_portal_takes_only_what_its_department_governs(
    department: Tenant, other_department: Tenant, requester: Requester
) -> None:
    with pytest.raises(refusals.OtherDepartmentGoverns):
        submit(requester, department_id=other_department.id)
    assert submit(requester, department_id=department.id).governing_department_id == department.id


def test_the_country_tells_places_of_one_name_apart(department: Tenant) -> None:
    place = {"point": OAKVILLE, "postal_code": "", "place_name": "Oakville"}
    assert governing_department_id(**place, country="CA") == department.id
    with pytest.raises(refusals.NoCoveringDepartment):
        governing_department_id(**place, country="US")


def test_a_city_inside_a_county_governs_itself(department: Tenant, other_department: Tenant) -> None:
    around = {"type": "Polygon", "coordinates": [[[-81, 43], [-79, 43], [-79, 44], [-81, 44], [-81, 43]]]}
    Tenant.objects.filter(id=other_department.id).update(country="CA")
    Jurisdiction.objects.filter(department_id=other_department.id).update(areas=[around])
    asked = {"postal_code": "", "place_name": "", "country": "CA"}
    assert governing_department_id(point=OAKVILLE, **asked) == department.id
    assert governing_department_id(point=Point(43.9, -80.9), **asked) == other_department.id


def test_an_older_policy_that_arrives_late_changes_no_jurisdiction(department: Tenant) -> None:
    moved = {**example("ontario"), "jurisdiction": {"places": ["Guelph"]}}
    publish_policy(
        department_id=department.id,
        document=moved,
        effective_from_date=date(2026, 2, 1),
        note="",
        actor=SETTING_UP,
        at=NOW,
    )
    deliver_policies(department)
    deliver_policies(department)
    row = Jurisdiction.objects.get(department_id=department.id)
    assert (row.policy_version, row.place_names, row.areas) == (2, ["Guelph"], [])


def test_ranks_and_vehicles_are_those_of_the_rate_card(requester: Requester) -> None:
    with pytest.raises(UnknownRank):
        submit(requester, terms=job_terms(shifts=(shift_terms(ranks={"marshal": 1}),)))
    with pytest.raises(UnknownVehicle):
        submit(requester, terms=job_terms(shifts=(shift_terms(vehicle_code="tank", vehicle_count=1),)))
    assert not Job.objects.exists()


def test_what_the_place_or_the_client_makes_impossible_is_refused_before_anybody_is_asked(
    department: Tenant, requester: Requester
) -> None:
    kind = {"fact": "client.kind", "is": requester.client.kind}
    govern(department, barred=[{"applies_when": kind, "text": "Not for these clients."}])
    with pytest.raises(refusals.EventTypeBarred, match="Not for these clients"):
        submit(requester)
    place = {"fact": "venue.place", "is": job_terms().venue.place_name}
    unknown = {"id": "rooms", "when": {"fact": "venue.kind", "is": "club"}, "when_unknown": "deny"}
    govern(department, conditions=[unknown])
    with pytest.raises(refusals.RequestDenied):
        submit(requester)
    govern(department, conditions=[{**unknown, "when_unknown": "warn"}])
    submit(requester)
    govern(department, conditions=[{"id": "town", "when": place, "text": "Not in this town."}])
    with pytest.raises(refusals.RequestDenied, match="Not in this town"):
        submit(requester, terms=job_terms(title="Again"))


def test_barred_events_and_short_notice(department: Tenant, requester: Requester) -> None:
    notice = {"rules": [{"id": "two-days", "less_than_minutes": 2880, "outcome": "deny"}]}
    barred = [{"event_types": ["festival"], "text": "No festivals this year."}]
    govern(department, barred=barred)
    with pytest.raises(refusals.EventTypeBarred, match="No festivals this year"):
        submit(requester)
    govern(department, notice=notice)
    with pytest.raises(refusals.NoticeTooShort) as caught:
        submit(requester, at=STARTS_AT - timedelta(hours=47))
    assert caught.value.numbers["notice_minutes"] == 47 * 60
    submit(requester, at=STARTS_AT - timedelta(hours=48))


def test_notice_in_business_days_skips_weekends_and_holidays(department: Tenant, requester: Requester) -> None:
    rules = [{"id": "three-days", "less_than_business_days": 3, "outcome": "deny"}]
    govern(department, notice={"rules": rules, "holiday_dates": ["2026-03-09"]})
    # The shift is on Tuesday the 10th; Monday is a holiday: between lie Thursday and Friday, then Wednesday too.
    with pytest.raises(refusals.NoticeTooShort):
        submit(requester, at=datetime(2026, 3, 4, 15, tzinfo=UTC))
    submit(requester, at=datetime(2026, 3, 3, 15, tzinfo=UTC))


def test_a_blocked_client_is_refused_until_the_block_is_lifted(
    department: Tenant, other_department: Tenant, requester: Requester
) -> None:
    submit(requester)
    block = {"client_id": requester.client.id, "department_id": department.id, "actor": SETTING_UP_PERSON, "at": NOW}
    with pytest.raises(refusals.ReasonMissing):
        block_client(**block, reason=" ")
    block_client(**block, reason="Three unpaid invoices.")
    with pytest.raises(refusals.ClientBlocked):
        submit(requester)
    with pytest.raises(refusals.ClientAlreadyBlocked):
        block_client(**block, reason="Again.")
    lift_block(client_id=requester.client.id, department_id=department.id, actor=SETTING_UP_PERSON, at=NOW)
    submit(requester)
    assert Job.objects.count() == 2
    with pytest.raises(NotFound):
        block_client(**{**block, "department_id": other_department.id}, reason="Never asked us.")


def test_nobody_asks_for_a_client_that_they_do_not_act_for(requester: Requester) -> None:
    stranger = make_requester(name="Other")
    with pytest.raises(NotForThisClient):
        submit(Requester(requester.client, stranger.person, stranger.actor))
    assert not Job.objects.exists()


def test_a_coordinator_enters_a_request_for_a_caller(department: Tenant) -> None:
    caller = {"department_id": department.id, "actor": SETTING_UP_PERSON, "at": NOW}
    client = client_for_caller(**caller, name="Mill Bakery", email="Owner@Mill.example", phone="+19055550102")
    assert client_for_caller(**caller, name="mill bakery", email="owner@mill.example", phone="").id == client.id
    member = client.members.get().person
    assert not member.has_usable_password()
    invited = OutboxEvent.objects.get(name="marketplace.client_invited")
    assert invited.payload["person_id"] == str(member.id)
    requester = Requester(client, member, SETTING_UP_PERSON)
    job = submit(requester, entered_by_coordinator=True, department_id=department.id)
    assert job.entered_by_coordinator
    assert list(jobs_for_client(member)) == [job]


def test_a_draft_is_written_by_key_and_sent_once(requester: Requester) -> None:
    draft = start_draft(person=None, department_id=None, at=NOW)
    save_answers(draft_id=draft.id, answers={"title": "One", "venue": {"name": "x"}}, at=NOW)
    save_answers(draft_id=draft.id, answers={"title": "Two", "venue": None}, at=NOW)
    assert draft_by_key(draft.key).answers == {"title": "Two"}
    job = submit(requester, draft_id=draft.id)
    assert submit(requester, draft_id=draft.id).id == job.id
    assert Job.objects.count() == 1
    with pytest.raises(DraftAlreadySent):
        save_answers(draft_id=draft.id, answers={"title": "Three"}, at=NOW)
    with pytest.raises(NotFound):
        draft_by_key("")


@pytest.mark.parametrize("value", [float("nan"), "a\x00b", "x" * 300_000])
def test_a_draft_refuses_what_cannot_be_stored(value: object) -> None:
    draft = start_draft(person=None, department_id=None, at=NOW)
    with pytest.raises(refusals.InvalidInput):
        save_answers(draft_id=draft.id, answers={"title": value}, at=NOW)
    assert draft_by_key(draft.key).answers == {}


def test_a_night_over_the_clock_change_keeps_its_real_length(requester: Requester) -> None:
    data = job_terms().to_json()
    shift = {"date": "2026-03-07", "start_time": "22:00", "end_time": "06:00", "ends_next_day": True}
    answers = {**data, "shifts": [{**shift, "positions": data["shifts"][0]["positions"]}]}
    stored = submit(requester, terms=terms_from_answers(answers)).shifts.get()
    assert (stored.starts_at, stored.ends_at) == (
        datetime(2026, 3, 8, 3, tzinfo=UTC),
        datetime(2026, 3, 8, 10, tzinfo=UTC),
    )


def test_the_search_finds_by_words_states_and_local_dates(department: Tenant, requester: Requester) -> None:
    # 01:00 UTC on the 11th is still the 10th in Toronto.
    late = job_terms(title="Night market", shifts=(shift_terms(starts_at=datetime(2026, 3, 11, 1, tzinfo=UTC)),))
    job = submit(requester, terms=late)
    other = submit(requester)

    def found(**filters: object) -> list[str]:
        return [row.reference for row in jobs_for_department(department.id, **filters)]  # type: ignore[arg-type]

    assert found() == [other.reference, job.reference]
    assert found(text="market harbour") == [job.reference]
    assert found(text=other.reference) == [other.reference]
    assert found(text="'; DROP TABLE x --") == []
    assert found(state="approved") == []
    assert found(event_type="festival", from_date=date(2026, 3, 10), until_date=date(2026, 3, 11)) == [
        other.reference,
        job.reference,
    ]
    assert found(from_date=date(2026, 3, 11)) == []


def test_a_client_takes_back_what_is_not_paid(requester: Requester) -> None:
    job = withdraw_job(job=submit(requester), actor=requester.actor, at=NOW)
    assert (job.state, job.shifts.get().state) == ("cancelled", Shift.State.CANCELLED)
    with pytest.raises(refusals.JobCannotChange):
        withdraw_job(job=job, actor=requester.actor, at=NOW)
