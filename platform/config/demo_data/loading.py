"""Fill an empty platform through the same functions that the pages call. Running it again changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password

from accounts.memberships import grant_role
from accounts.models import Person
from accounts.people import create_person, person_by_email
from accounts.terms import accept_terms
from config.demo_data import PASSWORD
from config.demo_data.agency_path import give_work
from config.demo_data.cast import (
    AGENCY_CLIENT_EMAIL,
    AGENCY_MAIL_DOMAIN,
    AGENCY_NAME,
    AGENCY_SLUG,
    AGENCY_STAFF,
    DEPARTMENTS,
    LAKESHORE,
    OPERATOR_EMAIL,
    DemoDepartment,
    DemoOfficer,
    work_email,
)
from config.demo_data.roster_depth import give_depth
from departments import invitations, policies, roster
from departments.policy.examples import example
from kernel import outbox
from kernel.actors import Actor, system
from marketplace import officers
from marketplace.models import Officer
from messaging.consents import CONSENT_WORDING, record_consent
from tenants.context import acting_as
from tenants.models import Tenant
from tenants.provisioning import TenantRequest, provision, request_tenant
from tenants.queries import get_active_tenant, tenant_by_slug

SETTING_UP = system("demo set-up")
Say = Callable[[str], None]


def load(*, at: datetime, say: Say, staff_only: bool = False, service_fees: Mapping[str, int] | None = None) -> None:
    """Tenants, staff, rosters, joined officers with homes and phones, clients, an operator.

    `staff_only` leaves out officers and clients, for whoever lets them join by themselves. `service_fees`: department's
    slug → hundredths of a percent, in place of the cast's; only where the department is new.
    """
    with acting_as(purpose="worker"):
        _operator(at)
        _agency(at)
        for cast in DEPARTMENTS:
            say(f"{cast.name} …")
            if service_fees and cast.slug in service_fees:
                cast = replace(cast, service_fee_basis_points=service_fees[cast.slug])
            department = _department(cast, at)
            _staff(department, cast, at)
            _policy(department, cast, at)
            drain(at=at)
            if staff_only:
                continue
            for demo_officer in cast.officers:
                _officer(department, cast, demo_officer, at)
            give_depth(slug=cast.slug, department_id=department.id, actor=SETTING_UP, at=at)
            drain(at=at)
            _client(cast, at)
        if not staff_only:
            _agency_at_work(at)
            drain(at=at)


def drain(*, at: datetime) -> None:
    """Deliver what was announced, as relay and worker would."""
    for _ in range(1000):
        claimed = outbox.claim_due(at=at)
        if not claimed:
            return
        for delivery_id in claimed:
            outbox.deliver(delivery_id=delivery_id, at=at)
    raise RuntimeError("The outbox does not run empty: handlers keep announcing.")


def actor_for(person: Person) -> Actor:
    return Actor(kind="person", person_id=person.id, label=person.full_name, address="127.0.0.1")


@cache
def _hashed_password() -> str:
    """Hashed once: everybody here has the same, and hashing takes half a second each time on purpose."""
    return make_password(PASSWORD)


def person_with_password(email: str, given_name: str, family_name: str, at: datetime) -> Person:
    found = person_by_email(email=email)
    if found is not None:
        return found
    person = create_person(
        email=email,
        given_name=given_name,
        family_name=family_name,
        email_is_verified=True,
        actor=SETTING_UP,
        at=at,
    )
    person.password = _hashed_password()
    person.save(update_fields=["password"])
    accept_terms(person=person, actor=actor_for(person), at=at)
    return person


def _operator(at: datetime) -> None:
    person = person_with_password(OPERATOR_EMAIL, "Olive", "Perrin", at)
    if not person.is_staff:
        person.is_staff = True
        person.save(update_fields=["is_staff"])


def _tenant(request: TenantRequest, at: datetime) -> Tenant:
    tenant = tenant_by_slug(slug=request.slug)
    if tenant is None:
        tenant = request_tenant(request=request, actor=SETTING_UP, at=at)
    if tenant.state != Tenant.State.ACTIVE:
        provision(tenant_id=tenant.id, actor=SETTING_UP, at=at)
    return get_active_tenant(tenant_id=tenant.id)


def _agency(at: datetime) -> None:
    agency = _tenant(
        TenantRequest(
            kind="agency",
            slug=AGENCY_SLUG,
            name=AGENCY_NAME,
            short_name="Northgate",
            currency="CAD",
            country="CA",
            region="ON",
            time_zone="America/Toronto",
            hue=30,
        ),
        at,
    )
    for staff in AGENCY_STAFF:
        person = person_with_password(work_email(staff, AGENCY_MAIL_DOMAIN), staff.given_name, staff.family_name, at)
        grant_role(person=person, tenant_id=agency.id, role=staff.role, actor=SETTING_UP, at=at)


def _agency_at_work(at: datetime) -> None:
    agency, department = tenant_by_slug(slug=AGENCY_SLUG), tenant_by_slug(slug=LAKESHORE.slug)
    assert agency is not None
    assert department is not None
    person = person_with_password(AGENCY_CLIENT_EMAIL, "Mara", "Delacroix", at)
    give_work(
        agency_id=agency.id,
        department_id=department.id,
        client_person=person,
        set_up=SETTING_UP,
        client_actor=actor_for(person),
        at=at,
    )


def _department(cast: DemoDepartment, at: datetime) -> Tenant:
    return _tenant(
        TenantRequest(
            kind="department",
            slug=cast.slug,
            name=cast.name,
            short_name=cast.short_name,
            currency=cast.currency,
            country=cast.country,
            region=cast.region,
            time_zone=cast.time_zone,
            hue=cast.hue,
            service_fee_basis_points=cast.service_fee_basis_points,
            contact_email=f"details@{cast.mail_domain}",
            contact_phone=cast.phone,
            address=cast.address,
        ),
        at,
    )


def _staff(department: Tenant, cast: DemoDepartment, at: datetime) -> None:
    for staff in cast.staff:
        person = person_with_password(work_email(staff, cast.mail_domain), staff.given_name, staff.family_name, at)
        grant_role(person=person, tenant_id=department.id, role=staff.role, actor=SETTING_UP, at=at)


def _policy(department: Tenant, cast: DemoDepartment, at: datetime) -> None:
    if not policies.list_policies(department_id=department.id):
        policies.publish_policy(
            department_id=department.id,
            document=_document(cast),
            effective_from_date=date(2026, 1, 1),
            note="First version.",
            actor=SETTING_UP,
            at=at,
        )


def _document(cast: DemoDepartment) -> dict[str, Any]:
    document = example(cast.policy)
    if cast.presence_interval_minutes:
        levels = document.get("service_levels", {})
        document["service_levels"] = {**levels, "presence_interval_minutes": cast.presence_interval_minutes}
    return document


def _officer(department: Tenant, cast: DemoDepartment, demo: DemoOfficer, at: datetime) -> None:
    email = work_email(demo, cast.mail_domain)
    known = {member.badge_number: member for member in roster.list_members(department_id=department.id)}
    member = known.get(demo.badge_number) or roster.add_member(
        department_id=department.id,
        badge_number=demo.badge_number,
        given_name=demo.given_name,
        family_name=demo.family_name,
        work_email=email,
        rank_code=demo.rank_code,
        seniority_date=demo.seniority_date,
        actor=SETTING_UP,
        at=at,
    )
    if member.officer_id is None and demo.joins:
        _join(department.id, member.entry_id, demo, email, at)


def _join(department_id: UUID, entry_id: UUID, demo: DemoOfficer, email: str, at: datetime) -> Officer:
    person = person_with_password(email, demo.given_name, demo.family_name, at)
    actor = actor_for(person)
    invited = invitations.invite_member(department_id=department_id, entry_id=entry_id, actor=SETTING_UP, at=at)
    officer = officers.join_by_invitation(
        person=person,
        department_id=department_id,
        invitation_id=invited.invitation_id,
        code=invited.code,
        actor=actor,
        at=at + timedelta(seconds=1),
    )
    officers.set_home(officer=officer, label=demo.home_label, point=demo.home, actor=actor, at=at)
    officers.set_phone_verified(officer=officer, phone=demo.phone, actor=actor, at=at)
    record_consent(person_id=person.id, phone=demo.phone, wording=CONSENT_WORDING, address="127.0.0.1", at=at)
    return officer


def _client(cast: DemoDepartment, at: datetime) -> None:
    from marketplace.clients import clients_of, create_client

    demo = cast.client
    person = person_with_password(demo.email, demo.given_name, demo.family_name, at)
    if not clients_of(person):
        create_client(
            person=person,
            kind=demo.kind,
            name=demo.name,
            billing_email=demo.email,
            phone=demo.phone,
            billing_address=demo.billing_address,
            actor=actor_for(person),
            at=at,
        )
