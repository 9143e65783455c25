"""A client's bank takes a payment back for a while, or for good; then the platform says who bears it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulation.calls import Provider, Web
from simulation.player import Player
from simulation.registry import Operation, serves


class Dispute(Operation):
    weight = 2

    def perform(self, player: Player) -> bool:
        job = player.town.any_job(player.draw, "paid", "done", "over")
        reference = player.ask("charge_of", job_id=job.id)["reference"] if job else ""
        if not reference:
            return False
        opened = player.provider.control("POST", "disputes", {"charge": reference})
        return "id" in opened


class Decide(Operation):
    """The bank decides one of its open disputes."""

    weight = 2

    def perform(self, player: Player) -> bool:
        waiting = player.ask("open_disputes")["references"]
        if not waiting:
            return False
        outcome = player.draw.choice(("won", "lost"))
        return "id" in player.provider.control("POST", f"disputes/{player.draw.choice(waiting)}", {"outcome": outcome})


class BearLoss(Operation):
    """The operator says who bears what the bank has decided."""

    weight = 1

    def perform(self, player: Player) -> bool:
        return bool(player.ask("bear_losses", most=1)["decided"])


def end_all(web: Web, provider: Provider) -> None:
    """Before a checkpoint: the bank decides whatever it has heard of, so that nothing rests on it."""
    for number, reference in enumerate(web.ask("open_disputes")["references"]):
        provider.control("POST", f"disputes/{reference}", {"outcome": ("won", "lost")[number % 2]})


@serves("charge_of")
def charge_of(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """A payment that nobody disputes yet."""
    from billing.models import Charge

    paid = Charge.objects.filter(job_id=given["job_id"], state=Charge.State.SUCCEEDED, disputes=None)
    charge = paid.exclude(charge_reference="").order_by("id").first()
    return {"reference": charge.charge_reference if charge else ""}


@serves("open_disputes")
def open_disputes(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing.models import Dispute as Disputed

    waiting = Disputed.objects.filter(closed_at=None).order_by("id")
    return {"references": list(waiting.values_list("provider_reference", flat=True))}


@serves("bear_losses")
def bear_losses(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Those that are lost and of which nobody has said yet who bears them, in turn: payees, platform. {decided}"""
    from billing import dispute_losses, disputes
    from billing.models import Dispute as Disputed
    from kernel.actors import system
    from kernel.errors import Refusal

    decided = 0
    for lost in Disputed.objects.filter(state=disputes.LOST, decided_at=None).order_by("id")[: given["most"]]:
        borne_by = Disputed.Borne.PAYEES if lost.id.int % 2 else Disputed.Borne.PLATFORM
        try:
            dispute_losses.decide_loss(
                dispute_id=lost.id, borne_by=borne_by, reason="The bank said so.", actor=system("simulation"), at=at
            )
        except Refusal:
            # A transfer is on its way: once it has arrived.
            continue
        decided += 1
    return {"decided": decided}
