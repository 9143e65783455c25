"""Which card a client keeps for holds and additional hours. Saving one is in `card_saving`."""

from uuid import UUID

from billing.models import SavedCard


def card_of(*, client_id: UUID, currency: str) -> SavedCard | None:
    return SavedCard.objects.filter(client_id=client_id, currency=currency, state=SavedCard.State.SAVED).first()


def cards_of(*, client_id: UUID) -> list[SavedCard]:
    """One per currency. Reach the client through an access function first."""
    return list(SavedCard.objects.filter(client_id=client_id, state=SavedCard.State.SAVED).order_by("currency"))
