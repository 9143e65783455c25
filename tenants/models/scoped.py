from collections.abc import Collection
from typing import Any, Self

from django.db import connections, models

from tenants.errors import TenantContextError


def _schema_of(alias: str | None) -> str:
    return str(getattr(connections[alias or "default"], "schema_name", "public"))


class TenantScopedModel(models.Model):
    """Base of every model in a tenant's schema: a row knows the schema it came from and goes back nowhere else."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        instance = super().from_db(db, field_names, values, **options)
        instance._schema_name = _schema_of(db)  # type: ignore[attr-defined]
        return instance

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_other_schema(kwargs.get("using"))
        super().save(*args, **kwargs)
        self._schema_name = _schema_of(kwargs.get("using"))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_other_schema(kwargs.get("using"))
        return super().delete(*args, **kwargs)

    def _refuse_other_schema(self, alias: str | None) -> None:
        current = _schema_of(alias)
        if current == "public":
            raise TenantContextError(f"{type(self).__name__} is written outside of any tenant. Use tenant_context.")
        loaded_from = getattr(self, "_schema_name", current)
        if loaded_from != current:
            raise TenantContextError(f"{type(self).__name__} was loaded from {loaded_from}, not {current}.")
