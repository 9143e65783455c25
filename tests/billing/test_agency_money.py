"""The money of a job that an agency supplies: one contract, the department's fees, the agency's part, its payroll."""

from datetime import timedelta
from typing import Any

import pytest

from billing.agencies import money as agency_money
from billing.agencies.offers import make_offer
from billing.books.money import job_money, officer_earnings
from billing.models import AgencyOffer, AgencyPayLine, Contract, PayrollLine, Transfer
from billing.refusals import ContractNotOpen
from billing.refusals.agencies import OfferChanged, OfferNotOpen
from departments.policy.examples import example
from kernel.identifiers import uuid7
from marketplace.models import AgencyAdmission, Job, Shift
from tenants.context import acting_as
from tenants.models import Tenant
from tests.agencies.world import AgencyWorld, terms_of
from tests.billing.test_races import at_once
from tests.billing.world import World
from tests.factories.clients import govern
from tests.factories.venues import NOW, STARTS_AT, shift_terms

_FEES = [
    {"code": "admin", "name": "Administration", "kind": "percent", "rate_basis_points": 1500},
    {"code": "friends", "name": "Friends", "kind": "discount", "rate_basis_points": 500},
    {"code": "fund", "name": "Fund", "kind": "percent", "rate_basis_points": 100, "paid_by": "officer"},
]


@pytest.fixture
def supplied(ontario: World, agency: Tenant) -> tuple[World, AgencyWorld]:
    """An Ontario department with a fee of its own, and an agency that it admits."""
    card = {**example("ontario")["rate_card"], "fees": _FEES}
    govern(ontario.department, rate_card=card)
    agencies = AgencyWorld(ontario.department, agency, requester=ontario.requester)
    agencies.admit()
    return ontario, agencies


def test_every_cent_of_an_agency_job_goes_where_the_contract_says(supplied: tuple[World, AgencyWorld]) -> None:
    world, agencies = supplied
    job = agencies.request(shifts=(shift_terms(vehicle_code="cruiser", vehicle_count=1),))
    with acting_as(purpose="worker"):
        contract = agencies.accept(agencies.offer(job))
        world.pay(contract)
        world.onboard("agency", agencies.agency.id)
        world.onboard_department()
        shift = Shift.objects.get(job=job)
        assert shift.state == "open"
        officer = world.work(shift, 240, 200)[0].officer
        settlement = world.settle(shift)
        world.send()
    # Two constables, 4 h each as a started hour counts whole, at 90.00; a cruiser for 4 h at 28.25; HST in the rates.
    hours = 2 * 4 * 9000
    base = 2 * round(4 * 9000 / 1.13) + round(4 * 2825 / 1.13)
    admin = round(base * 0.15)
    department = 4 * 2825 + admin + round(admin * 0.13)
    assert settlement.split["agency_cents"] == hours
    assert settlement.split["department_cents"] == department
    assert settlement.billed_cents == contract.total_cents
    assert sum(transfer.amount for transfer in world.transfers()) == hours + department
    assert set(Transfer.objects.values_list("payee_account__owner_kind", "amount_cents")) == {
        ("agency", hours), ("department", department),
    }  # fmt: skip
    assert job_money(job.id).identity_holds
    # The agency's payroll owes its officers, the department's owes nobody.
    assert not PayrollLine.objects.exists()
    assert sorted(AgencyPayLine.objects.values_list("pay_cents", "agency_id")) == [
        (4 * 6000, agencies.agency.id), (4 * 6000, agencies.agency.id),
    ]  # fmt: skip
    with acting_as(purpose="request", person_id=officer.person_id):
        (earned,) = officer_earnings(officer)
    assert (earned.amount_cents, earned.state) == (4 * 6000, "agency_payroll")
    with acting_as(purpose="request", tenant_id=agencies.department.id):
        assert not AgencyPayLine.objects.exists()
    _the_agencys_page_says_the_same(agencies, hours=hours, department=department, billed=settlement.billed_cents)


def _the_agencys_page_says_the_same(agencies: AgencyWorld, *, hours: int, department: int, billed: int) -> None:
    period: Any = {"from_at": NOW - timedelta(days=1), "until_at": NOW + timedelta(days=60)}
    with agencies.at_desk():
        (row,) = agency_money.accounts_of_agency(agency_id=agencies.agency.id, **period)
        owed = agency_money.pay_owed(agency_id=agencies.agency.id, **period)
    assert (row.billed_cents, row.received_cents, row.agency_cents, row.department_cents) == (
        billed, billed, hours, department,
    )  # fmt: skip
    assert (row.paid_out_cents, row.open_cents, row.pay_cents) == (hours, 0, 2 * 4 * 6000)
    assert row.margin_cents == 2 * round(4 * 9000 / 1.13) - 2 * 4 * 6000
    assert sum(one.pay_cents for one in owed) == row.pay_cents
    assert row.agency_cents + row.department_cents + row.service_fee_cents == row.billed_cents


def test_of_two_offers_accepted_at_the_same_moment_one_becomes_the_contract(
    supplied: tuple[World, AgencyWorld], department: Tenant
) -> None:
    _, agencies = supplied
    job = agencies.request()
    first = agencies.offer(job)
    # A second agency's offer, as a row: what races is the acceptance.
    with acting_as(purpose="worker"):
        rival = AgencyOffer.objects.create(
            job=job, agency_id=department.id, department_id=department.id, created_at=NOW
        )
        second = _copied(first, rival)
    _admit_row(agencies, department)
    results = at_once(lambda: agencies.accept(first), lambda: agencies.accept(second))
    won = [one for one in results if isinstance(one, Contract)]
    lost = [one for one in results if not isinstance(one, Contract)]
    assert len(won) == 1, results
    assert isinstance(lost[0], (OfferNotOpen, ContractNotOpen))
    assert Contract.objects.filter(job=job, state="accepted").count() == 1
    assert sorted(AgencyOffer.objects.filter(job=job).values_list("state", flat=True)) == ["accepted", "not_chosen"]


def test_an_offer_that_changes_while_it_is_accepted_is_accepted_as_read_or_not_at_all(
    supplied: tuple[World, AgencyWorld],
) -> None:
    _, agencies = supplied
    job = agencies.request()
    read = agencies.offer(job)

    def raise_price() -> Any:
        return make_offer(
            agency_id=agencies.agency.id, job_id=job.id, offered=terms_of(20_000),
            valid_until=STARTS_AT - timedelta(hours=1), message="", actor=agencies.actor, at=NOW,
        )  # fmt: skip

    accepted, changed = at_once(lambda: agencies.accept(read), raise_price)
    if isinstance(accepted, Contract):
        assert accepted.total_cents == read.total_cents
        assert isinstance(changed, Exception)
    else:
        assert isinstance(accepted, OfferChanged)
        assert Job.objects.get(id=job.id).state == Job.State.APPROVED


def _copied(version: Any, offer: AgencyOffer) -> Any:
    copy = type(version).objects.get(id=version.id)
    copy.pk, copy.offer, copy.agency_id = uuid7(), offer, offer.agency_id
    copy.save(force_insert=True)
    return copy


def _admit_row(agencies: AgencyWorld, other: Tenant) -> None:
    with acting_as(purpose="worker"):
        AgencyAdmission.objects.create(
            department_id=agencies.department.id, agency_id=other.id, decision="admitted", reason="x", decided_at=NOW
        )
