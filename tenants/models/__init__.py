from tenants.models.applied_migration import AppliedMigration
from tenants.models.domain import Domain
from tenants.models.scoped import TenantScopedModel
from tenants.models.tenant import Tenant

__all__ = ["AppliedMigration", "Domain", "Tenant", "TenantScopedModel"]
