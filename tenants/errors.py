from kernel.errors import IllegalTransition, InvalidInput, NotFound, Refusal


class UnknownTenant(NotFound):
    """No such department or agency, or not an active one: both look alike from outside."""

    code = "unknown_tenant"


class NameTaken(InvalidInput):
    code = "tenant_name_taken"


class NameNotUsable(InvalidInput):
    code = "tenant_name_not_usable"


class TenantNotInState(IllegalTransition):
    code = "tenant_not_in_state"


class TenantDeletionRefused(Refusal):
    code = "tenant_deletion_refused"


class SchemaAlreadyExists(Refusal):
    """A schema with this name is already there; adopting it would hand its old rows to a new tenant."""

    code = "tenant_schema_exists"


class SchemaNotAsExpected(Refusal):
    """The finished schema differs from what the migrations describe."""

    code = "tenant_schema_not_as_expected"


class TenantsNotMigrated(Refusal):
    code = "tenants_not_migrated"


class TenantContextError(RuntimeError):
    """A programming mistake around schemas: never a user's fault, so it is not a refusal."""
