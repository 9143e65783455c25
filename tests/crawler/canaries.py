"""Marked texts: whose they are can be read from the text itself, wherever it turns up.

    CNRY-<owner>-<noun>-<number>      CNRY-aclient1-title-1

Owners begin with the tenant's letter. `client` texts are a job's, `billing` texts are the client's own, `officer` is an
officer's name, `roster` what only their department knows, `private` what nobody but the officer may ever see, `desk`
what coordinators wrote for each other.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

_CANARY = re.compile(r"cnry-\s*([a-z]+[0-9]*)-\s*([a-z]+)-\s*([0-9]+)", re.IGNORECASE)


def canary(owner: str, noun: str, number: int = 1) -> str:
    return f"CNRY-{owner}-{noun}-{number}"


def mail_canary(owner: str, noun: str, number: int = 1) -> str:
    return f"{canary(owner, noun, number).lower()}@example.org"


def owners_in(text: str) -> set[str]:
    """Whose marks the text holds."""
    return {found[1].lower() for found in _CANARY.finditer(text)}


def foreign_marks(text: str, *, allowed: Collection[str]) -> list[str]:
    """The marks that this reader should not have been given."""
    return sorted({found[0].lower() for found in _CANARY.finditer(text) if found[1].lower() not in allowed})


@dataclass(frozen=True)
class Secrets:
    """What an officer alone may see, in every spelling in which it could slip out."""

    owner: str
    home_label: str
    phone: str
    latitude: float
    longitude: float
    birth_date: date

    def found_in(self, text: str) -> list[str]:
        return [name for name, pattern in self._patterns().items() if re.search(pattern, text, re.IGNORECASE)]

    def _patterns(self) -> dict[str, str]:
        digits = self.phone.removeprefix("+1")
        area, exchange, line = digits[:3], digits[3:6], digits[6:]
        born = self.birth_date
        month = f"{born:%b}[a-z]*"
        return {
            "home label": re.escape(self.home_label),
            "phone": rf"{area}\D{{0,3}}{exchange}\D{{0,3}}{line}",
            "home latitude": re.escape(f"{self.latitude:.3f}"),
            "home longitude": re.escape(f"{abs(self.longitude):.3f}"),
            "birth date": rf"{born:%Y-%m-%d}|{born.day} {month} {born:%Y}|{month} {born.day}, {born:%Y}",
        }
