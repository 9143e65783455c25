import sys
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import clock
from tenants.errors import TenantsNotMigrated
from tenants.platform_migration import migrate_platform
from tenants.schema_migrations import TenantPlan, tenants_behind


class Command(BaseCommand):
    help = "Bring the public schema, roles, rights, walls and every tenant's schema up to date (owner's login)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; exit 1 when a tenant is behind.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            behind = tenants_behind(TenantPlan())
            self.stdout.write(f"{len(behind)} tenants are behind.")
            sys.exit(1 if behind else 0)
        started = monotonic()
        try:
            result = migrate_platform(at=clock.now(), say=self.stdout.write)
        except TenantsNotMigrated as refusal:
            raise CommandError(str(refusal)) from refusal
        for table in result.tables_without_wall:
            self.stderr.write(f"Table {table} has no wall: list it in tenants/walls.py.")
        self.stdout.write(
            f"Database is up to date: {result.tenants_migrated} tenants migrated, "
            f"{len(result.walls_changed)} walls changed, {monotonic() - started:.1f} s."
        )
