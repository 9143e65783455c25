"""The app's database backend: search path, role and row context travel together, in one round trip.

django-tenants decides *when* a session must be told (and forgets what it told on every rollback, because PostgreSQL
undoes a SET then); this class decides *what* it is told.
"""

from typing import Any

import psycopg2
from django.db.utils import NotSupportedError
from django_tenants.postgresql_backend import base

from tenants.backend.session import MATCHING_ROLE, NOBODY, PUBLIC_ROLE, RowContext

_TELL = (
    "SELECT set_config('search_path', %s, false), set_config('role', %s, false), set_config('app.tenant', %s, false), "
    "set_config('app.person', %s, false), set_config('app.purpose', %s, false), "
    "set_config('enable_bitmapscan', %s, false)"
)


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    row_context: RowContext = NOBODY
    public_role: str = PUBLIC_ROLE
    # Whose portal the request came through. It names cache entries; it opens no row.
    portal_tenant_id: str = ""
    search_path_set_schemas: list[str] | None
    _setting_search_path: bool
    _told: tuple[str, ...] | None = None

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Choose the schema for the next statement. Only `tenants.context` calls this for a tenant."""
        if not include_public:
            raise NotSupportedError("A tenant's search path always ends in public: types and operators live there.")
        if tenant.schema_name != "public" and not hasattr(tenant, "role_name"):
            raise NotSupportedError("A schema name alone has no role. Use tenants.context.tenant_context(tenant).")
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = True
        self.set_settings_schema(self.schema_name)

    def restore_public(self) -> None:
        """Back to the public schema, its own role, and nobody's rows."""
        self.set_schema_to_public()
        self.public_role = PUBLIC_ROLE
        self.row_context = NOBODY
        self.portal_tenant_id = ""

    def commit(self) -> None:
        # Deferred triggers run inside COMMIT under whatever role the session last had. Tell it first, so that a
        # ledger check does not run as the tenant whose schema happened to be read last.
        if self.connection is not None and self._told is not None:
            self._handle_search_path()
        super().commit()

    def _wanted(self) -> tuple[str, ...]:
        paths = ",".join(base.quote_schema_name(path) for path in self._get_cursor_search_paths())
        role = self.public_role if self.schema_name == "public" else self.tenant.role_name
        context = self.row_context
        # Matching asks for the nearest few. PostgreSQL takes any box to hold a thousandth of the table; in a city it
        # holds a tenth, and gathering and sorting it costs many times the index's own walk from near to far.
        bitmaps = "off" if role == MATCHING_ROLE else "on"
        return (paths, role, context.tenant_id, context.person_id, context.purpose, bitmaps)

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path:
            return
        wanted = self._wanted()
        # search_path_set_schemas is what django-tenants forgets on close, rollback and savepoint rollback.
        if self.search_path_set_schemas and self._told == wanted:
            return
        self._setting_search_path = True
        try:
            # The raw driver's cursor: how many statements a page counts must not depend on what ran before it.
            with self.wrap_database_errors, self.connection.cursor() as plain:
                plain.execute(_TELL, wanted)
        except Exception as error:
            self.search_path_set_schemas = None
            # In a transaction that has already failed, the caller's statement fails too, unless it is the rollback.
            # Every other error must surface: the statement would run in the wrong schema or under the wrong role.
            if not isinstance(error.__cause__, psycopg2.errors.InFailedSqlTransaction):
                raise
        else:
            self.search_path_set_schemas = [self.schema_name]
            self._told = wanted
        finally:
            self._setting_search_path = False
