"""Supervisors of the ladder: in the quote, the contract and the shifts alike, while the terms stay as asked."""

from typing import Any

import pytest

from billing.agreeing.contracts import offer_contract
from billing.agreeing.quoting import quote_terms, staffing_of, totals_of
from departments.policy.examples import example
from marketplace.approving import approve_job
from marketplace.models import Job, JobRevision
from marketplace.posting import apply_revision, propose_change
from tenants.models import Tenant
from tests.factories.clients import Requester, govern, make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.venues import NOW, job_terms, shift_terms

pytestmark = pytest.mark.usefixtures("as_worker")


@pytest.fixture
def requester(department: Tenant) -> Requester:
    govern(department)
    return make_requester()


def staffed(job: Job) -> dict[str, int]:
    shift = job.shifts.exclude(state="cancelled").get()
    return dict(shift.positions.values_list("rank_code", "headcount"))


def terms_for(count: int, **changes: Any) -> Any:
    return job_terms(shifts=(shift_terms(ranks={"constable": count}),), **changes)


@pytest.mark.parametrize(
    ("count", "added", "supplier_cents"),
    [
        # Four hours at rates that include 13 %: a constable 439.00, a sergeant 496.84, a staff sergeant 563.96.
        (3, {}, 3 * 43900),
        (4, {"sergeant": 1}, 4 * 43900 + 49684),
        (9, {"sergeant": 1}, 9 * 43900 + 49684),
        (10, {"sergeant": 1, "staff-sergeant": 1}, 10 * 43900 + 49684 + 56396),
    ],
)
def test_quote_contract_and_shift_have_the_same_supervisors(
    department: Tenant, requester: Requester, count: int, added: dict[str, int], supplier_cents: int
) -> None:
    terms = terms_for(count)
    quote = quote_terms(terms=terms, department_id=department.id, at=NOW)
    job = submit(requester, terms=terms)
    approve_job(job_id=job.id, department_id=department.id, actor=SETTING_UP, at=NOW)
    contract = offer_contract(job=job, at=NOW, actor=SETTING_UP)

    assert staffed(job) == {"constable": count, **added}
    assert {one.change.rank_code: one.change.count for one in staffing_of(quote)} == added
    totals = totals_of(quote.prices)
    assert totals.supplier_net_cents + totals.supplier_tax_cents == supplier_cents
    assert contract.total_cents == quote.total_cents
    assert JobRevision.objects.get().terms["shifts"][0]["positions"] == [{"rank_code": "constable", "headcount": count}]


def test_a_price_for_a_kind_of_client_is_the_same_in_quote_and_contract(
    department: Tenant, requester: Requester
) -> None:
    kind = {"fact": "client.kind", "is": requester.client.kind}
    fee = {"code": "kind", "name": "Kind", "kind": "percent", "rate_basis_points": 1500, "applies_when": kind}
    card = example("ontario")["rate_card"]
    govern(department, rate_card={**card, "fees": [*card.get("fees", []), fee]})
    terms = terms_for(1)
    plain = quote_terms(terms=terms, department_id=department.id, at=NOW)
    quote = quote_terms(terms=terms, department_id=department.id, client=requester.client, at=NOW)
    job = submit(requester, terms=terms)
    approve_job(job_id=job.id, department_id=department.id, actor=SETTING_UP, at=NOW)
    contract = offer_contract(job=job, at=NOW, actor=SETTING_UP)
    assert plain.total_cents < quote.total_cents == contract.total_cents


def test_the_same_number_asked_again_is_the_same_shift_and_fewer_take_the_supervisor_away(
    requester: Requester,
) -> None:
    job = submit(requester, terms=terms_for(5))
    shift = job.shifts.get()
    propose_change(job=job, terms=terms_for(5, title="Renamed"), actor=requester.actor, at=NOW)
    assert job.shifts.exclude(state="cancelled").get() == shift
    propose_change(job=job, terms=terms_for(3), actor=requester.actor, at=NOW)
    assert staffed(job) == {"constable": 3}


@pytest.mark.parametrize("meaning", ["inside", "promoted"])
def test_alcohol_that_is_said_later_puts_a_sergeant_in_an_officers_place(department: Tenant, meaning: str) -> None:
    rung = {"rank_code": "sergeant", "at_officers": 99, "when_alcohol": True, "meaning": meaning}
    govern(department, supervisor_ladder=[rung])
    requester = make_requester()
    job = submit(requester, terms=terms_for(2))
    assert staffed(job) == {"constable": 2}
    approve_job(job_id=job.id, department_id=department.id, actor=SETTING_UP, at=NOW)
    revision = propose_change(job=job, terms=terms_for(2, alcohol_served=True), actor=requester.actor, at=NOW)
    apply_revision(job=job, revision_number=revision.number, actor=SETTING_UP, at=NOW)
    apply_revision(job=job, revision_number=revision.number, actor=SETTING_UP, at=NOW)
    assert staffed(job) == {"constable": 1, "sergeant": 1}
