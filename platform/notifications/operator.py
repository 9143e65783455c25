"""What operators hear: money that cannot move by itself."""

from datetime import datetime

from accounts.models import Person
from kernel.subscriptions import Event
from notifications import wording
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link


def announce_failed_move(*, event: Event, at: datetime) -> None:
    """billing.move_failed: Stripe refused a refund or transfer for good; somebody must look."""
    payload = event.payload
    letter = Letter(
        subject=f"A {payload['kind']} failed",
        heading=f"A {payload['kind']} failed for good",
        paragraphs=(payload["reason"], "The money stays where it is until you decide."),
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
