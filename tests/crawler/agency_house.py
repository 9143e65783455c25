"""An agency of the crawler's world: its own book, its prices, jobs that it supplies, and what it reconciles.

Two of them look for officers in one department, and each may know nothing of the other. The bystander has no schema of
its own: all that one agency could be shown of another lies in the public one.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from accounts.memberships import grant_role
from accounts.models import Person
from accounts.people import create_person
from agencies import client_contracts, clients, engagements
from billing.agencies.acceptance import accept_offer
from billing.agencies.offers import make_offer
from billing.models import AgencyOffer, IssuedDocument, WorkspaceImport, WorkspaceMonth, WorkspaceRow
from billing.workspace import closing, keeping
from billing.workspace.importing import runs
from kernel.actors import Actor
from marketplace.agency_admissions import decide_admission
from marketplace.agency_requests import ask_agencies
from marketplace.agency_staffing import assign_officers
from marketplace.approving import approve_job
from marketplace.models import Alert, Assignment, Job, Officer, Shift
from marketplace.shifts import finish_shift
from marketplace.timesheets import approve_timesheet
from tenants.context import acting_as
from tenants.models import Tenant
from tests.agencies.world import AgencyWorld, terms_of
from tests.crawler.canaries import canary
from tests.crawler.house import House
from tests.crawler.moments import CRAWLED_AT, LATER
from tests.factories.departments import LONG_AGO, SETTING_UP
from tests.factories.outbox import drain
from tests.factories.people import actor_for
from tests.factories.venues import NOW, STARTS_AT

FEBRUARY = date(2026, 2, 1)
_HEADER = "Invoice number,Invoice date,Invoice total,Reference,Job,Work date,Officer,Hours,Amount,Currency"


@dataclass
class AgencyHouse:
    """`client` is the number of the house's client whose jobs it supplies, `officer` the index of whom it sends."""

    letter: str
    tenant: Tenant
    house: House
    client: int
    officer: int
    staff: dict[str, Person] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    engagement_id: UUID | None = None
    agency_client_id: UUID | None = None
    contract_id: UUID | None = None

    @property
    def host(self) -> str:
        return f"{self.tenant.slug}.localhost"

    def owner(self, kind: str) -> str:
        return f"{self.letter}{kind}"

    def shift(self, job: str) -> Shift:
        return self.jobs[job].shifts.get()

    @cached_property
    def identifiers(self) -> dict[str, Any]:
        """One row of everything that an address of an agency can name."""
        with acting_as(purpose="worker"):
            known = {
                "job_id": self.jobs["open"].id,
                "shift_id": self.shift("open").id,
                "rank_code": "constable",
                "assignment_id": self.assignments["open"].id,
                "offer_id": AgencyOffer.objects.get(agency_id=self.tenant.id, state="open").id,
                "alert_id": Alert.objects.get(agency_id=self.tenant.id).id,
                "engagement_id": self.engagement_id,
                "agency_client_id": self.agency_client_id,
                "contract_id": self.contract_id,
                "document_id": self.document().id,
                "row_id": WorkspaceRow.objects.get(tenant_id=self.tenant.id, assignment=self.assignments["done"]).id,
                "invoices_id": WorkspaceImport.objects.get(tenant_id=self.tenant.id).id,
            }
        # What lies in a schema that the bystander has not got is nobody's.
        return {name: value for name, value in known.items() if value is not None}

    def document(self) -> IssuedDocument:
        return IssuedDocument.objects.get(kind="agency_invoice", issuer_id=self.tenant.id)

    def row_owners(self) -> dict[str, set[str]]:
        """Rows of this agency alone, known by their identifiers."""
        with acting_as(purpose="worker"):
            books = {self.owner("books")}
            found: dict[UUID, set[str]] = {one.id: {f"aclient{self.client}"} for one in self.jobs.values()}
            found |= {one.id: {f"aofficer{self.officer + 1}"} for one in self.assignments.values()}
            for model in (WorkspaceRow, WorkspaceImport, WorkspaceMonth):
                found |= {row.id: books for row in model.objects.filter(tenant_id=self.tenant.id)}  # type: ignore[attr-defined]
            for offer in AgencyOffer.objects.filter(agency_id=self.tenant.id):
                found[offer.id] = {self.owner("offer")}
            found[self.document().id] = {f"abilling{self.client}"}
        return {str(identifier): owners for identifier, owners in found.items()}

    # ── Building ────────────────────────────────────────────────────────────────────────────────────────────────────

    def build(self, *, asked: Job) -> "AgencyHouse":
        """`asked` is the request on which both agencies have offered."""
        for role in ("scheduler", "bookkeeper", "coordinator"):
            self.staff[role] = create_person(
                email=f"{self.letter}.{role}@example.org", given_name=role.title(), family_name="Known",
                actor=SETTING_UP, at=LONG_AGO, email_is_verified=True,
            )  # fmt: skip
            grant_role(person=self.staff[role], tenant_id=self.tenant.id, role=role, actor=SETTING_UP, at=LONG_AGO)
        self._offer(asked)
        for name, starts_at in (("done", STARTS_AT - timedelta(days=3)), ("open", LATER + timedelta(days=5))):
            self.jobs[name] = self._supplied(starts_at)
            self.assignments[name] = self._assigned(name)
        self._worked("done")
        self._books()
        Alert.objects.create(
            kind="late", department_id=self.house.tenant.id, agency_id=self.tenant.id, shift=self.shift("open"),
            assignment=self.assignments["open"], opened_at=CRAWLED_AT,
            acknowledged_by=canary(self.owner("books"), "alert"),
        )  # fmt: skip
        return self

    def own_book(self) -> None:
        """What lies in the agency's schema: a client with a contract and its rates, and whom it has engaged."""
        world = AgencyWorld(
            self.house.tenant, self.tenant, self.house.clients[self.client - 1], self.staff["scheduler"]
        )
        world.engage(self._sent)
        (engaged,) = engagements.list_engaged(agency_id=self.tenant.id)
        self.engagement_id = engaged.engagement_id
        common: dict[str, Any] = {"agency_id": self.tenant.id, "actor": world.actor, "at": NOW}
        client = clients.save_client(
            name=canary(self.owner("book"), "name"), notes=canary(self.owner("book"), "notes"), **common
        )
        self.agency_client_id = client.agency_client_id
        self.contract_id = client_contracts.add_contract(
            agency_client_id=client.agency_client_id, name=canary(self.owner("book"), "contract"), currency="CAD",
            from_date=date(2026, 1, 1), until_date=None, **common,
        )  # fmt: skip
        client_contracts.add_rate(
            contract_id=self.contract_id, rank_code="constable", from_date=date(2026, 1, 1), minimum_minutes=0,
            bill_rate_cents_per_hour=9_500, pay_rate_cents_per_hour=6_100, **common,
        )  # fmt: skip

    @property
    def _sent(self) -> Officer:
        return self.house.officers[self.officer]

    def _offer(self, job: Job) -> UUID:
        with acting_as(purpose="request", tenant_id=self.tenant.id):
            version = make_offer(
                agency_id=self.tenant.id, job_id=job.id, offered=terms_of(), valid_until=job_starts(job),
                message=canary(self.owner("offer"), "message"), actor=actor_for(self.staff["scheduler"]), at=NOW,
            )  # fmt: skip
        return version.offer_id

    def _supplied(self, starts_at: datetime) -> Job:
        requester = self.house.clients[self.client - 1]
        job = requested(self.house, client=self.client, starts_at=starts_at)
        contract = accept_offer(
            person=requester.person, offer_id=self._offer(job), version=1, actor=requester.actor, at=NOW
        )
        self.house.captured(contract)
        return job

    def _assigned(self, name: str) -> Assignment:
        shift = self.shift(name)
        (assignment,) = assign_officers(
            agency_id=self.tenant.id, shift_id=shift.id, rank_code="constable", officer_ids=[self._sent.id],
            actor=actor_for(self.staff["scheduler"]), at=NOW,
        )  # fmt: skip
        drain(at=NOW)
        return assignment

    def _worked(self, name: str) -> None:
        assignment, requester = self.assignments[name], self.house.clients[self.client - 1]
        self.house.punched(assignment, requester=requester, officer=self._sent)
        assignment.refresh_from_db()
        left_at = assignment.shift.ends_at
        approve_timesheet(timesheet_id=assignment.timesheet.id, by="client", actor=requester.actor, at=left_at)
        assert finish_shift(shift_id=assignment.shift_id, actor=SETTING_UP, at=CRAWLED_AT)
        drain(at=CRAWLED_AT)

    def _books(self) -> None:
        """A file that waits to be compared, and a month before the work that is closed."""
        keeper = actor_for(self.staff["bookkeeper"])
        uploaded(tenant=self.tenant, owner=self.owner("books"), job=self.jobs["done"], keeper=keeper)
        keeping.rebuild_month(tenant_id=self.tenant.id, first_date=FEBRUARY, at=CRAWLED_AT)
        seen = closing.figures_of(tenant_id=self.tenant.id, first_date=FEBRUARY)
        closing.close_month(
            tenant_id=self.tenant.id, first_date=FEBRUARY, seen_sha256=seen.sha256, with_open=True,
            reason=canary(self.owner("books"), "reason"), actor=keeper, at=CRAWLED_AT,
        )  # fmt: skip


def requested(house: House, *, client: int, starts_at: datetime) -> Job:
    """A request of the house's client that agencies may offer on."""
    requester = house.clients[client - 1]
    job = house.submitted(client, starts_at)
    approve_job(job_id=job.id, department_id=house.tenant.id, actor=SETTING_UP, at=NOW)
    return ask_agencies(person=requester.person, job_id=job.id, wanted=True, actor=requester.actor, at=NOW)


def uploaded(*, tenant: Tenant, owner: str, job: Job, keeper: Actor) -> WorkspaceImport:
    """A file of invoices in the tenant's workspace, not compared yet."""
    line = f"{canary(owner, 'invoice')},2026-03-31,439.00,,{job.reference},2026-03-07,Nobody,4:00,439.00,CAD"
    return runs.upload(
        tenant_id=tenant.id, source="agency", file_name=f"{canary(owner, 'file')}.csv",
        content=f"{_HEADER}\n{line}\n".encode(), actor=keeper, at=CRAWLED_AT,
    )  # fmt: skip


def admitted(house: House, agency: Tenant) -> None:
    decide_admission(
        department_id=house.tenant.id, agency_id=agency.id, decision="admitted", reason="Licensed and insured.",
        actor=actor_for(house.staff["coordinator"]), at=NOW,
    )  # fmt: skip


def job_starts(job: Job) -> datetime:
    return Shift.objects.filter(job=job).earliest("starts_at").starts_at - timedelta(hours=1)
