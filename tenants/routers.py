"""Which migrations belong where: public apps to the public schema, tenant apps to tenants' schemas, by the owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings

_inside_tenant_schema: ContextVar[bool] = ContextVar("inside_tenant_schema", default=False)


@contextmanager
def migrating_tenant_schema() -> Iterator[None]:
    """While a schema runner applies tenant migrations."""
    token = _inside_tenant_schema.set(True)
    try:
        yield
    finally:
        _inside_tenant_schema.reset(token)


def tenant_app_labels() -> frozenset[str]:
    return _labels_of(frozenset(settings.TENANT_APPS))


# By the names, not once for all: whoever looks first under other settings must not decide for everybody after.
@cache
def _labels_of(names: frozenset[str]) -> frozenset[str]:
    return frozenset(
        config.label
        for config in apps.get_app_configs()
        if config.name in names or f"{type(config).__module__}.{type(config).__name__}" in names
    )


class SchemaRouter:
    """The app's login migrates nothing: it owns nothing."""

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        return db == "owner" and (app_label in tenant_app_labels()) == _inside_tenant_schema.get()
