"""Callers who are there already, and what a stranger to a row may learn of it: nothing."""

from typing import Any
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress

from accounts.memberships import grant_role
from accounts.people import create_person
from kernel import clock
from tenants.models import Tenant
from tests.api.caller import PASSWORD, Caller, signed_in
from tests.factories.departments import SETTING_UP


def token_of(person: Any, host: str = "localhost") -> Caller:
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    return signed_in(person.email, host=host)


def at_the_desk(tenant: Tenant, role: str = "coordinator") -> Caller:
    person = create_person(
        email=f"{role}@{tenant.slug}.example.org", given_name="Dana", family_name="Quill", password=PASSWORD,
        email_is_verified=True, actor=SETTING_UP, at=clock.now(),
    )  # fmt: skip
    grant_role(person=person, tenant_id=tenant.id, role=role, actor=SETTING_UP, at=clock.now())
    return signed_in(person.email, host=f"{tenant.slug}.localhost")


def both_answers(caller: Caller, method: str, path: str, real: UUID, body: Any = None) -> tuple[Any, Any]:
    foreign = caller.call(method, path.format(real), body)
    missing = caller.call(method, path.format(uuid4()), body)
    return (foreign.status, foreign.body), (missing.status, missing.body)


def finds_nothing(caller: Caller, method: str, path: str, real: UUID, body: Any = None) -> bool:
    """The row is answered like one that never was."""
    foreign, missing = both_answers(caller, method, path, real, body)
    return bool(foreign == missing and foreign[0] == 404)
