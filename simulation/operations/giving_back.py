"""After the bill a part is given back, or all of it: everybody who got a share gives back theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from simulation.player import Player
from simulation.registry import Operation, serves


class GiveBack(Operation):
    weight = 4

    def perform(self, player: Player) -> bool:
        job = player.town.any_job(player.draw, "paid", "done", "over")
        if job is None:
            return False
        answer = player.ask(
            "give_back",
            job_id=job.id,
            per_cent=player.draw.choice((1, 10, 33, 50, 100)),
            # The form's own: pressed twice, it is one refund.
            request_id=str(UUID(int=player.draw.getrandbits(128))),
        )
        return "case_id" in answer


@serves("give_back")
def give_back(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing.giving_back.refund_cases import open_case, refundable_cents
    from kernel.actors import system
    from marketplace.models import Job

    job = Job.objects.get(id=given["job_id"])
    cents = refundable_cents(job_id=job.id, currency=job.currency) * given["per_cent"] // 100
    case = open_case(
        job=job,
        amount_cents=cents,
        currency=job.currency,
        reason="The gate was opened late.",
        request_id=UUID(given["request_id"]),
        actor=system("simulation"),
        at=at,
    )
    return {"case_id": str(case.id)}
