"""System checks: what must hold about the settings before anything runs."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from tenants.models import TenantScopedModel
from tenants.routers import tenant_app_labels

_ONLY_PUBLIC = {"django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"}


@register(Tags.models)
def app_lists_are_disjoint(app_configs: Any, **_: Any) -> list[CheckMessage]:
    shared, tenant = set(settings.SHARED_APPS), set(settings.TENANT_APPS)
    problems = [
        Error(f"{name} is in SHARED_APPS and TENANT_APPS: a missing table would fall through.", id="tenants.E001")
        for name in sorted(shared & tenant)
    ]
    problems += [
        Error(f"{name} belongs to SHARED_APPS only.", id="tenants.E002") for name in sorted(tenant & _ONLY_PUBLIC)
    ]
    return problems


@register(Tags.models)
def no_foreign_key_crosses(app_configs: Any, **_: Any) -> list[CheckMessage]:
    labels = tenant_app_labels()
    problems: list[CheckMessage] = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not field.concrete or target is None or not hasattr(target, "_meta"):
                continue
            if (model._meta.app_label in labels) != (target._meta.app_label in labels):
                problems.append(
                    Error(
                        f"{field} is a foreign key across schemas.",
                        hint="Name the other row by a plain UUIDField.",
                        obj=model,
                        id="tenants.E003",
                    )
                )
    return problems


@register(Tags.models)
def tenant_models_know_their_schema(app_configs: Any, **_: Any) -> list[CheckMessage]:
    labels = tenant_app_labels()
    return [
        Error("A model in a tenant app must inherit TenantScopedModel.", obj=model, id="tenants.E004")
        for model in apps.get_models()
        if model._meta.app_label in labels and not issubclass(model, TenantScopedModel)
    ]


@register(Tags.models)
def table_names_are_unique(app_configs: Any, **_: Any) -> list[CheckMessage]:
    labels = tenant_app_labels()
    tables: dict[bool, set[str]] = {True: set(), False: set()}
    for model in apps.get_models(include_auto_created=True):
        tables[model._meta.app_label in labels].add(model._meta.db_table)
    return [
        Error(f"Table {name} is in public and in tenants' schemas.", id="tenants.E005")
        for name in sorted(tables[True] & tables[False])
    ]
