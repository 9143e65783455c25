"""Reads the catalogues without gettext's tools, which a machine that runs the tests need not have."""

import ast
import re
from dataclasses import dataclass, field

from config.settings.paths import ROOT

_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$')


@dataclass
class Entry:
    """`forms` are the translations: one, or the singular and the plural."""

    message: str = ""
    plural: str = ""
    context: str = ""
    forms: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.message


def catalogue(locale: str) -> list[Entry]:
    """Every message of `locale/…/django.po` but the header. What is commented out is none."""
    blocks = (ROOT / "locale" / locale / "LC_MESSAGES" / "django.po").read_text().split("\n\n")
    return [entry for block in blocks if (entry := _entry(block)).message]


def _entry(block: str) -> Entry:
    said: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if found := _LINE.match(line):
            name = found[1]
            said[name] = ast.literal_eval(found[2])
        elif line.startswith('"'):
            said[name] += ast.literal_eval(line)
    return Entry(
        said.get("msgid", ""),
        said.get("msgid_plural", ""),
        said.get("msgctxt", ""),
        {name: text for name, text in said.items() if name.startswith("msgstr")},
        is_fuzzy=any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines()),
    )
