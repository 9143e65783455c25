"""A saved card goes bad, so that hours beyond those prepaid cannot be taken from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulation.player import Player
from simulation.registry import Operation, serves


class CardGoesBad(Operation):
    weight = 2

    def perform(self, player: Player) -> bool:
        job = player.town.any_job(player.draw, "paid")
        reference = player.ask("card", job_id=job.id)["reference"] if job else ""
        if not reference:
            return False
        behaviour = player.draw.choice(("declined", "insufficient_funds", "authentication_required", "succeeds"))
        player.provider.control("POST", f"payment_methods/{reference}", {"behaviour": behaviour})
        return True


@serves("card")
def saved_card(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing.models import Charge

    charge = Charge.objects.filter(job_id=given["job_id"]).exclude(payment_method_reference="").first()
    return {"reference": charge.payment_method_reference if charge else ""}
