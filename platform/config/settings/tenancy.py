TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
PUBLIC_SCHEMA_NAME = "public"
TENANT_URLCONFS = {"department": "config.urls_department", "agency": "config.urls_agency"}
