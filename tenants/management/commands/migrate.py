from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand


class Command(MigrateCommand):
    help = "Not for use here: run migrate_platform, which also keeps roles, rights, walls and tenants up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "Run `manage.py migrate_platform`: it migrates public and every tenant with the owner's login."
        )
