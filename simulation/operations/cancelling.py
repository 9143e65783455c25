"""Dates are called off by the client, the department, for the weather or the police, as the policy's matrix says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulation.operations.working import assign
from simulation.player import Player
from simulation.registry import Operation, serves

_BY = ("client", "client", "department", "weather", "police_necessity")
_LONGEST_JOB = 6


class Cancel(Operation):
    """Some dates of a paid request, or all: what the matrix keeps is billed, the rest goes back."""

    weight = 5

    def perform(self, player: Player) -> bool:
        job = player.town.take("paid", player.draw)
        if job is None:
            return False
        officers = list(player.town.departments[job.department]["officers"])
        player.draw.shuffle(officers)
        answer = player.ask(
            "cancel",
            job_id=job.id,
            officers=officers,
            numbers=[number for number in range(1, _LONGEST_JOB + 1) if player.draw.random() < 0.5],
            cancelled_by=player.draw.choice(_BY),
        )
        player.town.put("done" if answer.get("left") == 0 else "paid", job)
        return bool(answer.get("cancelled"))


@serves("cancel")
def cancel(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Those of the shifts that have not begun, each with officers who had a place. {cancelled, left}"""
    from django.db import transaction

    from billing.giving_back.cancelling import cancel, quote_cancellation
    from kernel.actors import Actor
    from marketplace.cancelling import CANCELLABLE_STATES
    from marketplace.models import Assignment, Job, Shift

    by = given["cancelled_by"]
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=given["job_id"])
        shifts = Shift.objects.filter(
            job=job, number__in=given["numbers"], state__in=CANCELLABLE_STATES, finished_at=None, starts_at__gt=at
        )
        found = list(shifts.order_by("number"))
        if not found:
            return {}
        for shift in found:
            assign(shift, given["officers"], [Assignment.State.CONFIRMED] * 4, at)
        ids = [shift.id for shift in found]
        offer = quote_cancellation(job=job, shift_ids=ids, cancelled_by=by, at=at)
        actor = Actor(kind="person", person_id=job.submitted_by_person_id, label="client")
        cancel(
            job=job,
            shift_ids=ids,
            cancelled_by=by,
            reason="Called off.",
            expected_cents=offer.cents,
            actor=actor,
            at=at,
        )
        left = Shift.objects.filter(job=job, finished_at=None).exclude(state=Shift.State.CANCELLED).count()
        return {"cancelled": len(ids), "left": left}
