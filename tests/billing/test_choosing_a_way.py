"""Which ways to pay are open to whom, and what is refused: senseless limits, other currencies, deposits."""

import pytest

from billing.agreeing import choosing, contracts
from billing.models import ClientCredit
from billing.refusals.ways import CreditAmountInvalid, CreditExceeded, CurrencyDiffers, WayNotOpen
from kernel.errors import NotFound
from tenants.models import Tenant
from tests.billing.paying import trust
from tests.billing.world import World
from tests.factories.clients import govern, make_requester
from tests.sandbox.running import Sandbox


@pytest.fixture
def world(as_worker: None, department: Tenant, sandbox: Sandbox) -> World:
    govern(department)
    return World(department, sandbox)


def test_nobody_chooses_what_the_department_has_not_opened(world: World, other_department: Tenant) -> None:
    contract = world.offered()
    trust(world, contract, card_on_file=False, limit_cents=contract.total_cents - 1)
    assert choosing.ways_open_to(contract=contract) == ["prepaid", "invoice"]
    # The bystander has no client of that name, and grants nothing here.
    with pytest.raises(NotFound):
        trust(world, contract, department_id=other_department.id)
    refusals = {"card_on_file": WayNotOpen, "barter": WayNotOpen, "invoice": CreditExceeded}
    for way, refusal in refusals.items():
        with pytest.raises(refusal):
            contracts.accept_contract(
                contract_id=contract.id,
                person=world.requester.person,
                actor=world.requester.actor,
                at=world.now,
                way=way,
            )
        contract.refresh_from_db()
        assert (contract.state, contract.way) == ("offered", "prepaid")


@pytest.mark.parametrize(
    "wrong", [{"limit_cents": -1}, {"limit_cents": 10**12}, {"days_until_due": 0}, {"days_until_due": 365}]
)
def test_senseless_credit_is_refused(world: World, wrong: dict[str, int]) -> None:
    with pytest.raises(CreditAmountInvalid):
        trust(world, world.offered(), **wrong)
    assert not ClientCredit.objects.exists()


def test_credit_in_another_currency_than_the_contract_opens_nothing(world: World) -> None:
    contract = world.offered()
    trust(world, contract, currency="USD")
    assert choosing.ways_open_to(contract=contract) == ["prepaid"]
    with pytest.raises(CurrencyDiffers):
        trust(world, contract, currency="CAD")
    with pytest.raises(CurrencyDiffers):
        contracts.accept_contract(
            contract_id=contract.id,
            person=world.requester.person,
            actor=world.requester.actor,
            at=world.now,
            way="invoice",
        )


def test_a_strangers_contract_is_none(world: World) -> None:
    stranger = make_requester(name="Quay Market")
    with pytest.raises(NotFound):
        contracts.accept_contract(
            contract_id=world.offered().id, person=stranger.person, actor=stranger.actor, at=world.now, way="invoice"
        )
