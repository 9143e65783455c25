"""The small world in which everything happens: two departments in two currencies, an agency, their officers."""

from __future__ import annotations

import json
import random
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OFFICERS_EACH = 10


@dataclass
class Job:
    """A request as the simulator knows it; one player at a time has it in hand."""

    id: str
    department: int
    contract_id: str = ""


@dataclass(frozen=True)
class Payee:
    owner_kind: str
    owner_id: str
    currency: str


@dataclass
class Town:
    """Jobs lie on heaps by what may be done with them next; payees by whether they have an account."""

    departments: list[dict[str, Any]]
    payees: list[Payee]
    _heaps: dict[str, list[Job]] = field(default_factory=lambda: defaultdict(list))
    _accounts: dict[Payee, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def read(cls, file: Path) -> Town:
        stored = json.loads(file.read_text())
        return cls(stored["departments"], [Payee(**payee) for payee in stored["payees"]])

    def take(self, heap: str, draw: random.Random) -> Job | None:
        with self._lock:
            jobs = self._heaps[heap]
            if not jobs:
                return None
            place = draw.randrange(len(jobs))
            jobs[place], jobs[-1] = jobs[-1], jobs[place]
            return jobs.pop()

    def put(self, heap: str, job: Job) -> None:
        with self._lock:
            self._heaps[heap].append(job)

    def size(self, heap: str) -> int:
        with self._lock:
            return len(self._heaps[heap])

    def any_job(self, draw: random.Random, *heaps: str) -> Job | None:
        """One to look at, left where it lies."""
        with self._lock:
            jobs = [job for heap in heaps for job in self._heaps[heap]]
        return draw.choice(jobs) if jobs else None

    def opened(self, payee: Payee, reference: str) -> None:
        with self._lock:
            self._accounts[payee] = reference

    def accounts(self) -> list[str]:
        with self._lock:
            return list(self._accounts.values())

    def payees_without_account(self) -> list[Payee]:
        with self._lock:
            return [payee for payee in self.payees if payee not in self._accounts]


def build_town(file: Path) -> None:
    """Migrates the empty database and makes the tenants, their rules and officers. In a process of its own."""
    from kernel import clock
    from tenants.context import acting_as
    from tenants.platform_migration import migrate_platform

    at = clock.now()
    migrate_platform(at=at)
    canada = _department("northcove", "ontario", currency="CAD", country="CA", region="ON", zone="America/Toronto")
    states = _department("cedarbasin", "us", currency="USD", country="US", region="TX", zone="America/Chicago")
    agency = _tenant("agency", "harbourguard", currency="CAD", country="CA", region="ON", zone="America/Toronto")
    payees = [
        {"owner_kind": "department", "owner_id": canada["id"], "currency": "CAD"},
        {"owner_kind": "department", "owner_id": states["id"], "currency": "USD"},
        {"owner_kind": "agency", "owner_id": str(agency.id), "currency": "CAD"},
        {"owner_kind": "agency", "owner_id": str(agency.id), "currency": "USD"},
    ]
    with acting_as(purpose="worker"):
        for department in (canada, states):
            department["officers"] = _officers(department, at)
            # Only where officers are paid directly do they need accounts of their own.
            if department is states:
                payees += [
                    {"owner_kind": "officer", "owner_id": officer, "currency": "USD"}
                    for officer in department["officers"]
                ]
    _admit(agency.id, (canada, states))
    departments = [{**department, "agency_id": str(agency.id)} for department in (canada, states)]
    file.write_text(json.dumps({"departments": departments, "payees": payees}))


def _tenant(kind: str, slug: str, *, currency: str, country: str, region: str, zone: str):  # type: ignore[no-untyped-def]
    from kernel import clock
    from kernel.actors import system
    from tenants.provisioning import TenantRequest, provision, request_tenant

    at, actor = clock.now(), system("simulation")
    request = TenantRequest(
        kind=kind, slug=slug, name=slug.title(), short_name=slug.title(), time_zone=zone, currency=currency,
        country=country, region=region, contact_email=f"books@{slug}.example",
    )  # fmt: skip
    return provision(tenant_id=request_tenant(request=request, actor=actor, at=at).id, actor=actor, at=at)


def _department(slug: str, rules: str, **where: str) -> dict[str, Any]:
    from datetime import date

    from departments.policies import publish_policy
    from departments.policy.examples import example
    from kernel import clock
    from kernel.actors import system
    from kernel.models import OutboxEvent
    from kernel.subscriptions import Event
    from marketplace.jurisdictions import on_policy_published

    at, tenant = clock.now(), _tenant("department", slug, **where)
    publish_policy(
        department_id=tenant.id, document=example(rules), effective_from_date=date(2026, 1, 1), note="",
        actor=system("simulation"), at=at,
    )  # fmt: skip
    for stored in OutboxEvent.objects.filter(name="departments.policy_published", tenant_id=tenant.id):
        event = Event(stored.id, stored.name, stored.tenant_id, stored.payload, stored.announced_at)
        on_policy_published(event=event, at=at)
    return {"id": str(tenant.id), "rules": rules, "currency": where["currency"], "zone": where["zone"]}


def _admit(agency_id: Any, departments: tuple[dict[str, Any], ...]) -> None:
    from kernel import clock
    from kernel.actors import system
    from marketplace.agency_admissions import decide_admission
    from tenants.context import acting_as

    with acting_as(purpose="worker"):
        for department in departments:
            decide_admission(
                department_id=department["id"], agency_id=agency_id, decision="admitted", reason="Licensed.",
                actor=system("simulation"), at=clock.now(),
            )  # fmt: skip


def _officers(department: dict[str, Any], at: Any) -> list[str]:
    from accounts.models import Person
    from marketplace.models import Officer

    people = [
        Person(
            email=f"officer.{number}.{department['rules']}@example.org", given_name="Officer", family_name=str(number)
        )
        for number in range(OFFICERS_EACH)
    ]
    Person.objects.bulk_create(people)
    officers = Officer.objects.bulk_create(
        Officer(
            person=person,
            home_department_id=department["id"],
            home_since_date=at.date(),
            display_name=f"Officer {person.family_name}",
            joined_at=at,
        )
        for person in people
    )
    return [str(officer.id) for officer in officers]
