"""The draw as anybody may check it: what was committed to, the seed once it is out, and every ticket.

Nothing here names a person, a client or a place: officers are their ids, which say nothing outside of the platform.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from departments.policy.draws import commitment_of, draw_value
from kernel.errors import NotFound
from marketplace.models import Award, Shift


@dataclass(frozen=True)
class Ticket:
    """`recorded` is what the award went by, `computed` what the seed gives now."""

    officer_id: str
    recorded: str
    computed: str

    @property
    def fits(self) -> bool:
        return self.recorded == self.computed


@dataclass(frozen=True)
class DrawnPosition:
    """One rank of the shift. `tickets` are in the order of the draw."""

    rank_name: str
    decided_at: datetime
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True)
class PublicDraw:
    """`seed` is empty until the award. `fits` is None until there is something to check."""

    shift: Shift
    commitment: str
    published_at: datetime | None
    seed: str
    revealed_at: datetime | None
    positions: tuple[DrawnPosition, ...]

    @property
    def fits(self) -> bool | None:
        if not self.seed:
            return None
        tickets = (ticket for position in self.positions for ticket in position.tickets)
        return commitment_of(self.seed) == self.commitment and all(ticket.fits for ticket in tickets)

    def to_json(self) -> dict[str, Any]:
        """What the verifiers read; the rule that they apply is written into it."""
        return {
            "rule": "commitment = SHA-256(seed); ticket = SHA-256(seed|shift_id|officer_id); the smallest goes first",
            "shift_id": str(self.shift.id),
            "commitment": self.commitment,
            "commitment_published_at": _text(self.published_at),
            "seed": self.seed or None,
            "seed_revealed_at": _text(self.revealed_at),
            "positions": [
                {
                    "rank": position.rank_name,
                    "tickets": [{"officer_id": one.officer_id, "ticket": one.recorded} for one in position.tickets],
                }
                for position in self.positions
            ],
        }


def public_draw(*, shift_id: UUID, department_id: UUID | None = None) -> PublicDraw:
    """The draw of a shift whose bidding has opened. On a department's own host only its own: pass `department_id`.

    Raises NotFound.
    """
    shifts = Shift.objects.filter(id=shift_id).exclude(draw_commitment="")
    if department_id is not None:
        shifts = shifts.filter(governing_department_id=department_id)
    shift = shifts.first()
    if shift is None:
        raise NotFound("There is no such draw.")
    awards = [
        award
        for award in Award.objects.filter(shift=shift).select_related("position").order_by("decided_at", "id")
        if award.snapshot.get("ranking")
    ]
    # A seed that is out can decide nothing any more: never before every position is awarded.
    is_out = shift.awarded_at is not None and bool(awards)
    seed = awards[0].snapshot["draw"]["seed"] if is_out else ""
    return PublicDraw(
        shift=shift,
        commitment=shift.draw_commitment,
        published_at=shift.opened_at,
        seed=seed,
        revealed_at=shift.awarded_at if is_out else None,
        positions=tuple(_position(award, seed, str(shift.id)) for award in awards) if is_out else (),
    )


def _position(award: Award, seed: str, shift_id: str) -> DrawnPosition:
    tickets = [
        Ticket(
            entry["officer_id"],
            str(entry["key_values"].get("draw", "")),
            draw_value(seed=seed, shift_id=shift_id, officer_id=entry["officer_id"]),
        )
        for entry in award.snapshot["ranking"]["entries"]
    ]
    tickets.sort(key=lambda one: (one.recorded, one.officer_id))
    return DrawnPosition(award.position.rank_name, award.decided_at, tuple(tickets))


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
