"""What a shift's department sees of its waves: how many were told when, by which way, and who. Never how near."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from marketplace.models import Invitation, InvitationRound, Shift

MOST_NAMES = 500


@dataclass(frozen=True, slots=True)
class WaveSeen:
    """Officers told one by one, those that a summary told or will tell, and those who do not want to be told."""

    number: int
    at: datetime
    single: int
    summary: int
    untold: int

    @property
    def told(self) -> int:
        return self.single + self.summary


@dataclass(frozen=True, slots=True)
class RoundSeen:
    """One opening. `next_wave_at` is None when every wave is out, or the round has ended as `ended_reason` says."""

    tier_id: str
    all_at_once: bool
    wave: int
    planned: int
    waiting: int
    next_wave_at: datetime | None
    ended_at: datetime | None
    ended_reason: str
    waves: tuple[WaveSeen, ...]

    @property
    def told(self) -> int:
        return sum(wave.told for wave in self.waves)


@dataclass(frozen=True, slots=True)
class InvitedOfficer:
    """`due_at` is when the message could leave, or the summary was made; None for who was not told."""

    name: str
    wave: int
    telling: str
    due_at: datetime | None


def rounds_of(*, shift: Shift) -> list[RoundSeen]:
    """The newest first. One query."""
    rounds: dict[UUID, dict[str, Any]] = {}
    waves: dict[UUID, dict[tuple[int, datetime], dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = (
        InvitationRound.objects.filter(shift=shift)
        .values(*_OF_ROUND, "invitations__wave", "invitations__invited_at", "invitations__telling")
        .annotate(count=Count("invitations"))
        .order_by("-opened_at", "-id", "invitations__wave")
    )
    for row in rows:
        rounds[row["id"]] = row
        if row["count"]:
            told = waves[row["id"]][row["invitations__wave"], row["invitations__invited_at"]]
            told[row["invitations__telling"]] = row["count"]
    return [_seen(row, waves[round_id]) for round_id, row in rounds.items()]


_OF_ROUND = (
    "id", "opened_at", "tier_id", "all_at_once", "wave", "waves", "waiting", "next_wave_at", "ended_at", "ended_reason",
)  # fmt: skip


def _seen(row: dict[str, Any], waves: dict[tuple[int, datetime], dict[str, int]]) -> RoundSeen:
    return RoundSeen(
        tier_id=row["tier_id"],
        all_at_once=row["all_at_once"],
        wave=row["wave"],
        planned=row["waves"],
        waiting=row["waiting"],
        next_wave_at=row["next_wave_at"],
        ended_at=row["ended_at"],
        ended_reason=row["ended_reason"],
        waves=tuple(
            WaveSeen(
                number=number,
                at=invited_at,
                single=told.get(Invitation.Telling.SINGLE, 0),
                summary=told.get(Invitation.Telling.SUMMARY, 0),
                untold=told.get(Invitation.Telling.UNTOLD, 0),
            )
            for (number, invited_at), told in waves.items()
        ),
    )


def invited_officers(*, shift: Shift) -> list[InvitedOfficer]:
    """The department's own, by name, at most MOST_NAMES: any other order would say who lives nearer.

    Others are counted and not named: whoever moves a venue and reads who is told finds out where they live.
    """
    rows = (
        Invitation.objects.filter(shift=shift, officer__home_department_id=shift.governing_department_id)
        .select_related("officer")
        .order_by("officer__display_name", "wave", "id")
    )
    return [
        InvitedOfficer(name=one.officer.display_name, wave=one.wave, telling=one.telling, due_at=one.due_at)
        for one in rows[:MOST_NAMES]
    ]
