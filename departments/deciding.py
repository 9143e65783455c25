"""Whose word a decision takes, and that it is given with a reason by somebody else than who asked."""

from collections.abc import Collection
from uuid import UUID

from accounts.desk_roles import DECIDERS
from accounts.models import Role
from departments.refusals_oversight import DeciderMissing, OwnRequest, ReasonNeeded
from kernel.actors import Actor
from kernel.errors import InvalidInput

# A policy may name a role that is nobody's at the desk ("chief"): then the commander speaks for it.
_STANDS_IN = Role.COMMANDER
LONGEST_TEXT = 2000


def deciding_role(approval_role: str) -> str:
    """The desk's role that decides where the rules name this one."""
    wanted = approval_role.strip().lower()
    return wanted if wanted in DECIDERS else str(_STANDS_IN)


def require_decider(
    *, approval_role: str, roles: Collection[str], asked_by: Collection[UUID | None], actor: Actor
) -> str:
    """The role in which the actor decides. Raises DeciderMissing, OwnRequest."""
    wanted = deciding_role(approval_role)
    if wanted not in roles:
        raise DeciderMissing([wanted])
    if actor.person_id is not None and actor.person_id in asked_by:
        raise OwnRequest()
    return wanted


def checked_reason(reason: str, *, sentence: str = "Give a reason: it stays on file.", field: str = "reason") -> str:
    """Trimmed. Raises ReasonNeeded, InvalidInput."""
    return checked_text(reason, sentence=sentence, field=field, longest=LONGEST_TEXT)


def checked_text(text: str, *, sentence: str, field: str, longest: int) -> str:
    kept = text.strip()
    if not kept:
        raise ReasonNeeded(sentence) if field == "reason" else InvalidInput(sentence, field=field)
    if "\x00" in kept or len(kept) > longest:
        raise InvalidInput(f"Write at most {longest} characters, without control characters.", field=field)
    return kept
