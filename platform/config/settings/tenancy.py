"""Whose portal a host opens, and how the database session follows."""

from config.environment import environment
from config.settings.http import PUBLIC_HOST

TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
# One statement per change of context instead of one per cursor; the backend compares before it sends.
TENANT_LIMIT_SET_CALLS = True
PUBLIC_SCHEMA_NAME = "public"
TENANT_SYNC_ROUTER = "tenants.routers.SchemaRouter"

TENANT_URLCONFS = {"department": "config.urls_department", "agency": "config.urls_agency"}
# MARKETPLACE_HOSTS adds names by which a load balancer or a health check asks for the marketplace.
MARKETPLACE_HOSTS = {PUBLIC_HOST, *environment.optional("MARKETPLACE_HOSTS").split()} | (
    set() if environment.is_production else {"127.0.0.1", "testserver"}
)
# Called with person_id and tenant_id; answers with what `request.membership` becomes, or None.
TENANT_MEMBERSHIP_RESOLVER = "accounts.memberships.find_membership"
# Open to signed-in people without a membership: signing in and out, files of the pages themselves.
TENANT_VISITOR_PATHS = ["/accounts/", "/_allauth/", "/static/"]
