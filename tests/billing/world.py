"""One department, one client and the stand-in for Stripe, driven through the real functions, SDK and webhooks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from accounts.models import Person
from billing.agreeing import contracts
from billing.bills import settling
from billing.listening import inbox
from billing.models import Charge, Contract, PayeeAccount, Settlement
from billing.paying_out import payees
from billing.receiving import checkout
from billing.refusals import SignatureInvalid
from billing.sending import senders
from geo.points import Point
from kernel import outbox
from kernel.models import OutboxDelivery
from marketplace import shifts as shift_lifecycle
from marketplace.approving import approve_job
from marketplace.models import Assignment, Award, Job, Officer, Position, Shift, Timesheet
from marketplace.posting import propose_change
from marketplace.terms import JobTerms
from tenants.models import Tenant
from tests.factories.clients import Requester, make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.people import make_person
from tests.factories.venues import NOW, job_terms, shift_terms, venue_terms
from tests.sandbox.running import Received, Sandbox

AFTERWARDS = NOW + timedelta(days=30)


@dataclass
class World:
    department: Tenant
    sandbox: Sandbox
    requester: Requester = field(default_factory=make_requester)
    now: datetime = NOW
    seen: int = 0
    rejected: int = 0

    def __post_init__(self) -> None:
        self.sandbox.control("clock", {"offset_seconds": int((self.now - datetime.now(UTC)).total_seconds())})

    def advance(self, **units: int) -> None:
        self.now += timedelta(**units)
        self.sandbox.advance(**units)

    # ── The client ──────────────────────────────────────────────────────────────────────────────────────────────────

    def offered(self, terms: JobTerms | None = None) -> Contract:
        """A request, approved, with its contract on offer."""
        job = submit(self.requester, terms=terms or job_terms(), at=self.now)
        approve_job(job_id=job.id, department_id=self.department.id, actor=SETTING_UP, at=self.now)
        self.relay()
        return Contract.objects.get(job=job)

    def accepted(self, terms: JobTerms | None = None) -> Contract:
        return self.accept(self.offered(terms))

    def accept(self, contract: Contract) -> Contract:
        return contracts.accept_contract(
            contract_id=contract.id, person=self.requester.person, actor=self.requester.actor, at=self.now
        )

    def change(self, job: Job, terms: JobTerms) -> Contract:
        """A change after approval, with the contract version that it leads to."""
        revision = propose_change(job=job, terms=terms, actor=self.requester.actor, at=self.now)
        self.relay()
        return Contract.objects.get(job=job, revision_number=revision.number)

    def start(self, contract: Contract) -> Charge:
        return checkout.start_checkout(contract_id=contract.id, actor=self.requester.actor, at=self.now)

    def press(self, charge: Charge, outcome: str = "pay") -> int:
        """The hosted page's button; answers with the status."""
        return self.sandbox.page(urlsplit(charge.pay_url).path, {"outcome": outcome}).status

    def paid(self, terms: JobTerms | None = None) -> Contract:
        """A contract accepted and paid, the webhooks processed, the shifts open."""
        contract = self.accepted(terms)
        self.pay(contract)
        return contract

    def pay(self, contract: Contract) -> Charge:
        charge = self.start(contract)
        assert self.press(charge) == 303
        self.hear("payment_intent.succeeded")
        charge.refresh_from_db()
        return charge

    # ── Webhooks, outbox, senders ───────────────────────────────────────────────────────────────────────────────────

    def hear(self, *event_types: str) -> None:
        """Wait for webhooks of these types, then take in and process everything that came."""
        self.sandbox.receiver.wait_for(lambda receiver: set(event_types) <= set(receiver.event_types()[self.seen :]))
        time.sleep(0.1)
        self.take_in(self.sandbox.receiver.received[self.seen :])

    def take_in(self, received: list[Received]) -> None:
        for item in received:
            self.seen += 1
            try:
                inbox.receive_webhook(
                    body=item.body.encode(), signature=item.headers.get("stripe-signature", ""), at=self.now
                )
            except SignatureInvalid:
                self.rejected += 1
        self.process_inbox()

    def process_inbox(self) -> None:
        for inbox_event_id in inbox.due_events(at=self.now):
            inbox.process_inbox_event(inbox_event_id=inbox_event_id, at=self.now)
        self.relay()

    def relay(self) -> None:
        """Deliver what billing listens to."""
        for _ in range(10):
            due = OutboxDelivery.objects.filter(state="pending", handler__startswith="billing.").exclude(
                handler__startswith="billing.documents"
            )
            if not due:
                return
            for delivery in due:
                outbox.deliver(delivery_id=delivery.id, at=self.now)

    def send(self) -> int:
        return senders.send_due_moves(at=self.now)

    # ── Work ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def work(self, shift: Shift, *minutes: int, rank_code: str = "constable") -> list[Assignment]:
        """Officers who worked so many minutes each, their timesheets approved."""
        position = Position.objects.get(shift=shift, rank_code=rank_code)
        award = Award.objects.create(
            shift=shift, position=position, decided_at=self.now, decided_by="test", engine_version="1",
            policy_version=1, policy_sha256="0" * 64, snapshot={},
        )  # fmt: skip
        return [self._worked(shift, position, award, count) for count in minutes]

    def _worked(self, shift: Shift, position: Position, award: Award, minutes: int) -> Assignment:
        officer = Officer.objects.create(
            person=make_person(),
            home_department_id=self.department.id,
            home_since_date=self.now.date(),
            display_name="Robin Ashdown",
            joined_at=self.now,
        )
        ends_at = shift.starts_at + timedelta(minutes=minutes)
        assignment = Assignment.objects.create(
            shift=shift, position=position, officer=officer, award=award,
            state=Assignment.State.CHECKED_OUT if minutes else Assignment.State.NO_SHOW,
            period=(shift.starts_at, shift.ends_at), pay_rate_cents_per_hour=position.pay_rate_cents_per_hour,
            pay_code=position.pay_code, authorised_ends_at=shift.ends_at, created_at=self.now,
        )  # fmt: skip
        if minutes:
            Timesheet.objects.create(
                assignment=assignment, state=Timesheet.State.APPROVED, worked_starts_at=shift.starts_at,
                worked_ends_at=ends_at, worked_minutes=minutes, billable_minutes=minutes, payable_minutes=minutes,
                submitted_at=ends_at, decided_at=ends_at, decided_by="client",
            )  # fmt: skip
        return assignment

    def settle(self, shift: Shift) -> Settlement:
        """Finish the shift as time would, and let the announcement be heard."""
        assert shift_lifecycle.finish_shift(shift_id=shift.id, at=AFTERWARDS, actor=SETTING_UP)
        settlement = settling.settle_shift(shift_id=shift.id, at=self.now, actor=SETTING_UP)
        self.relay()
        return settlement

    # ── Payees ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def onboard(self, owner_kind: str, owner_id: Any) -> PayeeAccount:
        """Through Stripe's own page."""
        url = payees.start_onboarding(
            owner_kind=owner_kind, owner_id=owner_id, currency=self.department.currency, at=self.now, actor=SETTING_UP
        )
        assert self.sandbox.page(urlsplit(url).path, {"outcome": "complete"}).location
        account = payees.payee_account_of(owner_kind=owner_kind, owner_id=owner_id, currency=self.department.currency)
        assert account is not None
        return payees.refresh_account(payee_account_id=account.id, at=self.now)

    def onboard_department(self) -> PayeeAccount:
        return self.onboard("department", self.department.id)

    def onboard_officer(self, officer: Officer) -> PayeeAccount:
        return self.onboard("officer", officer.id)

    # ── What Stripe's own books say ─────────────────────────────────────────────────────────────────────────────────

    def transfers(self) -> list[Any]:
        return list(self.sandbox.stripe().v1.transfers.list({"limit": 100}).auto_paging_iter())

    def refunds(self) -> list[Any]:
        return list(self.sandbox.stripe().v1.refunds.list({"limit": 100}).auto_paging_iter())

    def fault(self, path: str, kind: str, **more: Any) -> None:
        self.sandbox.control("faults", {"path": path, "method": "POST", "kind": kind, **more})


def texan_terms(**shift: Any) -> JobTerms:
    venue = venue_terms(
        place=Point(32.3476, -97.3867),
        postal_code="76033",
        place_name="Cleburne",
        region="TX",
        country="US",
        time_zone="America/Chicago",
    )
    return job_terms(venue=venue, shifts=(shift_terms(**shift),))


def stranger() -> Person:
    return make_person(given_name="Nobody", family_name="Known")
