"""Who does something, and from where: the first argument of every audit event."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """`kind` is "person", "system" (a timer or worker) or "provider" (a verified webhook).

    `country`: of the address, as two letters; "" where no proxy tells it.
    """

    kind: str
    person_id: UUID | None = None
    label: str = ""
    address: str = ""
    user_agent: str = ""
    country: str = ""


SYSTEM = Actor(kind="system", label="Muster")


def system(label: str) -> Actor:
    """A named part of the platform itself, e.g. `system("award timer")`."""
    return Actor(kind="system", label=label)


def provider(label: str) -> Actor:
    return Actor(kind="provider", label=label)
