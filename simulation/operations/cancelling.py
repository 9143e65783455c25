"""Shifts are cancelled for what the contract's matrix says: by the client, the department, the weather, the police."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulation.player import Player
from simulation.registry import Operation, serves

_BY = ("client", "client", "client", "department", "weather", "police_necessity")


class Cancel(Operation):
    weight = 4

    def perform(self, player: Player) -> bool:
        job = player.town.take("paid", player.draw)
        if job is None:
            return False
        answer = player.ask(
            "cancel",
            job_id=job.id,
            by=player.draw.choice(_BY),
            whole=player.draw.random() < 0.4,
            hours_before=player.draw.choice((2, 12, 30, 80)),
        )
        player.town.put("done" if answer.get("left") == 0 else "paid", job)
        return "cancelled" in answer


@serves("cancel")
def cancel(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The next shift, or all: so many hours before it begins, or now when that would be later. {cancelled, left}"""
    from datetime import timedelta

    from billing import cancelling
    from kernel.actors import system
    from kernel.models import OutboxDelivery
    from marketplace.models import Job, Shift

    job = Job.objects.get(id=given["job_id"])
    unfinished = Shift.objects.filter(job=job, finished_at=None).exclude(state=Shift.State.CANCELLED)
    shift = unfinished.order_by("number").first()
    if shift is None:
        return {"left": 0}
    moment = max(at, shift.starts_at - timedelta(hours=given["hours_before"]))
    wanted = None if given["whole"] else [shift.id]
    offer = cancelling.quote_cancellation(job=job, shift_ids=wanted, cancelled_by=given["by"], at=moment)
    cancelling.cancel(
        job=job, shift_ids=wanted, cancelled_by=given["by"], reason="The event is off.", expected_cents=offer.cents,
        actor=system("simulation"), at=moment,
    )  # fmt: skip
    # Cancelled ahead of everybody else's clock: what it announced is delivered now, not in some days.
    OutboxDelivery.objects.filter(event__payload__job_id=str(job.id), due_at__gt=at).update(due_at=at)
    return {"cancelled": offer.cents, "left": unfinished.count()}
