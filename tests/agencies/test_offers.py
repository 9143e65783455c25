"""An agency's price on an open request: made, changed, compared, accepted once, and seen by nobody else."""

import re
from datetime import timedelta

import pytest

from billing.agencies import acceptance as agency_acceptance
from billing.agencies import comparison as agency_comparison
from billing.agencies import offers as agency_offers
from billing.agencies.pricing import Extra
from billing.agreeing import contracts
from billing.models import AgencyOffer, AgencyOfferVersion, Contract
from billing.refusals.agencies import (
    AgencyNotAdmitted,
    OfferChanged,
    OfferExpired,
    OfferNotOpen,
    OfferOutdated,
    OfferTermsUnclear,
    RateMissing,
    RequestNotApproved,
    ValidityTooShort,
)
from kernel.errors import NotFound
from marketplace import agency_requests
from marketplace.agency_requests import AgenciesNotAdmitted
from marketplace.models import AgencyAdmission, Job, Position
from marketplace.posting import propose_change, withdraw_job
from tenants.context import acting_as
from tenants.models import Tenant
from tests.agencies.world import AgencyWorld, heard, terms_of
from tests.factories.clients import make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms

pytestmark = pytest.mark.django_db


def test_an_agency_reads_of_a_request_what_it_needs_and_nothing_about_who_asks(world: AgencyWorld) -> None:
    job = world.request(shifts=(shift_terms(ranks={"constable": 4}),))
    with world.at_desk():
        (seen,) = agency_requests.open_requests(agency_id=world.agency.id, at=NOW)
    assert (seen.job_id, seen.area, seen.is_approved) == (job.id, "Oakville, ON", True)
    assert seen.shifts[0].wanted == (("constable", "Constable", 4), ("sergeant", "Sergeant", 1))
    told = repr(seen)
    for private in ("Harbour", "Kim", "Sam Field", "North gate", "+1905", "crossing", job.reference):
        assert private not in told


def test_only_where_client_and_department_both_want_it(world: AgencyWorld, other_agency: Tenant) -> None:
    job = world.request()
    with world.at_desk(other_agency):
        assert agency_requests.open_requests(agency_id=other_agency.id, at=NOW) == []
    world.admit(decision="barred", at=NOW + timedelta(hours=1))
    with world.at_desk():
        assert agency_requests.open_requests(agency_id=world.agency.id, at=NOW) == []
        assert AgencyAdmission.objects.count() == 2
    world.admit()
    world.ask(job, wanted=False)
    with world.at_desk(), pytest.raises(NotFound):
        agency_requests.open_request(agency_id=world.agency.id, job_id=job.id, at=NOW)


def test_a_client_is_told_when_there_is_no_agency_to_ask(world: AgencyWorld) -> None:
    world.admit(decision="barred")
    with pytest.raises(AgenciesNotAdmitted):
        world.request()


def test_the_accepted_offer_becomes_the_contract_cent_for_cent(world: AgencyWorld) -> None:
    job = world.request()
    version = world.offer(job, terms=terms_of(extras=(Extra("Radio set", 2500),)))
    # Two constables, 90.00 with HST, four hours; 25.00 before tax; 5 % service fee with its own HST.
    hours = 2 * 4 * 9000
    net = 2 * round(4 * 9000 / 1.13) + 2500
    assert version.total_cents == hours + 2500 + 325 + round(net * 0.05) + round(round(net * 0.05) * 0.13)
    contract = world.accept(version)
    assert (contract.state, contract.agency_id, contract.payee_mode) == ("accepted", world.agency.id, "agency")
    assert contract.total_cents == version.total_cents
    job.refresh_from_db()
    assert (job.state, job.route, job.agency_id) == (Job.State.CONTRACTED, Job.Route.AGENCY, world.agency.id)
    position = Position.objects.get(shift__job=job)
    assert (position.bill_rate_cents_per_hour, position.pay_rate_cents_per_hour) == (9000, 6000)
    line = contract.prices[0]["lines"][0]
    assert (line["owner"], line["taxes"][0]["registration_number"]) == ("agency", "70000 0001 RT0001")


def test_the_departments_own_contract_gives_way_and_the_other_agency_was_not_chosen(
    world: AgencyWorld, other_agency: Tenant
) -> None:
    job = world.request()
    offered = contracts.offer_contract(job=job, at=NOW, actor=SETTING_UP)
    world.admit(agency=other_agency)
    first = world.offer(job)
    second = world.offer(job, agency=other_agency, terms=terms_of(8000))
    world.accept(first)
    offered.refresh_from_db()
    assert offered.state == Contract.State.SUPERSEDED
    with pytest.raises(OfferNotOpen, match="Another supplier"):
        world.accept(second)
    # What the outbox brings afterwards changes nothing.
    assert contracts.offer_contract(job=job, at=NOW, actor=SETTING_UP).agency_id == world.agency.id


def test_a_changed_offer_is_not_accepted_unseen(world: AgencyWorld) -> None:
    job = world.request()
    read = world.offer(job)
    changed = world.offer(job, terms=terms_of(9900))
    with pytest.raises(OfferChanged) as refused:
        world.accept(read)
    assert refused.value.numbers["total_cents"] == changed.total_cents
    assert not Contract.objects.filter(job=job).exists()
    assert world.accept(changed).total_cents == changed.total_cents


def test_expired_withdrawn_and_outdated_offers_are_answered_clearly(world: AgencyWorld) -> None:
    job = world.request()
    version = world.offer(job, valid_until=NOW + timedelta(hours=2))
    with pytest.raises(OfferExpired, match="2 March 2026, 11:00"):
        world.accept(version, at=NOW + timedelta(hours=2))
    with world.at_desk():
        agency_offers.withdraw_offer(agency_id=world.agency.id, offer_id=version.offer_id, actor=world.actor, at=NOW)
    with pytest.raises(OfferNotOpen, match="withdrawn"):
        world.accept(version)
    renewed = world.offer(job)
    changed = job_terms(shifts=(shift_terms(hours=6),))
    propose_change(job=job, terms=changed, actor=world.requester.actor, at=NOW)
    with pytest.raises(OfferOutdated):
        world.accept(renewed)
    accepted = world.accept(world.offer(job))
    assert accepted.terms["shifts"][0]["ends_at"].startswith("2026-03-10T21")


def test_the_department_approves_first_and_may_bar_until_the_last_moment(world: AgencyWorld) -> None:
    job = world.request(approved=False)
    version = world.offer(job)
    with pytest.raises(RequestNotApproved):
        world.accept(version)
    Job.objects.filter(id=job.id).update(state=Job.State.APPROVED)
    world.admit(decision="barred", at=NOW + timedelta(minutes=1))
    with pytest.raises(AgencyNotAdmitted):
        world.accept(version)


def test_offers_that_make_no_sense_are_refused_with_the_field(world: AgencyWorld) -> None:
    job = world.request(shifts=(shift_terms(ranks={"constable": 4}),))
    only_constables = terms_of(ranks=terms_of().ranks[:1])
    with pytest.raises(RateMissing) as refused:
        world.offer(job, terms=only_constables)
    assert refused.value.field == "bill_sergeant"
    with pytest.raises(OfferTermsUnclear, match="include HST"):
        world.offer(job, terms=terms_of(tax_numbers={}))
    with pytest.raises(ValidityTooShort):
        world.offer(job, valid_until=NOW)
    with pytest.raises(ValidityTooShort):
        world.offer(job, valid_until=STARTS_AT + timedelta(minutes=1))
    with world.at_desk():
        assert not AgencyOffer.objects.exists()


def test_the_client_compares_what_is_included_and_never_reads_pay(world: AgencyWorld, other_agency: Tenant) -> None:
    job = world.request()
    world.admit(agency=other_agency)
    world.offer(job)
    cheaper = world.offer(job, agency=other_agency, terms=terms_of(8000, 5123))
    with acting_as(purpose="request", person_id=world.requester.person.id):
        _, (first, second) = agency_comparison.offers_for_client(person=world.requester.person, job_id=job.id, at=NOW)
    assert (first.agency_name, first.total_cents) == ("Bystander Security", cheaper.total_cents)
    assert first.total_cents < second.total_cents
    assert first.agency_cents + first.department_cents + first.service_fee_cents == first.total_cents
    assert not re.search(r"\b5123\b", repr(first))


def test_offers_and_prices_are_walled_off_from_other_agencies_and_clients(
    world: AgencyWorld, other_agency: Tenant
) -> None:
    job = world.request()
    version = world.offer(job)
    with world.at_desk(other_agency):
        assert not AgencyOffer.objects.exists()
        assert not AgencyOfferVersion.objects.exists()
        with pytest.raises(NotFound):
            agency_offers.offer_of_agency(agency_id=other_agency.id, offer_id=version.offer_id)
        with pytest.raises(NotFound):
            agency_offers.withdraw_offer(
                agency_id=other_agency.id, offer_id=version.offer_id, actor=world.actor, at=NOW
            )
    stranger = make_requester(name="Other")
    submit(stranger, at=NOW)
    with pytest.raises(NotFound):
        agency_comparison.offers_for_client(person=stranger.person, job_id=job.id, at=NOW)
    with pytest.raises(NotFound):
        agency_acceptance.accept_offer(
            person=stranger.person, offer_id=version.offer_id, version=1, actor=stranger.actor, at=NOW
        )


def test_a_change_after_acceptance_is_offered_at_the_agencys_rates(world: AgencyWorld) -> None:
    job = world.request()
    world.accept(world.offer(job))
    propose_change(
        job=Job.objects.get(id=job.id), terms=job_terms(shifts=(shift_terms(hours=6),)), actor=world.requester.actor,
        at=NOW,
    )  # fmt: skip
    changed = contracts.offer_contract(job=job, at=NOW, actor=SETTING_UP)
    assert (changed.agency_id, changed.payee_mode, changed.version) == (world.agency.id, "agency", 2)
    hours = [line for line in changed.prices[0]["lines"] if line["owner"] == "agency"]
    assert sum(line["gross_cents"] for line in hours) == 2 * 6 * 9000
    contracts.accept_contract(
        contract_id=changed.id, person=world.requester.person, actor=world.requester.actor, at=NOW
    )
    planned = Position.objects.get(shift__job=job, shift__state="planned")
    assert planned.pay_rate_cents_per_hour == 6000


def test_a_request_that_is_taken_back_takes_its_offers_with_it(world: AgencyWorld) -> None:
    job = world.request()
    version = world.offer(job)
    withdraw_job(job=job, actor=world.requester.actor, at=NOW)
    agency_acceptance.on_request_over(event=heard("marketplace.job_withdrawn"), at=NOW)
    with world.at_desk():
        assert AgencyOffer.objects.get(id=version.offer_id).state == AgencyOffer.State.NOT_CHOSEN
    with pytest.raises(OfferNotOpen):
        world.accept(version)
