"""Collects officers' texts into `locale/` and compiles the catalogues. Needs GNU gettext; the product does not."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import makemessages

from config.settings.paths import ROOT
from config.translated_sources import LOCALES, is_translated_source


class Command(makemessages.Command):
    help = __doc__

    def handle(self, *arguments: Any, **options: Any) -> None:
        wanted = {"locale": list(LOCALES), "no_obsolete": True, "add_location": "file", "no_wrap": False}
        super().handle(*arguments, **{**options, **wanted})
        call_command("compilemessages", locale=list(LOCALES), ignore_patterns=[".venv", "var"])

    def find_files(self, root: str) -> list[Any]:
        found = super().find_files(root)
        return [one for one in found if is_translated_source(str((ROOT / one.path).resolve().relative_to(ROOT)))]
