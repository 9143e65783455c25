"""What the policy engine refuses to read or to compute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a document: where (`rate_card.ranks[0].code`), what, and the line when the text is known."""

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        return f"{place}{self.path or 'document'}: {self.message}"


class PolicyInvalid(Refusal):
    code = "policy_invalid"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        listed = "; ".join(str(mistake) for mistake in self.mistakes[:20])
        super().__init__(f"The policy cannot be used until this is corrected: {listed}", mistakes=len(self.mistakes))


class UnknownRank(Refusal):
    code = "unknown_rank"

    def __init__(self, rank_code: str, known: Sequence[str]) -> None:
        super().__init__(
            f"The rate card has no rank “{rank_code}”. Choose one of: {', '.join(known)}.",
            field="rank_code",
            rank_code=rank_code,
            known=list(known),
        )


class UnknownVehicle(Refusal):
    code = "unknown_vehicle"

    def __init__(self, vehicle_code: str, known: Sequence[str]) -> None:
        offered = f"Choose one of: {', '.join(known)}." if known else "It offers no vehicles."
        super().__init__(
            f"The rate card has no vehicle “{vehicle_code}”. {offered}",
            field="vehicle_code",
            vehicle_code=vehicle_code,
            known=list(known),
        )


class ShiftCannotBePriced(Refusal):
    code = "shift_cannot_be_priced"


class OfficerShareExceedsPrice(Refusal):
    code = "officer_share_exceeds_price"

    def __init__(self, *, pay_cents: int, supplier_cents: int) -> None:
        super().__init__(
            "The officers' pay is more than the client pays for this shift. Correct the pay rates in the rate card.",
            pay_cents=pay_cents,
            supplier_cents=supplier_cents,
        )


class SnapshotUnreadable(Refusal):
    code = "snapshot_unreadable"
