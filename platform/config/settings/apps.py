"""Which apps live in which schema. The two lists are disjoint: a missing tenant table must never fall through."""

# django_tenants is used as a library and not installed: its commands (create_tenant, migrate_schemas, delete_tenant)
# know nothing of the owner's login and of the states that a tenant walks through.
SHARED_APPS = [
    "tenants",
    "kernel",
    "accounts",
    "messaging",
    "geo",
    "marketplace",
    "billing",
    "ratings",
    "notifications",
    "reports",
    "portals",
    "api",
    "config",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.admin",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
]
TENANT_APPS = ["departments", "agencies"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Ratings stand above the marketplace, which asks for them by this name when an award order names them.
AWARD_RATINGS = "ratings.awards.tenths_for_award"
