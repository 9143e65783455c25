"""Base classes of Celery tasks. A task says on whose behalf it works; nothing is read from the session that sent it.

    @app.task(base=TenantTask)
    def import_roster(*, tenant_id: str, file_id: str) -> None: ...

Both start and end in the public schema. The functions of departments and agencies enter the tenant's schema themselves.
"""

from typing import Any

from celery import Task
from django.db import close_old_connections

from tenants.errors import TenantContextError


def _drop_dead_connections(task: Task) -> None:
    """As Django does before each request. Who calls a task as a function keeps their connection."""
    if not (task.request.called_directly or task.request.is_eager):
        close_old_connections()


class PlatformTask(Task):  # type: ignore[misc]
    """Works across tenants, in the public schema. The base of every task that names no other."""

    abstract = True
    purpose = "worker"

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        # Imported here: Celery asks for its base class before Django's models are ready.
        from tenants.context import acting_as, app_connection

        _drop_dead_connections(self)
        connection = app_connection()
        connection.restore_public()
        try:
            with acting_as(purpose=self.purpose):
                return super().__call__(*arguments, **keywords)
        finally:
            connection.restore_public()


class TenantTask(Task):  # type: ignore[misc]
    """Works for one active tenant, named by the keyword `tenant_id`. Unknown or closed is an error, never public."""

    abstract = True
    purpose = "worker"

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        from tenants.context import acting_as, app_connection
        from tenants.queries import get_active_tenant

        if not keywords.get("tenant_id"):
            raise TenantContextError(f"{self.name} needs tenant_id as a keyword argument.")
        _drop_dead_connections(self)
        connection = app_connection()
        connection.restore_public()
        try:
            tenant = get_active_tenant(tenant_id=keywords["tenant_id"])
            with acting_as(purpose=self.purpose, tenant_id=tenant.id):
                return super().__call__(*arguments, **keywords)
        finally:
            connection.restore_public()
