"""What a bill has beyond the prepaid money: from the hold on the saved card first, the rest by the contract's way."""

from datetime import datetime

from billing.agreeing.ways import way_of
from billing.cards import holds
from billing.models import Settlement


def collect(*, settlement: Settlement, at: datetime) -> None:
    """Leaves the intents only; a hold that is not needed is given back. Needs the locks of job and shift."""
    rest = settlement.extra_cents - holds.use_hold(settlement=settlement, at=at)
    if rest:
        way_of(settlement.contract).collect(settlement=settlement, amount_cents=rest, at=at)
