"""`manage.py migrate_platform` as a function: the whole database brought up to date with the owner's login."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.management import call_command
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import transaction

from tenants import grants
from tenants.models import Tenant
from tenants.ownership import OWNER, one_at_a_time, rows
from tenants.row_level_security import apply_policies
from tenants.schema_migrations import TenantPlan, migrate_tenants, tenants_behind
from tenants.walls import TABLES


@dataclass(frozen=True)
class PlatformMigration:
    walls_changed: list[str]
    tenants_migrated: int
    tables_without_wall: list[str]


def migrate_platform(*, at: datetime, say: Callable[[str], None] = lambda text: None) -> PlatformMigration:
    """Public schema, roles, rights, walls, then every tenant that is behind. Safe to repeat and to stop."""
    with one_at_a_time():
        grants.ensure_platform_roles()
        if _public_is_behind():
            say("Public schema: migrating.")
            # Django's own command: django-tenants replaces `migrate` with one that knows nothing of the owner's login.
            call_command(MigrateCommand(), database=OWNER, interactive=False, verbosity=0)
        with transaction.atomic(using=OWNER):
            grants.apply_public_rights()
            changed = apply_policies()
        plan = TenantPlan()
        behind = tenants_behind(plan)
        if behind:
            say(f"Tenants: {len(behind)} behind.")
        for tenant in Tenant.objects.using(OWNER).filter(id__in=[tenant.id for tenant in behind]):
            with transaction.atomic(using=OWNER):
                grants.ensure_tenant_rights(tenant)
        migrated = migrate_tenants(tenants=behind, plan=plan, at=at)
    unlisted = sorted(set(grants.public_tables()) - set(TABLES))
    return PlatformMigration(walls_changed=changed, tenants_migrated=migrated, tables_without_wall=unlisted)


def _public_is_behind() -> bool:
    """Reading the migration graph costs less than Django's whole command, which every start would pay."""
    if not rows("SELECT FROM pg_class WHERE oid = to_regclass('public.django_migrations')"):
        return True
    from django.db.migrations.loader import MigrationLoader

    applied = set(rows("SELECT app, name FROM public.django_migrations"))
    return not set(MigrationLoader(None, ignore_no_migrations=True).graph.nodes) <= applied
