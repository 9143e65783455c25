"""From a request to an open portal: requested → schema → migrated → verified → active.

Every step is one transaction and each may be repeated: a run that was stopped goes on where it was.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connections, transaction

from kernel import audit, outbox
from kernel.actors import Actor
from tenants import grants
from tenants.errors import NameNotUsable, NameTaken, SchemaAlreadyExists, TenantNotInState, UnknownTenant
from tenants.models import Domain, Tenant
from tenants.ownership import OWNER, owner_connection, quote, rows
from tenants.schema_migrations import TenantPlan, migrate_tenants
from tenants.verification import verify_schema

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_RESERVED = frozenset(
    [
        "www",
        "api",
        "app",
        "admin",
        "static",
        "media",
        "mail",
        "smtp",
        "help",
        "status",
        "docs",
        "public",
        "localhost",
        "operator",
        "marketplace",
        "muster",
    ]
)


@dataclass(frozen=True)
class TenantRequest:
    """What is asked for. `service_fee_basis_points` are hundredths of a percent of the pre-tax subtotal."""

    kind: str
    slug: str
    name: str
    short_name: str
    time_zone: str
    currency: str
    country: str
    region: str
    hue: int = 220
    language: str = "en"
    service_fee_basis_points: int = 500
    contact_email: str = ""
    contact_phone: str = ""
    address: str = ""


def request_tenant(*, request: TenantRequest, actor: Actor, at: datetime) -> Tenant:
    """Record the tenant and its host name. Nothing exists in the database for it yet but the rows.

    Raises NameNotUsable, NameTaken.
    """
    _refuse_unusable(request)
    host = f"{request.slug}.{settings.PUBLIC_HOST}"
    try:
        with transaction.atomic():
            number = _next_schema_number()
            tenant = Tenant.objects.create(
                **vars(request), schema_name=f"t_{number:06d}", role_name=f"muster_t_{number:06d}", requested_at=at
            )
            Domain.objects.create(tenant=tenant, domain=host, is_primary=True)
            audit.record(
                actor=actor,
                action="tenant.requested",
                subject_kind="tenant",
                subject_id=tenant.id,
                tenant_id=tenant.id,
                at=at,
                after={"slug": request.slug, "kind": request.kind, "schema": tenant.schema_name},
            )
    except IntegrityError as error:
        raise NameTaken(
            f"“{request.slug}” is or was used by another department or agency. Choose another name.", field="slug"
        ) from error
    return tenant


def provision(*, tenant_id: UUID, actor: Actor, at: datetime) -> Tenant:
    """Walk the tenant to active, from wherever it is. Needs the owner's login.

    Raises UnknownTenant, SchemaAlreadyExists, SchemaNotAsExpected, and TenantNotInState for a suspended or retired one.
    """
    owner_connection()
    tenant = _read(tenant_id)
    if tenant.state == Tenant.State.REQUESTED:
        _make_schema(tenant_id=tenant_id)
    if _read(tenant_id).state == Tenant.State.SCHEMA:
        _migrate(tenant_id=tenant_id, at=at)
    if _read(tenant_id).state == Tenant.State.MIGRATED:
        _verify(tenant_id=tenant_id)
    if _read(tenant_id).state == Tenant.State.VERIFIED:
        _open(tenant_id=tenant_id, actor=actor, at=at)
    tenant = _read(tenant_id)
    if tenant.state != Tenant.State.ACTIVE:
        raise TenantNotInState(f"{tenant.name} is {tenant.state} and is not opened again by provisioning.")
    return Tenant.objects.get(id=tenant_id)


def suspend(*, tenant_id: UUID, actor: Actor, reason: str, at: datetime) -> Tenant:
    """Close the portal; its rows stay, and work that has begun is finished."""
    return _move(
        tenant_id, from_states={Tenant.State.ACTIVE}, to=Tenant.State.SUSPENDED, actor=actor, at=at, reason=reason
    )


def resume(*, tenant_id: UUID, actor: Actor, at: datetime) -> Tenant:
    return _move(tenant_id, from_states={Tenant.State.SUSPENDED}, to=Tenant.State.ACTIVE, actor=actor, at=at)


def retire(*, tenant_id: UUID, actor: Actor, reason: str, at: datetime) -> Tenant:
    """Close it for good. Row, name and schema stay recorded; removing the schema's rows is an operator's own step."""
    states = {Tenant.State.ACTIVE, Tenant.State.SUSPENDED}
    return _move(tenant_id, from_states=states, to=Tenant.State.RETIRED, actor=actor, at=at, reason=reason)


def _refuse_unusable(request: TenantRequest) -> None:
    if not _SLUG.fullmatch(request.slug) or request.slug in _RESERVED:
        raise NameNotUsable(
            f"“{request.slug}” cannot be a host name here. Use up to 40 small letters, digits and hyphens; "
            "some names, such as www and api, are kept back.",
            field="slug",
        )
    if request.kind not in Tenant.Kind.values:
        raise NameNotUsable(f"“{request.kind}” is neither a department nor an agency.", field="kind")
    if not 0 <= request.hue <= 360:
        raise NameNotUsable("The colour's hue is a number of degrees, 0 to 360.", field="hue", hue=request.hue)


def _next_schema_number() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT nextval('public.tenants_schema_number')")
        return int(cursor.fetchone()[0])


def _make_schema(*, tenant_id: UUID) -> None:
    with transaction.atomic(using=OWNER):
        tenant = _lock(tenant_id, Tenant.State.REQUESTED)
        if rows("SELECT FROM pg_namespace WHERE lower(nspname) = lower(%s)", [tenant.schema_name]):
            raise SchemaAlreadyExists(
                f"A schema {tenant.schema_name} is already there, and its rows are not {tenant.name}'s. "
                "Find out whose it is before going on."
            )
        with owner_connection().cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {quote(tenant.schema_name)}")
        grants.ensure_tenant_rights(tenant)
        _set_state(tenant, Tenant.State.SCHEMA)


def _migrate(*, tenant_id: UUID, at: datetime) -> None:
    with transaction.atomic(using=OWNER):
        tenant = _lock(tenant_id, Tenant.State.SCHEMA)
        migrate_tenants(tenants=[tenant], plan=TenantPlan(), at=at)
        _set_state(tenant, Tenant.State.MIGRATED)


def _verify(*, tenant_id: UUID) -> None:
    with transaction.atomic(using=OWNER):
        tenant = _lock(tenant_id, Tenant.State.MIGRATED)
        verify_schema(tenant)
        _set_state(tenant, Tenant.State.VERIFIED)


def _open(*, tenant_id: UUID, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        tenant = _move(tenant_id, from_states={Tenant.State.VERIFIED}, to=Tenant.State.ACTIVE, actor=actor, at=at)
        Tenant.objects.filter(id=tenant.id, opened_at__isnull=True).update(opened_at=at)


def _move(
    tenant_id: UUID, *, from_states: set[Tenant.State], to: Tenant.State, actor: Actor, at: datetime, reason: str = ""
) -> Tenant:
    with transaction.atomic():
        tenant = Tenant.objects.select_for_update().filter(id=tenant_id).first()
        if tenant is None:
            raise UnknownTenant("There is no such department or agency.")
        if tenant.state not in from_states:
            raise TenantNotInState(f"{tenant.name} is {tenant.state}; it cannot become {to.value} from there.")
        before, tenant.state = tenant.state, to
        tenant.save(update_fields=["state"])
        audit.record(
            actor=actor,
            action=f"tenant.{to.value}",
            subject_kind="tenant",
            subject_id=tenant.id,
            tenant_id=tenant.id,
            at=at,
            before={"state": str(before)},
            after={"state": to.value},
            reason=reason,
        )
        outbox.announce(
            name=f"tenants.tenant_{to.value}", payload={"tenant_id": str(tenant.id)}, tenant_id=tenant.id, at=at
        )
    return tenant


def _read(tenant_id: UUID) -> Tenant:
    tenant = Tenant.objects.using(OWNER).filter(id=tenant_id).first()
    if tenant is None:
        raise UnknownTenant("There is no such department or agency.")
    return tenant


def _lock(tenant_id: UUID, expected: Tenant.State) -> Tenant:
    tenant = Tenant.objects.using(OWNER).select_for_update().get(id=tenant_id)
    if tenant.state != expected:
        raise TenantNotInState(f"{tenant.name} is {tenant.state} already: another run is provisioning it.")
    return tenant


def _set_state(tenant: Tenant, state: Tenant.State) -> None:
    tenant.state = state
    Tenant.objects.using(OWNER).filter(id=tenant.id).update(state=state)
