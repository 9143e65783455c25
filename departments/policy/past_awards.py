"""Past awards as values, so that they can be made again under other rules. Filled from what the awards kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from departments.policy.documents import Policy
from departments.policy.facts import Commitment, OfficerFacts, ShiftFacts, Waiver


@dataclass(frozen=True, slots=True)
class PastBidder:
    """One who was judged for an award, with the facts as they were then.

    `rules` are those that judged them: for another department's officer its own, which a draft does not touch.
    `key_values` are the award's own for the keys of its order.
    """

    officer_id: str
    bid_at: datetime
    officer: OfficerFacts
    shift: ShiftFacts
    commitments: tuple[Commitment, ...]
    waivers: tuple[Waiver, ...]
    rules: Policy
    is_own: bool
    key_values: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastAward:
    """One decision on one position. `kind` is the award's own; `won` are the officers who got a place by it."""

    award_id: str
    kind: str
    decided_at: datetime
    shift_id: str
    position_id: str
    starts_at: datetime
    ends_at: datetime
    headcount: int
    seed: str
    rules: Policy
    bidders: tuple[PastBidder, ...]
    won: frozenset[str]

    @property
    def is_ranked(self) -> bool:
        return self.kind not in ("first_come", "backup", "manual")

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class PastWork:
    """A place that somebody really had. `given_up_at`: when they lost it without having worked."""

    officer_id: str
    shift_id: str
    starts_at: datetime
    ends_at: datetime
    given_at: datetime
    award_id: str = ""
    worked_minutes: int | None = None
    given_up_at: datetime | None = None

    @property
    def minutes(self) -> int:
        """Worked where it is known, scheduled otherwise, as the orders count."""
        if self.worked_minutes is not None:
            return self.worked_minutes
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    def counts_for(self, award: PastAward) -> bool:
        """Was it somebody's when `award` was made? Awards of one moment follow each other by their ids."""
        return (self.given_at, self.award_id) < (award.decided_at, award.award_id) and (
            self.given_up_at is None or self.given_up_at > award.decided_at
        )


@dataclass(frozen=True, slots=True)
class History:
    """`awards` in the order in which they were made; `work` of everybody who is judged in them, also before them."""

    awards: tuple[PastAward, ...]
    work: tuple[PastWork, ...]


# Sorts after every real date: whoever has none goes last, as the award itself does it.
NO_DATE = date.max
