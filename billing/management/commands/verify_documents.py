import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.documents.verification import verify_documents


class Command(BaseCommand):
    help = "Hash every issued document again and count every series; answers in JSON, and fails when something differs."

    def handle(self, *arguments: Any, **options: Any) -> None:
        found = verify_documents()
        self.stdout.write(json.dumps(found.to_json(), indent=2))
        if not found.is_in_order:
            raise CommandError("Documents are not as they were issued. Nothing was changed; look at those named above.")
