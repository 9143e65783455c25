"""System checks: what must hold about the settings and the models before anything runs."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import models

from tenants.models import TenantScopedModel
from tenants.routers import tenant_app_labels

_ONLY_PUBLIC = {"django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"}
_OUTERMOST = "tenants.middleware.TenantMiddleware"
_PERSON = "tenants.middleware.PersonMiddleware"
_AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"


@register(Tags.models)
def app_lists_are_disjoint(app_configs: Any, **_: Any) -> list[CheckMessage]:
    shared, tenant = set(settings.SHARED_APPS), set(settings.TENANT_APPS)
    problems: list[CheckMessage] = [
        Error(f"{name} is in SHARED_APPS and TENANT_APPS: a missing table would fall through.", id="tenants.E001")
        for name in sorted(shared & tenant)
    ]
    return problems + [
        Error(f"{name} belongs to SHARED_APPS only.", id="tenants.E002") for name in sorted(tenant & _ONLY_PUBLIC)
    ]


@register(Tags.models)
def no_foreign_key_crosses(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{field} is a foreign key across schemas.",
            hint="Name the other row by a plain UUIDField.",
            obj=model,
            id="tenants.E003",
        )
        for model in apps.get_models(include_auto_created=True)
        for field in _foreign_keys(model)
        if _is_tenants(model) != _is_tenants(field.related_model)
    ]


@register(Tags.models)
def tenant_models_know_their_schema(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return [
        Error("A model in a tenant app must inherit TenantScopedModel.", obj=model, id="tenants.E004")
        for model in apps.get_models()
        if _is_tenants(model) and not issubclass(model, TenantScopedModel)
    ]


@register(Tags.models)
def table_names_are_unique(app_configs: Any, **_: Any) -> list[CheckMessage]:
    tables: dict[bool, set[str]] = {True: set(), False: set()}
    for model in apps.get_models(include_auto_created=True):
        tables[_is_tenants(model)].add(model._meta.db_table)
    return [
        Error(f"Table {name} is in public and in tenants' schemas.", id="tenants.E005")
        for name in sorted(tables[True] & tables[False])
    ]


@register(Tags.security)
def middleware_stands_in_order(app_configs: Any, **_: Any) -> list[CheckMessage]:
    order = list(settings.MIDDLEWARE)
    problems: list[CheckMessage] = []
    outside = order[: order.index(_OUTERMOST)] if _OUTERMOST in order else order
    if _OUTERMOST not in order or not set(outside) <= set(settings.MIDDLEWARE_WITHOUT_DATABASE):
        problems.append(
            Error(
                f"{_OUTERMOST} must stand first: it restores the session.",
                hint="Only what never asks the database, and is in MIDDLEWARE_WITHOUT_DATABASE, may stand before it.",
                id="tenants.E006",
            )
        )
    if _PERSON not in order or _AUTHENTICATION not in order or order.index(_PERSON) < order.index(_AUTHENTICATION):
        problems.append(Error(f"{_PERSON} must follow {_AUTHENTICATION}.", id="tenants.E007"))
    return problems


@register(Tags.security)
def cookies_stay_on_their_host(app_configs: Any, **_: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = [
        Error(f"{name} would send the cookie to every tenant's host.", hint="Leave it unset.", id="tenants.E008")
        for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN")
        if getattr(settings, name)
    ]
    for name in ("SESSION_COOKIE", "CSRF_COOKIE"):
        if getattr(settings, f"{name}_SECURE") and not getattr(settings, f"{name}_NAME").startswith("__Host-"):
            problems.append(Error(f"{name}_NAME needs the __Host- prefix when HTTPS is on.", id="tenants.E009"))
    return problems


@register(Tags.database)
def the_app_uses_its_own_backend(app_configs: Any, **_: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"] != "tenants.backend":
        problems.append(Error("DATABASES['default'] must use tenants.backend: it sets the role.", id="tenants.E010"))
    owner = settings.DATABASES.get("owner")
    if owner and owner["USER"] == settings.DATABASES["default"]["USER"]:
        problems.append(
            Error(
                "DATABASE_URL and DATABASE_OWNER_URL name the same login.",
                hint="The app's login must own nothing. `python -m embedded.bootstrap --print-sql` makes both.",
                id="tenants.E011",
            )
        )
    return problems


def _is_tenants(model: type[models.Model]) -> bool:
    return model._meta.app_label in tenant_app_labels()


def _foreign_keys(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.get_fields():
        if field.concrete and field.is_relation and isinstance(field.related_model, type):
            yield field
