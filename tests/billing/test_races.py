"""Two at the same moment: threads with their own connections and real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from billing.agreeing import contracts
from billing.bills import settling
from billing.books import ledger
from billing.books.chart import Kind
from billing.listening import inbox
from billing.models import Charge, Contract, LedgerTransaction, Settlement
from billing.refusals import ContractNotOpen
from kernel.identifiers import uuid7
from kernel.models import InboxEvent
from marketplace.models import Shift
from tenants.context import acting_as
from tests.billing.world import World
from tests.factories.departments import SETTING_UP
from tests.factories.venues import NOW


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """Run the steps together; a step's exception is its result."""
    barrier = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        try:
            with acting_as(purpose="worker"):
                barrier.wait(timeout=10)
                return step()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def prepay(job_id: UUID, cents: int) -> None:
    with transaction.atomic():
        ledger.post(
            business_key=f"in:{job_id}",
            kind="charge",
            description="test",
            legs=[ledger.debit(Kind.STRIPE_BALANCE, cents), ledger.credit(Kind.PREPAID_JOB, cents, job_id)],
            currency="CAD",
            at=NOW,
        )


def spend(job_id: UUID, cents: int, barrier: Barrier | None = None) -> str:
    with transaction.atomic():
        if barrier:
            # Both have read the balance before either writes: checking in Python alone would let both through.
            assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD") >= cents
            barrier.wait(timeout=10)
        ledger.post(
            business_key=f"out:{uuid7()}",
            kind="refund",
            description="test",
            legs=[ledger.debit(Kind.PREPAID_JOB, cents, job_id), ledger.credit(Kind.STRIPE_BALANCE, cents)],
            currency="CAD",
            at=NOW,
        )
    return "spent"


def test_prepaid_money_is_spent_once(as_committing_worker: None) -> None:
    job_id = uuid7()
    prepay(job_id, 1_000)
    together = Barrier(2)
    results = at_once(lambda: spend(job_id, 700, together), lambda: spend(job_id, 700, together))
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "str"]
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD") == 300


def test_without_the_trigger_it_would_be_spent_twice(as_committing_worker: None) -> None:
    """The race is real: with the floor's trigger gone, both commit."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP TRIGGER entry_keeps_the_rules ON billing_ledgerentry")
    job_id = uuid7()
    prepay(job_id, 1_000)
    together = Barrier(2)
    assert at_once(lambda: spend(job_id, 700, together), lambda: spend(job_id, 700, together)) == ["spent", "spent"]
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD") == -400


def test_many_postings_on_the_same_accounts_neither_deadlock_nor_lose_a_version(as_committing_worker: None) -> None:
    job_id = uuid7()
    prepay(job_id, 10_000)
    results = at_once(*[lambda: [spend(job_id, 10) for _ in range(5)] for _ in range(6)])
    assert results == [["spent"] * 5] * 6
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD") == 10_000 - 300


def test_the_same_posting_twice_at_once_is_one(as_committing_worker: None) -> None:
    job_id = uuid7()
    at_once(*[lambda: prepay(job_id, 500)] * 4)
    assert LedgerTransaction.objects.count() == 1
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job_id, currency="CAD") == 500


def test_a_contract_is_accepted_once(ontario: World) -> None:
    contract = ontario.offered()

    def accept() -> Contract:
        return contracts.accept_contract(
            contract_id=contract.id, person=ontario.requester.person, actor=ontario.requester.actor, at=ontario.now
        )

    results = at_once(accept, accept)
    assert {type(result) for result in results} == {Contract, ContractNotOpen}


def test_two_clicks_at_once_open_one_page(ontario: World) -> None:
    contract = ontario.accepted()
    results = at_once(lambda: ontario.start(contract), lambda: ontario.start(contract))
    assert Charge.objects.count() == 1
    opened = [result for result in results if isinstance(result, Charge)]
    assert opened
    assert {charge.pay_url for charge in opened} == {Charge.objects.get().pay_url}


def test_a_shift_is_settled_once(ontario: World) -> None:
    contract = ontario.paid()
    shift = Shift.objects.get(job=contract.job)
    ontario.work(shift, 240)
    Shift.objects.filter(id=shift.id).update(finished_at=ontario.now)

    def settle() -> Settlement:
        return settling.settle_shift(shift_id=shift.id, at=ontario.now, actor=SETTING_UP)

    first, second = at_once(settle, settle)
    assert first.id == second.id
    assert LedgerTransaction.objects.filter(kind="settlement").count() == 1


def test_an_event_is_processed_by_one_worker(ontario: World) -> None:
    contract = ontario.accepted()
    charge = ontario.start(contract)
    ontario.press(charge)
    ontario.sandbox.receiver.wait_for(lambda receiver: "payment_intent.succeeded" in receiver.event_types())
    for event in ontario.sandbox.receiver.events():
        inbox.store_event(external_id=event["id"], name=event["type"], event=event, at=ontario.now)
    everything = inbox.due_events(at=ontario.now)

    def work() -> int:
        done = [inbox.process_inbox_event(inbox_event_id=one, at=ontario.now) for one in everything]
        return sum(done)

    results = at_once(work, work, work)
    assert sum(results) == len(everything)
    assert not InboxEvent.objects.exclude(state="done").exists()
    assert ledger.balance(kind=Kind.PREPAID_JOB, owner_id=contract.job_id, currency="CAD") == contract.total_cents


def test_a_clients_own_request_may_bring_the_money_that_pays_others(ontario: World) -> None:
    """Payees' accounts are walled off from a client's session; distributing goes through them all the same."""
    contract = ontario.paid()
    shift = Shift.objects.get(job=contract.job)
    ontario.work(shift, 300, 240)
    Charge.objects.update(payment_method_reference="")
    settlement = ontario.settle(shift)
    assert settlement.distributed_at is None
    with acting_as(purpose="request", person_id=ontario.requester.person.id):
        page = ontario.start(contract)
        assert ontario.press(page) == 303
        from billing.receiving import checkout

        assert checkout.refresh_session(charge_id=page.id, at=ontario.now) == "succeeded"
    settlement.refresh_from_db()
    assert settlement.distributed_at is not None
