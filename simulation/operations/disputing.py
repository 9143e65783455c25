"""Clients take payments to their banks, evidence is submitted, banks decide, and somebody bears what was lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulation.calls import Provider
from simulation.player import Player
from simulation.registry import Operation, serves

BORNE_BY = ("payees", "platform")


class TakeToBank(Operation):
    weight = 2

    def perform(self, player: Player) -> bool:
        job = player.town.any_job(player.draw, "paid", "done", "over")
        references = player.ask("payments", job_id=job.id)["references"] if job else []
        if not references:
            return False
        # The bank refuses a second dispute of one payment.
        return "id" in player.provider.control("POST", "disputes", {"charge": player.draw.choice(references)})


class SubmitEvidence(Operation):
    weight = 1

    def perform(self, player: Player) -> bool:
        waiting = player.ask("disputes")["open"]
        if not waiting:
            return False
        return "refused" not in player.ask("evidence", dispute_id=player.draw.choice(waiting)["id"])


class BankDecides(Operation):
    weight = 2

    def perform(self, player: Player) -> bool:
        waiting = player.ask("disputes")["open"]
        if not waiting:
            return False
        outcome = player.draw.choice(("won", "lost"))
        return decide(player.provider, player.draw.choice(waiting)["reference"], outcome)


class BearLoss(Operation):
    weight = 2

    def perform(self, player: Player) -> bool:
        lost = player.ask("disputes")["lost"]
        if not lost:
            return False
        answer = player.ask("bear", dispute_id=player.draw.choice(lost)["id"], borne_by=player.draw.choice(BORNE_BY))
        return "refused" not in answer


def decide(provider: Provider, reference: str, outcome: str) -> bool:
    """False when the bank had decided already."""
    return "id" in provider.control("POST", f"disputes/{reference}", {"outcome": outcome})


@serves("payments")
def payments(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing.models import Charge

    paid = Charge.objects.filter(job_id=given["job_id"], state=Charge.State.SUCCEEDED).exclude(charge_reference="")
    return {"references": list(paid.order_by("id").values_list("charge_reference", flat=True))}


@serves("disputes")
def disputes(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Those at a bank, and those lost that nobody bears yet."""
    from billing.contested.disputes import LOST
    from billing.models import Dispute

    open_ones = Dispute.objects.filter(closed_at=None).order_by("id")
    lost = Dispute.objects.filter(state=LOST, decided_at=None).order_by("id")
    return {
        name: [{"id": str(one.id), "reference": one.provider_reference} for one in found]
        for name, found in (("open", open_ones), ("lost", lost))
    }


@serves("evidence")
def submit_evidence(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from uuid import UUID

    from billing.contested import evidence
    from kernel.actors import system

    evidence.submit(dispute_id=UUID(given["dispute_id"]), remarks="Work was done.", actor=system("simulation"), at=at)
    return {}


@serves("bear")
def bear_loss(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from uuid import UUID

    from billing.contested.dispute_losses import decide_loss
    from kernel.actors import system

    decide_loss(
        dispute_id=UUID(given["dispute_id"]), borne_by=given["borne_by"], reason="Decided.", actor=system("simulation"),
        at=at,
    )  # fmt: skip
    return {}
