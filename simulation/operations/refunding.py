"""A part of what was billed is given back: by everybody who got a part of it, with reversals of what was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from simulation.player import Player
from simulation.registry import Operation, serves


class GiveBack(Operation):
    weight = 4

    def perform(self, player: Player) -> bool:
        job = player.town.any_job(player.draw, "done", "over")
        if job is None:
            return False
        answer = player.ask(
            "give_back",
            job_id=job.id,
            sixteenths=player.draw.choice((1, 4, 8, 16)),
            request_id=str(UUID(int=player.draw.getrandbits(128), version=4)),
        )
        return "given_back" in answer


@serves("give_back")
def give_back(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing import refund_cases
    from kernel.actors import system
    from marketplace.models import Job

    job = Job.objects.get(id=given["job_id"])
    most = refund_cases.refundable_cents(job_id=job.id, currency=job.currency)
    case = refund_cases.open_case(
        job=job, amount_cents=most * given["sixteenths"] // 16, currency=job.currency, reason="The gate was closed.",
        request_id=UUID(given["request_id"]), actor=system("simulation"), at=at,
    )  # fmt: skip
    return {"given_back": case.amount_cents}
