"""What happens behind the API while a journey is played: webhooks come in, the outbox is delivered, timers run.

One process plays relay and workers, through the same functions that they call. Time is the stand-in's own clock, which
the application reads from the same file.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from accounts.memberships import grant_role
from accounts.models import Person
from accounts.people import create_person
from billing.listening import inbox, sweeping
from billing.sending import senders
from kernel import clock, outbox
from marketplace import awarding, due
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.api.caller import PASSWORD, Caller, code_for, signed_in, signed_up
from tests.factories.departments import SETTING_UP
from tests.sandbox.conftest import Sandbox


@dataclass
class Stage:
    sandbox: Sandbox
    department: Tenant
    host: str
    seen: int = 0
    hook: Caller = field(default_factory=Caller)

    @property
    def now(self) -> datetime:
        return clock.now()

    def travel_to(self, moment: datetime) -> None:
        self.sandbox.advance(seconds=int((moment - clock.now()).total_seconds()) + 1)
        # The application notices a new clock by the file's time of change.
        time.sleep(0.02)

    def settle_down(self, *expected_events: str) -> None:
        """Let everything that was started come to rest, webhooks of the expected types first."""
        if expected_events:
            self.sandbox.receiver.wait_for(
                lambda receiver: set(expected_events) <= set(receiver.event_types()[self.seen :])
            )
        for _ in range(4):
            time.sleep(0.1)
            self._take_in_webhooks()
            with acting_as(purpose="worker"):
                for inbox_event_id in inbox.due_events(at=self.now):
                    inbox.process_inbox_event(inbox_event_id=inbox_event_id, at=self.now)
                self._deliver()
                for scan in (awarding.scan_closings, due.scan_expiries, due.scan_no_shows, due.scan_silent_approvals):
                    scan(at=self.now)
                due.scan_finished(at=self.now)
                self._deliver()
                senders.send_due_moves(at=self.now)
                sweeping.fetch_missing_fees(at=self.now)

    def _deliver(self) -> None:
        while claimed := outbox.claim_due(at=self.now):
            for delivery_id in claimed:
                outbox.deliver(delivery_id=delivery_id, at=self.now)

    def _take_in_webhooks(self) -> None:
        for item in self.sandbox.receiver.received[self.seen :]:
            self.seen += 1
            if item.path == "/webhooks/stripe":
                response = self.hook.client.generic(
                    "POST",
                    item.path,
                    item.body,
                    content_type="application/json",
                    HTTP_HOST="localhost",
                    HTTP_STRIPE_SIGNATURE=item.headers["stripe-signature"],
                )
                assert response.status_code == 204

    def press(self, url: str, **form: str) -> None:
        """A button on one of the stand-in's pages, as the person in front of it would."""
        path = urlsplit(url).path
        assert self.sandbox.page(path).status == 200
        assert self.sandbox.page(path, form).status == 303

    # ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def staff(self, email: str, *, role: str = "coordinator") -> Caller:
        person = Person.objects.filter(email=email).first() or create_person(
            email=email, given_name="Dana", family_name="Quill", password=PASSWORD, email_is_verified=True,
            actor=SETTING_UP, at=self.now,
        )  # fmt: skip
        grant_role(person=person, tenant_id=self.department.id, role=role, actor=SETTING_UP, at=self.now)
        return signed_in(email, host=self.host)

    def client(self, email: str, **changes: Any) -> Caller:
        caller = signed_up(email)
        details = {"kind": "business", "name": "Harbour Fair", "billing_email": email, "phone": "+19055550101"}
        caller.ok("POST", "clients", {**details, "billing_address": "2 Quay Road", **changes})
        return caller

    def officer(
        self, desk: Caller, *, badge: str, rank: str, phone: str, home: tuple[float, float], since: str = "2015-06-01"
    ) -> Caller:
        """Invited by the desk, joined by the mailed code, phone proved by the texted one, home and radius set."""
        work_email = f"officer.{badge}@police.example.org"
        member = desk.ok(
            "POST",
            "desk/roster",
            {
                "badge_number": badge, "given_name": "Robin", "family_name": f"Ashdown {badge}",
                "work_email": work_email, "rank_code": rank, "seniority_date": since,
            },
        )  # fmt: skip
        invited = desk.ok("POST", f"desk/roster/{member['entry_id']}/invitations")
        code = code_for(work_email, r"enter this code: ([0-9A-Z]{8})")
        assert code not in str(invited)
        visitor = Caller(host=self.host)
        assert visitor.ok("GET", f"invitations/{invited['invitation_id']}")["department_name"] == self.department.name
        joined = visitor.ok(
            "POST",
            f"invitations/{invited['invitation_id']}/accept",
            {"code": code, "password": PASSWORD, "accept_terms": True},
        )
        self.settle_down()
        officer = signed_in(joined["email"])
        number = officer.ok("POST", "officer/phone-codes", {"phone": phone})["phone"]
        officer.ok("POST", "officer/phone", {"phone": phone, "code": code_for(number), "consent": True})
        officer.ok("PUT", "officer/home", {"label": "Home", "latitude": home[0], "longitude": home[1]})
        officer.ok("PUT", "officer/travel-radius", {"metres": 60_000})
        return officer


def texts_to(phone: str) -> list[str]:
    with acting_as(purpose="worker"):
        return [
            message.text
            for message in OutboundMessage.objects.filter(recipient=phone, channel="sms").order_by("created_at", "id")
        ]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
