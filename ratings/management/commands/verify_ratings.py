import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ratings.verifying import differences


class Command(BaseCommand):
    help = (
        "Compute every shown rating again from the ratings, print what differs as JSON, and exit 1 on any difference."
    )

    def handle(self, *arguments: Any, **options: Any) -> None:
        found = list(differences())
        self.stdout.write(json.dumps({"in_order": not found, "differences": found}, indent=2))
        if found:
            raise CommandError("Shown ratings differ from what was rated. Nothing was changed.")
