"""One department of the crawler's world: its people, and a job in every state that a page or an endpoint can show."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from accounts.memberships import grant_role
from accounts.models import Membership, Person
from accounts.people import create_person
from billing.agreeing import contracts
from billing.bills.coverage import due_cents
from billing.models import Charge, Contract, IssuedDocument, WorkspaceRow
from billing.receiving import charging
from departments.exports.formats import FormatDescription
from departments.importing.runs import ImportState
from departments.invitations import Invited, invite_member
from departments.member_depth import member_depth
from departments.policies import policy_version
from departments.policy_drafts import Draft, save_cases, start_draft
from departments.roster import RosterMember, add_member
from geo.points import Point
from marketplace import drafts
from marketplace.approving import approve_job
from marketplace.awarding import award_shift
from marketplace.bidding import place_bid
from marketplace.clients import create_client
from marketplace.contesting import file_contest
from marketplace.documents.storing import stored
from marketplace.models import (
    Alert,
    Assignment,
    Award,
    AwardContest,
    Client,
    ClockEvent,
    DocumentDemand,
    DutyConflict,
    Job,
    JobDocument,
    JobDraft,
    Offer,
    Officer,
    OfficerPrivate,
    PresencePrompt,
    Shift,
    Timesheet,
    WhatIfRun,
)
from marketplace.officers import set_home, set_phone_verified
from marketplace.posting import submit_job
from marketplace.shifts import finish_shift
from marketplace.terms import JobTerms, VenueTerms
from marketplace.timesheets import approve_timesheet, dispute_timesheet
from marketplace.what_if_runs import request_what_if
from messaging.consents import CONSENT_WORDING, record_consent
from messaging.models import OutboundMessage
from ratings.models import Rating
from tenants.context import acting_as
from tenants.models import Tenant
from tests.crawler.beside_the_jobs import (
    ask_approvals,
    assignment_on_duty,
    block_a_client,
    know_in_depth,
    out_of_the_ordinary,
    past_offer,
    rate_each_other,
    send_to_payroll,
    write_thread,
)
from tests.crawler.canaries import Secrets, canary, mail_canary
from tests.crawler.moments import CRAWLED_AT, DISPUTED_AT, LATER, SETTLED_AT
from tests.factories.clients import Requester, govern
from tests.factories.departments import LONG_AGO, SETTING_UP, join
from tests.factories.outbox import drain
from tests.factories.papers import PDF
from tests.factories.people import actor_for
from tests.factories.venues import NOW, job_terms, shift_terms
from tests.factories.work import Work, clock, fix

ROLES = ("coordinator", "supervisor", "commander", "auditor", "payroll")


@dataclass(frozen=True)
class Site:
    """Where a department governs, and by which rules."""

    policy: str
    rank: str
    venue: VenueTerms
    area_code: str


@dataclass
class House:
    letter: str
    tenant: Tenant
    site: Site
    staff: dict[str, Person] = field(default_factory=dict)
    clients: list[Requester] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)
    members: list[RosterMember] = field(default_factory=list)
    secrets: list[Secrets] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    spare: RosterMember | None = None
    invited: Invited | None = None
    draft: JobDraft | None = None
    policy_draft: Draft | None = None
    blocked: Client | None = None
    format: FormatDescription | None = None
    tried: WhatIfRun | None = None
    papers: dict[str, JobDocument] = field(default_factory=dict)
    exception_id: UUID | None = None
    employment_id: UUID | None = None
    hours_id: UUID | None = None
    imported: ImportState | None = None
    rating: Rating | None = None
    site_rating: Rating | None = None

    @property
    def host(self) -> str:
        return f"{self.tenant.slug}.localhost"

    def owner(self, kind: str, number: int | str = "") -> str:
        return f"{self.letter}{kind}{number}"

    def shift(self, job: str) -> Shift:
        return self.jobs[job].shifts.get()

    def timesheet(self, job: str) -> Timesheet:
        return Timesheet.objects.get(assignment=self.assignments[job])

    def document(self, kind: str) -> IssuedDocument:
        return IssuedDocument.objects.get(kind=kind, job_id=self.jobs["settled"].id)

    def contract(self, job: str) -> Contract:
        return Contract.objects.filter(job=self.jobs[job]).latest("version")

    @cached_property
    def identifiers(self) -> dict[str, Any]:
        """One row of everything that an address can name, all of the first client and the first officer.

        Read once: what a visit changes is undone, and asking anew for every address took most of the crawler's time.
        """
        assert self.draft is not None
        assert self.invited is not None
        assert self.format is not None
        assert self.policy_draft is not None
        assert self.imported is not None
        assert self.rating is not None
        assert self.site_rating is not None
        depth = member_depth(department_id=self.tenant.id, entry_id=self.members[0].entry_id)
        return {
            "job_id": self.jobs["settled"].id,
            "contract_id": self.contract("offered").id,
            "shift_id": self.shift("open").id,
            "assignment_id": self.assignments["settled"].id,
            "timesheet_id": self.timesheet("disputed").id,
            "clock_event_id": ClockEvent.objects.get(assignment=self.assignments["disputed"], kind="in").id,
            "award_id": Award.objects.filter(shift__job=self.jobs["settled"]).latest("decided_at").id,
            "offer_id": Offer.objects.get(shift=self.shift("settled")).id,
            "document_id": self.document("invoice").id,
            "client_id": self.clients[0].client.id,
            "currency": self.tenant.currency,
            "charge_id": Charge.objects.get(kind="invoice", job__governing_department_id=self.tenant.id).id,
            "entry_id": self.members[0].entry_id,
            "invitation_id": self.invited.invitation_id,
            "run_id": self.tried.id if self.tried else None,
            "contest_id": AwardContest.objects.get(governing_department_id=self.tenant.id).id,
            "key": self.draft.key,
            "format_id": self.format.format_id,
            "demand_id": self.papers["offered"].demand_id,
            "paper_id": self.papers["offered"].id,
            "kind": "disputed",
            "disputed_assignment_id": self.assignments["disputed"].id,
            "import_run_id": self.imported.run_id,
            "period_id": depth.statuses[0].period_id,
            "credential_id": depth.credentials[0].credential_id,
            "conflict_id": DutyConflict.objects.get(home_department_id=self.tenant.id).id,
            "alert_id": Alert.objects.get(department_id=self.tenant.id, agency_id=None).id,
            "prompt_id": PresencePrompt.objects.get(assignment=assignment_on_duty(self)).id,
            "officer_id": self.officers[0].id,
            "rating_id": self.rating.id,
            "site_rating_id": self.site_rating.id,
            "report_id": self.rating.report.id,
            "operator_report_id": self.site_rating.report.id,
            "exception_id": self.exception_id,
            "employment_id": self.employment_id,
            "hours_id": self.hours_id,
            "membership_id": Membership.objects.get(tenant_id=self.tenant.id, role="auditor").id,
            "draft_id": self.policy_draft.draft_id,
            "row_id": self._workspace_row_id(),
            "message_id": self._message_id(),
        }

    def _message_id(self) -> UUID:
        with acting_as(purpose="worker"):
            return OutboundMessage.objects.filter(tenant_id=self.tenant.id).latest("created_at").id

    def _workspace_row_id(self) -> UUID:
        with acting_as(purpose="worker"):
            settled = self.assignments["settled"].id
            return WorkspaceRow.objects.get(tenant_id=self.tenant.id, assignment_id=settled).id

    # ── Building ────────────────────────────────────────────────────────────────────────────────────────────────────

    def build(self) -> "House":
        govern(self.tenant, name=self.site.policy)
        drain(at=NOW)
        for role in ROLES:
            self.staff[role] = self._person(f"{role}", self.owner("desk"), role)
        self.clients = [self.client(1), self.client(2)]
        self.officers = [self._officer(1), self._officer(2)]
        self.spare = self._member(3)
        self.invited = invite_member(
            department_id=self.tenant.id, entry_id=self.spare.entry_id, actor=SETTING_UP, at=CRAWLED_AT
        )
        self._write_jobs()
        for job in ("offered", "disputed"):
            self.papers[job] = self._paper(job)
        block_a_client(self)
        self._failed_invoice()
        ask_approvals(self)
        know_in_depth(self)
        out_of_the_ordinary(self)
        self.policy_draft = start_draft(
            department_id=self.tenant.id, name=canary(self.owner("desk"), "policy"), actor=SETTING_UP, at=CRAWLED_AT
        )
        self.policy_draft = save_cases(
            department_id=self.tenant.id, draft_id=self.policy_draft.draft_id, seen=self.policy_draft.lock_version,
            cases=[{"key": "case-1", "text": f"# {canary(self.owner('desk'), 'case')}\n"}], actor=SETTING_UP,
            at=CRAWLED_AT,
        )  # fmt: skip
        self.draft = drafts.start_draft(person=self.clients[0].person, department_id=self.tenant.id, at=NOW)
        owner = self.owner("draft", 1)
        answers = {name: canary(owner, name.partition("_")[0]) for name in ("title", "duties", "contact_name")}
        self.draft = drafts.save_answers(draft_id=self.draft.id, answers={"event_type": "festival", **answers}, at=NOW)
        send_to_payroll(self)
        drain(at=CRAWLED_AT)
        return self

    def _person(self, name: str, owner: str, role: str = "") -> Person:
        person = create_person(
            email=mail_canary(owner, name), given_name=canary(owner, "given"), family_name=name.title(),
            actor=SETTING_UP, at=LONG_AGO, email_is_verified=True,
        )  # fmt: skip
        if role:
            grant_role(person=person, tenant_id=self.tenant.id, role=role, actor=SETTING_UP, at=LONG_AGO)
        return person

    def client(self, number: int) -> Requester:
        owner = self.owner("billing", number)
        person = self._person("contact", owner)
        client = create_client(
            person=person, kind="business", name=canary(owner, "name"), billing_email=mail_canary(owner, "bills"),
            phone=f"+1{self.site.area_code}555012{number}", billing_address=canary(owner, "address"),
            actor=actor_for(person), at=LONG_AGO,
        )  # fmt: skip
        return Requester(client, person, actor_for(person))

    def _member(self, number: int) -> RosterMember:
        owner = self.owner("officer", number)
        member = add_member(
            department_id=self.tenant.id, badge_number=canary(self.owner("roster", number), "b"),
            given_name=canary(owner, "given"), family_name="Ashdown",
            work_email=mail_canary(self.owner("roster", number), "work"), rank_code=self.site.rank,
            seniority_date=date(2010 + number, 6, 1), status="active", actor=SETTING_UP, at=LONG_AGO,
        )  # fmt: skip
        self.members.append(member)
        return member

    def _officer(self, number: int) -> Officer:
        member = self._member(number)
        person = create_person(
            email=mail_canary(self.owner("login", number), "mail"), given_name=member.given_name,
            family_name=member.family_name, actor=SETTING_UP, at=LONG_AGO, email_is_verified=True,
        )  # fmt: skip
        officer = join(member, person=person)
        actor = actor_for(person)
        near = self.site.venue
        secret = Secrets(
            owner=self.owner("private", number), home_label=canary(self.owner("private", number), "home"),
            phone=f"+1{self.site.area_code}55577{number}3", latitude=near.latitude + 0.0517 + number / 1000,
            longitude=near.longitude - 0.0533 - number / 1000, birth_date=date(1987, 4, 12 + number),
        )  # fmt: skip
        set_home(officer=officer, label=secret.home_label, point=Point(secret.latitude, secret.longitude),
                 actor=actor, at=LONG_AGO)  # fmt: skip
        set_phone_verified(officer=officer, phone=secret.phone, actor=actor, at=LONG_AGO)
        record_consent(person_id=person.id, phone=secret.phone, wording=CONSENT_WORDING, address="", at=LONG_AGO)
        with acting_as(purpose="request", person_id=person.id):
            OfficerPrivate.objects.filter(officer=officer).update(birth_date=secret.birth_date)
        self.secrets.append(secret)
        return officer

    def terms(self, client: int, starts_at: datetime) -> JobTerms:
        owner = self.owner("client", client)
        venue = self.site.venue
        return job_terms(
            venue=VenueTerms(**{**vars_of(venue), "name": canary(owner, "venue"), "address": canary(owner, "street")}),
            shifts=(shift_terms(starts_at=starts_at, ranks={self.site.rank: 1}),),
            title=canary(owner, "title"), duties=canary(owner, "duties"), meeting_point=canary(owner, "meeting"),
            contact_name=canary(owner, "contact"), contact_phone=f"+1{self.site.area_code}555013{client}",
            attire=canary(owner, "attire"),
        )  # fmt: skip

    def submitted(self, client: int, starts_at: datetime) -> Job:
        requester = self.clients[client - 1]
        return submit_job(client=requester.client, terms=self.terms(client, starts_at), actor=requester.actor, at=NOW)

    def _paper(self, name: str) -> JobDocument:
        """A document that was brought for a job; the earlier one is accepted and would do for the later."""
        job, owner = self.jobs[name], self.owner("client", 1)
        demand = DocumentDemand.objects.create(
            job=job, governing_department_id=self.tenant.id, code="insurance", place=0, name=canary(owner, "paper"),
            gates=DocumentDemand.Gate.OPENING, due_at=LATER, is_needed=True,
        )  # fmt: skip
        with stored(PDF) as file:
            file.keep()
        return JobDocument.objects.create(
            demand=demand, job=job, client=job.client, governing_department_id=self.tenant.id, code="insurance",
            state="uploaded" if name == "offered" else "accepted", storage_key=file.key,
            original_name=canary(owner, "file"), content_type="application/pdf", sha256="0" * 64,
            size_bytes=len(PDF), uploaded_at=NOW,
        )  # fmt: skip

    def _offer(self, job: Job) -> Contract:
        coordinator = actor_for(self.staff["coordinator"])
        approve_job(
            job_id=job.id, department_id=self.tenant.id, note=canary(self.owner("client", 1), "note"),
            actor=coordinator, at=NOW,
        )  # fmt: skip
        drain(at=NOW)
        return Contract.objects.get(job=job)

    def _failed_invoice(self) -> None:
        """One that Stripe refused: it waits for nothing, and stands in no sum."""
        contract = self.contract("settled")
        Charge.objects.create(
            job=contract.job, contract=contract, kind="invoice", state="failed", amount_cents=100,
            currency=contract.currency, idempotency_key=f"invoice:{contract.id}", created_at=NOW,
        )  # fmt: skip

    def _pay(self, contract: Contract) -> None:
        """As the page and the webhook would leave it, without asking the payment service."""
        requester = self.clients[0]
        contracts.accept_contract(contract_id=contract.id, person=requester.person, actor=requester.actor, at=NOW)
        contract.refresh_from_db()
        self.captured(contract)

    def captured(self, contract: Contract) -> None:
        cents = due_cents(contract=contract)
        charge = Charge.objects.create(
            job=contract.job, contract=contract, kind=Charge.Kind.CHECKOUT, state=Charge.State.OPEN,
            amount_cents=cents, currency=contract.currency, idempotency_key=f"crawl:{contract.id}", created_at=NOW,
        )  # fmt: skip
        intent = {
            "id": f"pi_{charge.id}", "status": "succeeded", "amount_received": cents,
            "currency": contract.currency.lower(), "latest_charge": f"ch_{charge.id}", "payment_method": "pm_1",
        }  # fmt: skip
        charging.apply_payment_intent(charge_id=charge.id, intent=intent, at=NOW)
        drain(at=NOW)

    def _write_jobs(self) -> None:
        for name, starts_at in (("settled", SETTLED_AT), ("disputed", DISPUTED_AT), ("open", LATER)):
            self.jobs[name] = self.submitted(1, starts_at)
            self._pay(self._offer(self.jobs[name]))
        self.jobs["offered"] = self.submitted(1, LATER + timedelta(days=1))
        self._offer(self.jobs["offered"])
        self.jobs["submitted"] = self.submitted(1, LATER + timedelta(days=2))
        self.jobs["second"] = self.submitted(2, LATER + timedelta(days=3))
        for name in ("settled", "disputed"):
            self._work(name)
        first = self.officers[0]
        place_bid(officer=first, shift_id=self.shift("open").id, actor=actor_for(first.person), at=CRAWLED_AT)
        sheet, client = self.timesheet("settled"), self.clients[0]
        approve_timesheet(timesheet_id=sheet.id, by="client", actor=client.actor, at=SETTLED_AT + timedelta(hours=5))
        assert finish_shift(shift_id=self.shift("settled").id, actor=SETTING_UP, at=CRAWLED_AT)
        drain(at=CRAWLED_AT)
        past_offer(self)
        dispute_timesheet(
            timesheet_id=self.timesheet("disputed").id, reason=canary(self.owner("dispute", 1), "reason"),
            actor=client.actor, at=CRAWLED_AT,
        )  # fmt: skip
        self.tried = request_what_if(
            department_id=self.tenant.id, document=policy_version(department_id=self.tenant.id, version=1).data,
            label=canary(self.owner("desk"), "draft"), from_date=date(2026, 3, 1), until_date=date(2026, 4, 1),
            actor=actor_for(self.staff["coordinator"]), at=CRAWLED_AT,
        )  # fmt: skip
        second = self.officers[1]
        file_contest(
            officer=second, award_id=Award.objects.get(shift=self.shift("settled")).id,
            grounds=canary(self.owner("officer", 2), "grounds"), actor=actor_for(second.person), at=CRAWLED_AT,
        )  # fmt: skip
        rate_each_other(self)
        write_thread(self)

    def _work(self, name: str) -> None:
        shift, officer = self.shift(name), self.officers[0]
        # The second officer bids once, and loses by seniority.
        for one in self.officers if name == "settled" else [officer]:
            place_bid(officer=one, shift_id=shift.id, actor=actor_for(one.person), at=NOW)
        award_shift(shift_id=shift.id, actor=SETTING_UP, at=shift.starts_at - timedelta(hours=24))
        assignment = Assignment.objects.get(shift=shift)
        assert assignment.officer_id == officer.id
        self.assignments[name] = assignment
        self.punched(assignment, requester=self.clients[0], officer=officer, is_doubtful=name == "disputed")

    def punched(
        self, assignment: Assignment, *, requester: Requester, officer: Officer, is_doubtful: bool = False
    ) -> None:
        """In and out on time; doubtful on purpose: a coordinator has a punch to look at."""
        shift = assignment.shift
        work = Work(requester, officer, shift, assignment)
        place = (self.site.venue.latitude + 0.0003, self.site.venue.longitude + 0.0002)
        came_at, left_at = shift.starts_at - timedelta(minutes=5), shift.ends_at
        if is_doubtful:
            off_site = (place[0] + 0.045, place[1])
            clock(work, "in", at=came_at, fixes=[fix(at=came_at, place=off_site)],
                  reason_given=canary(self.owner("desk"), "parking"))  # fmt: skip
        else:
            clock(work, "in", at=came_at, fixes=[fix(at=came_at, place=place)])
        clock(work, "out", at=left_at, fixes=[fix(at=left_at, place=place)])
        drain(at=left_at)


def vars_of(venue: VenueTerms) -> dict[str, Any]:
    return {name: getattr(venue, name) for name in venue.__dataclass_fields__}
