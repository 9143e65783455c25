"""One item that an officer sends from the field, whatever it tells: who, of which shift, from which phone, and when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.actors import Actor
from marketplace.models import Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldItem:
    """`punch_id` is made by the phone, so that an item sent twice is stored once. `at` is when it arrived; `client_at`
    counts instead when it `sent_late`, because it waited in the phone for a connection."""

    officer: Officer
    assignment_id: UUID
    punch_id: UUID
    client_at: datetime | None = None
    sent_late: bool = False
    device_id: str = ""
    actor: Actor
    at: datetime
