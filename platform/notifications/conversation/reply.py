from dataclasses import dataclass
from datetime import datetime

from kernel.actors import Actor
from marketplace.models import Officer
from messaging.gsm import in_one_segment


@dataclass(frozen=True, slots=True)
class Sender:
    """A telephone and the officers who have proven it; more than one share it."""

    phone: str
    officers: tuple[Officer, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` "" is no answer. `outcome` is what the department reads; `officer` whom it was about, when known."""

    text: str
    outcome: str
    officer: Officer | None = None


def by_text(officer: Officer) -> Actor:
    return Actor(kind="person", person_id=officer.person_id, label=f"{officer.display_name}, by text message")


def fitted(template: str, *, stretch: str, **values: object) -> str:
    """In one segment: of all that is filled in, only what is named `stretch` gives way, so that commands stay whole."""
    words = {name: str(value) for name, value in values.items()}
    return in_one_segment(template, shortened={stretch: words.pop(stretch)}, **words)
