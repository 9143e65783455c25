"""Clients and their requests, made through the real functions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Person
from kernel.actors import Actor
from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from marketplace.approving import approve_job
from marketplace.clients import create_client
from marketplace.jurisdictions import on_policy_published
from marketplace.models import Client, Job
from marketplace.posting import submit_job
from marketplace.shifts import mark_contracted, mark_funded
from marketplace.terms import JobTerms
from tenants.models import Tenant
from tests.factories.departments import LONG_AGO, SETTING_UP, publish_example
from tests.factories.people import actor_for, make_person
from tests.factories.venues import NOW, job_terms


@dataclass(frozen=True)
class Requester:
    """A client, the person who acts for it, and that person as an actor."""

    client: Client
    person: Person
    actor: Actor


def make_requester(*, name: str = "Harbour Fair", at: datetime = LONG_AGO, kind: str = "business") -> Requester:
    person = make_person(given_name="Kim", family_name="Orchard")
    client = create_client(
        person=person,
        kind=kind,
        name=name,
        billing_email="pay@example.org",
        phone="+19055550101",
        billing_address="2 Quay Road, Oakville ON",
        actor=actor_for(person),
        at=at,
    )
    return Requester(client, person, actor_for(person))


def govern(tenant: Tenant, *, name: str = "ontario", **changes: Any) -> None:
    """Publish rules for the department and let the announcement reach the public shadow."""
    publish_example(tenant, name=name, **changes)
    deliver_policies(tenant)


def deliver_policies(tenant: Tenant, *, at: datetime = LONG_AGO) -> None:
    for stored in OutboxEvent.objects.filter(name="departments.policy_published", tenant_id=tenant.id).order_by("id"):
        on_policy_published(
            event=Event(
                id=stored.id,
                name=stored.name,
                tenant_id=stored.tenant_id,
                payload=stored.payload,
                announced_at=stored.announced_at,
            ),
            at=at,
        )


def submit(requester: Requester, *, terms: JobTerms | None = None, at: datetime = NOW, **more: Any) -> Job:
    return submit_job(client=requester.client, terms=terms or job_terms(), actor=requester.actor, at=at, **more)


def fund(job: Job, *, at: datetime = NOW) -> Job:
    """Approve, contract and fund a submitted job, as the coordinator, the client and the webhook would."""
    approve_job(job_id=job.id, department_id=job.governing_department_id, actor=SETTING_UP, at=at)
    mark_contracted(job_id=job.id, actor=SETTING_UP, at=at)
    return mark_funded(job_id=job.id, actor=SETTING_UP, at=at)
