"""An agency on the way from an open request to a staffed job, through the real functions."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Person
from agencies import engagements
from billing.agencies.acceptance import accept_offer
from billing.agencies.offers import make_offer
from billing.agencies.pricing import OfferTerms, RankOffer
from billing.models import AgencyOfferVersion, Contract
from kernel.actors import Actor
from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from marketplace import shifts
from marketplace.agency_admissions import decide_admission
from marketplace.agency_requests import ask_agencies
from marketplace.approving import approve_job
from marketplace.models import Job, Officer, Shift
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import Requester, make_requester, submit
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.people import actor_for, make_person
from tests.factories.venues import NOW, STARTS_AT, job_terms

HST = {"HST": "70000 0001 RT0001"}


def terms_of(bill: int = 9000, pay: int = 6000, **more: Any) -> OfferTerms:
    """All-in rates of a constable and a sergeant; HST is in the rates of the Ontario example."""
    ranks = (RankOffer("constable", bill, pay), RankOffer("sergeant", bill + 1000, pay + 1000))
    return OfferTerms(**{"ranks": ranks, "tax_numbers": HST, **more})


def heard(name: str) -> Event:
    """The newest announcement of that name, as its handler gets it."""
    stored = OutboxEvent.objects.filter(name=name).latest("id")
    return Event(
        id=stored.id,
        name=stored.name,
        tenant_id=stored.tenant_id,
        payload=stored.payload,
        announced_at=stored.announced_at,
    )


@dataclass
class AgencyWorld:
    department: Tenant
    agency: Tenant
    requester: Requester = field(default_factory=make_requester)
    desk: Person = field(default_factory=make_person)

    @property
    def actor(self) -> Actor:
        return actor_for(self.desk)

    def at_desk(self, agency: Tenant | None = None) -> acting_as:
        """What the database lets the staff of an agency see, of this one when none is named."""
        return acting_as(purpose="request", tenant_id=(agency or self.agency).id)

    def admit(self, *, agency: Tenant | None = None, decision: str = "admitted", at: datetime = NOW) -> None:
        with acting_as(purpose="request", tenant_id=self.department.id):
            decide_admission(
                department_id=self.department.id,
                agency_id=(agency or self.agency).id,
                decision=decision,
                reason="Licensed and insured.",
                actor=SETTING_UP,
                at=at,
            )

    def request(self, *, approved: bool = True, **terms: Any) -> Job:
        """A request of which the client wants agencies' prices."""
        job = submit(self.requester, terms=job_terms(**terms), at=NOW)
        if approved:
            approve_job(job_id=job.id, department_id=self.department.id, actor=SETTING_UP, at=NOW)
        return self.ask(job)

    def ask(self, job: Job, *, wanted: bool = True) -> Job:
        return ask_agencies(
            person=self.requester.person, job_id=job.id, wanted=wanted, actor=self.requester.actor, at=NOW
        )

    def offer(
        self,
        job: Job,
        *,
        agency: Tenant | None = None,
        terms: OfferTerms | None = None,
        valid_until: datetime = STARTS_AT - timedelta(hours=1),
        at: datetime = NOW,
    ) -> AgencyOfferVersion:
        with self.at_desk(agency):
            return make_offer(
                agency_id=(agency or self.agency).id,
                job_id=job.id,
                offered=terms or terms_of(),
                valid_until=valid_until,
                message="",
                actor=self.actor,
                at=at,
            )

    def accept(self, version: AgencyOfferVersion, *, number: int | None = None, at: datetime = NOW) -> Contract:
        return accept_offer(
            person=self.requester.person,
            offer_id=version.offer_id,
            version=number or version.number,
            actor=self.requester.actor,
            at=at,
        )

    def supplied(self, **terms: Any) -> Shift:
        """The first shift of a job that this agency supplies: accepted and paid, so open to its desk."""
        job = self.request(**terms)
        first = Shift.objects.filter(job=job).earliest("starts_at")
        self.accept(self.offer(job, valid_until=first.starts_at))
        shifts.mark_funded(job_id=job.id, at=NOW, actor=SETTING_UP)
        return Shift.objects.select_related("job").get(job=job, number=1)

    def engaged(self, **member: Any) -> Officer:
        officer = make_officer(self.department, **member)
        self.engage(officer)
        return officer

    def engage(self, officer: Officer, *, agency: Tenant | None = None) -> None:
        agency_id = (agency or self.agency).id
        with self.at_desk(agency):
            engagements.invite(
                agency_id=agency_id,
                department_id=officer.home_department_id,
                email=officer.person.email,
                actor=self.actor,
                at=NOW,
            )
        with acting_as(purpose="request", person_id=officer.person_id):
            engagements.answer(
                officer=officer, agency_id=agency_id, accept=True, actor=actor_for(officer.person), at=NOW
            )
