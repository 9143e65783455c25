from django.db import models

from tenants.models.tenant import Tenant


class AppliedMigration(models.Model):
    """One migration that one tenant's schema has had.

    It lives in public, because a table of that name in both schemas would let a missing one fall through, and because
    one query must find who is behind among thousands.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="applied_migrations")
    app = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    applied_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "app", "name"], name="migration_applied_once")]

    def __str__(self) -> str:
        return f"{self.app}.{self.name}"
