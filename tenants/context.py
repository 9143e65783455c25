"""The only doors into a tenant's schema and into protected rows. Each use makes a new object.

    with tenant_context(tenant):
        officers = [describe(officer) for officer in RosterEntry.objects.all()]

Read everything inside the block: a queryset that leaves it runs in the public schema and fails there.
"""

from typing import Any, Self
from uuid import UUID

from django.db import connections

from tenants.backend.base import DatabaseWrapper
from tenants.backend.session import MATCHING_ROLE, PURPOSES, RowContext
from tenants.errors import TenantContextError
from tenants.models import Tenant

_ENTERABLE = frozenset({Tenant.State.VERIFIED, Tenant.State.ACTIVE, Tenant.State.SUSPENDED})


def app_connection() -> DatabaseWrapper:
    """This thread's connection under the app's own login."""
    return connections["default"]  # type: ignore[return-value]


class _OneUse:
    """A context that refuses to be shared: no second entry, no decorator form, so no thread can inherit another's."""

    _connection: DatabaseWrapper | None = None

    def __enter__(self) -> Self:
        if self._connection is not None:
            raise TenantContextError(f"{type(self).__name__} objects serve once. Make a new one for each block.")
        connection = app_connection()
        self._before = (connection.tenant, connection.public_role, connection.row_context)
        self._change(connection)
        self._connection = connection
        return self

    def __exit__(self, *_: object) -> None:
        connection = self._connection
        if connection is None or connection is not app_connection():
            raise TenantContextError(f"{type(self).__name__} was left in another thread than it was entered in.")
        tenant, connection.public_role, connection.row_context = self._before
        connection.set_tenant(tenant)

    def __call__(self, *_: object, **__: object) -> Any:
        raise TenantContextError(f"{type(self).__name__} is not a decorator: one object would be shared by all calls.")

    def _change(self, connection: DatabaseWrapper) -> None:
        raise NotImplementedError


class tenant_context(_OneUse):  # noqa: N801  (reads as a keyword, like contextlib's own)
    """Run a block in one tenant's schema, under that tenant's database role.

    Entering a second tenant inside it is refused; the same tenant again is fine.
    """

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def _change(self, connection: DatabaseWrapper) -> None:
        if self.tenant.state not in _ENTERABLE:
            raise TenantContextError(f"{self.tenant} is {self.tenant.state}: its schema cannot be entered.")
        if connection.schema_name not in ("public", self.tenant.schema_name):
            raise TenantContextError(
                f"Already inside {connection.schema_name}, cannot enter {self.tenant.schema_name}. "
                "Leave the first tenant before visiting the second."
            )
        context = connection.row_context
        connection.set_tenant(self.tenant)
        connection.row_context = RowContext(context.purpose, context.person_id, str(self.tenant.id))


class acting_as(_OneUse):  # noqa: N801
    """Say for whom and why protected rows are touched; what is not given is unset, not inherited.

    `purpose` is "request", "worker", "matching", "webhook" or "messaging"; `tenants.walls` says what each may see.
    """

    def __init__(self, *, purpose: str, person_id: UUID | None = None, tenant_id: UUID | None = None) -> None:
        if purpose not in PURPOSES:
            raise TenantContextError(f"{purpose!r} is not a purpose. Known: {', '.join(sorted(PURPOSES))}.")
        self.row_context = RowContext(purpose, _text(person_id), _text(tenant_id))

    def _change(self, connection: DatabaseWrapper) -> None:
        inside = connection.row_context.tenant_id
        if connection.schema_name != "public" and self.row_context.tenant_id not in ("", inside):
            raise TenantContextError("Inside a tenant's schema, only that tenant's rows can be acted on.")
        if connection.schema_name != "public":
            self.row_context = RowContext(self.row_context.purpose, self.row_context.person_id, inside)
        connection.row_context = self.row_context


class matching_context(_OneUse):  # noqa: N801
    """The role that may read the narrow table of home points, and nothing that could name an officer's address."""

    def _change(self, connection: DatabaseWrapper) -> None:
        if connection.schema_name != "public":
            raise TenantContextError("Matching works in the public schema. Leave the tenant first.")
        connection.public_role = MATCHING_ROLE
        connection.row_context = RowContext(purpose="matching")


def identify_person(*, person_id: UUID | None, tenant_id: UUID | None = None) -> None:
    """Tell the current request's session who is signed in and of which tenant they are a member. None closes again."""
    connection = app_connection()
    connection.row_context = RowContext(connection.row_context.purpose, _text(person_id), _text(tenant_id))


def current_tenant() -> Tenant | None:
    """The tenant whose schema this thread is in, None in the public schema."""
    tenant = app_connection().tenant
    return tenant if isinstance(tenant, Tenant) else None


def _text(identifier: UUID | None) -> str:
    return "" if identifier is None else str(identifier)
