"""Settings that would let tenants mix are refused before anything runs."""

import pytest
from django.conf import settings
from django.test import override_settings

from tenants import checks
from tenants.routers import tenant_app_labels

CHECKS = (
    checks.app_lists_are_disjoint,
    checks.no_foreign_key_crosses,
    checks.tenant_models_know_their_schema,
    checks.table_names_are_unique,
    checks.middleware_stands_in_order,
    checks.cookies_stay_on_their_host,
    checks.the_app_uses_its_own_backend,
)


def _found() -> set[str]:
    return {message.id for check in CHECKS for message in check(app_configs=None)}


def test_the_products_settings_pass() -> None:
    assert _found() == set()


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("tenants.E001", {"TENANT_APPS": [*settings.TENANT_APPS, "marketplace"]}),
        ("tenants.E002", {"TENANT_APPS": [*settings.TENANT_APPS, "django.contrib.sessions"]}),
        ("tenants.E006", {"MIDDLEWARE": [m for m in settings.MIDDLEWARE if "TenantMiddleware" not in m]}),
        ("tenants.E006", {"MIDDLEWARE": ["django.middleware.common.CommonMiddleware", *settings.MIDDLEWARE]}),
        ("tenants.E007", {"MIDDLEWARE": [m for m in settings.MIDDLEWARE if "PersonMiddleware" not in m]}),
        ("tenants.E008", {"SESSION_COOKIE_DOMAIN": ".example.org"}),
        ("tenants.E009", {"SESSION_COOKIE_SECURE": True}),
        ("tenants.E010", {"DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql", "USER": "app"}}}),
        (
            "tenants.E011",
            {
                "DATABASES": {
                    "default": {"ENGINE": "tenants.backend", "USER": "app"},
                    "owner": {"ENGINE": "django.db.backends.postgresql", "USER": "app"},
                }
            },
        ),
    ],
)
def test_each_fault_is_refused(code: str, changed: dict[str, object]) -> None:
    with override_settings(**changed):
        assert code in _found()


def test_a_foreign_key_across_schemas_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "tenant_app_labels", lambda: frozenset({"departments", "agencies", "billing"}))
    assert {"tenants.E003", "tenants.E004"} <= _found()


def test_a_look_under_other_settings_leaves_nothing_behind() -> None:
    """Migrations go where the labels say: a remembered wrong one would put public tables into tenants' schemas."""
    before = tenant_app_labels()
    with override_settings(TENANT_APPS=[*settings.TENANT_APPS, "django.contrib.sessions"]):
        assert tenant_app_labels() == before | {"sessions"}
    assert tenant_app_labels() == before
