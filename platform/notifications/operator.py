"""What operators hear: money that cannot move by itself."""

from datetime import datetime

from accounts.models import Person
from kernel.subscriptions import Event
from notifications import wording
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link

# The only moves that are asked for again after a refusal: the hold itself ends before long.
_AGAIN = "It is asked for again every hour until the hold is over. Look at the payment at Stripe."
_ENDINGS = {"capture": ("capture of a hold", _AGAIN), "cancel": ("release of a hold", _AGAIN)}


def announce_failed_move(*, event: Event, at: datetime) -> None:
    """billing.move_failed: Stripe refused to move money; somebody must look."""
    payload = event.payload
    what, then = _ENDINGS.get(payload["kind"], (payload["kind"], "The money stays where it is until you decide."))
    letter = Letter(
        subject=f"A {what} failed",
        heading=f"A {what} failed",
        paragraphs=(payload["reason"], then),
        facts=(
            ("Amount", wording.money(payload["amount_cents"], payload["currency"])),
            ("Reference", payload["move_id"]),
        ),
        action=("Open the books", marketplace_link("operator:money")),
    )
    for operator in Person.objects.filter(is_staff=True, is_active=True):
        send_letter(
            letter,
            business_key=f"{event.id}:{operator.id}",
            recipient=operator.email,
            person_id=operator.id,
            at=at,
        )
