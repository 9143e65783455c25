"""Two logins: the app's, which owns nothing, and the owner's, for migrations and provisioning only."""

from urllib.parse import parse_qsl, unquote, urlsplit

from config.environment import environment


def parse_database_url(url: str) -> dict[str, object]:
    """postgres://user:password@host:port/name?host=/socket/folder → Django's keys."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    port = options.pop("port", str(parts.port or ""))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": options,
    }


_app_url = environment.text("DATABASE_URL", development="postgres://muster_app@localhost/muster")
# Only where migrations and provisioning run; the web processes of a production server do not have it.
_owner_url = environment.optional(
    "DATABASE_OWNER_URL", "" if environment.is_production else "postgres://muster_owner@localhost/muster"
)

DATABASES: dict[str, dict[str, object]] = {
    "default": {
        "ENGINE": "tenants.backend",
        "CONN_MAX_AGE": 120,
        "CONN_HEALTH_CHECKS": True,
        **parse_database_url(_app_url),
    },
}
if _owner_url:
    # Django's plain backend: the owner has no tenant and no role to change into.
    DATABASES["owner"] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        **parse_database_url(_owner_url),
    }
DATABASE_ROUTERS = ["tenants.routers.SchemaRouter"]
