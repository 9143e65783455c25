"""A department's books inside one rolled-back transaction: paid, staffed, settled and sent, without a stand-in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from billing.agreeing import contracts
from billing.bills import settling
from billing.giving_back import refunding, reversals
from billing.models import Charge, Contract, Refund, Settlement, Transfer, TransferReversal
from billing.paying_out import transferring
from billing.receiving import charging
from kernel.actors import SYSTEM
from marketplace.approving import approve_job
from marketplace.models import Assignment, Award, Job, Officer, Position, Shift
from tenants.models import Tenant
from tests.billing.test_ledger import check_now
from tests.billing.test_money_properties import intent_of, pay
from tests.billing.world import World
from tests.factories.clients import govern, make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.people import make_person
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms


class Desk:
    def __init__(self, department: Tenant, *, rank: str = "constable", **policy: Any) -> None:
        govern(department, **policy)
        self.department, self.rank = department, rank
        self.without_balance: set[UUID] = set()
        self.requester = make_requester()
        client = self.requester.client
        client.stripe_customer_reference = f"cus_{client.id.hex}"
        client.save()
        self.world = World.__new__(World)
        self.world.department, self.world.now = department, NOW

    def approved(self, *, days: int = 1, officers: int = 2) -> Job:
        dates = tuple(
            shift_terms(starts_at=STARTS_AT + timedelta(days=day), ranks={self.rank: officers}) for day in range(days)
        )
        job = submit(self.requester, terms=job_terms(shifts=dates))
        return approve_job(job_id=job.id, department_id=self.department.id, actor=SETTING_UP, at=NOW)

    def accepted(self, **asked: int) -> Contract:
        offered = contracts.offer_contract(job=self.approved(**asked), at=NOW, actor=SYSTEM)
        person, actor = self.requester.person, self.requester.actor
        return contracts.accept_contract(contract_id=offered.id, person=person, actor=actor, at=NOW)

    def paid(self, **asked: int) -> Contract:
        """Accepted and paid: its shifts are open."""
        contract = self.accepted(**asked)
        pay(contract.job, contract)
        contract.job.refresh_from_db()
        return contract

    def settled(self, *minutes: int, **asked: int) -> Settlement:
        """One date, worked so many minutes by each officer, billed and distributed; nothing is sent."""
        contract = self.paid(**{"officers": max(len(minutes), 1), **asked})
        shift = Shift.objects.get(job=contract.job, number=1)
        self.world.work(shift, *minutes, rank_code=self.rank)
        return self.finish(shift)

    def finish(self, shift: Shift, at: datetime = NOW) -> Settlement:
        Shift.objects.filter(id=shift.id).update(finished_at=at)
        settlement = settling.settle_shift(shift_id=shift.id, at=at, actor=SYSTEM)
        self.check()
        return settlement

    def officer(self) -> Officer:
        return Officer.objects.create(
            person=make_person(), home_department_id=self.department.id, home_since_date=NOW.date(),
            display_name="Robin Ashdown", joined_at=NOW,
        )  # fmt: skip

    def staff(self, job: Job, count: int) -> list[Assignment]:
        """Officers who are confirmed for the first date."""
        shift = Shift.objects.get(job=job, number=1)
        position = Position.objects.get(shift=shift, rank_code=self.rank)
        award = Award.objects.create(
            shift=shift, position=position, decided_at=NOW, decided_by="test", engine_version="1",
            policy_version=1, policy_sha256="0" * 64, snapshot={},
        )  # fmt: skip
        return [
            Assignment.objects.create(
                shift=shift, position=position, officer=self.officer(), award=award, state="confirmed",
                period=(shift.starts_at, shift.ends_at), authorised_ends_at=shift.ends_at, created_at=NOW,
                pay_rate_cents_per_hour=position.pay_rate_cents_per_hour, pay_code=position.pay_code,
            )
            for _ in range(count)
        ]  # fmt: skip

    def send(self) -> None:
        """Everything that waits is done: reversals are refused for payees in `without_balance`."""
        for reversal in TransferReversal.objects.filter(state="intended"):
            if reversal.debt.owner_id in self.without_balance:
                reversals.fail(reversal_id=reversal.id, reason="balance_insufficient", at=NOW)
            else:
                reversals.complete(reversal_id=reversal.id, provider_reference=f"trr_{reversal.id.hex}", at=NOW)
        for refund in Refund.objects.filter(state="intended"):
            refunding.complete_refund(refund_id=refund.id, provider_reference=f"re_{refund.id.hex}", at=NOW)
        for charge in Charge.objects.filter(kind="off_session", state="intended"):
            charging.apply_payment_intent(charge_id=charge.id, intent=intent_of(charge), at=NOW)
        for transfer in Transfer.objects.filter(state="intended"):
            transferring.complete_transfer(transfer_id=transfer.id, provider_reference=f"tr_{transfer.id.hex}", at=NOW)
        self.check()

    def check(self) -> None:
        """What PostgreSQL would say at the commit."""
        check_now()
