"""Shifts are worked, shorter or longer than agreed; nobody comes; or nobody could be found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from simulation.player import Player
from simulation.registry import Operation, serves


class Work(Operation):
    weight = 20

    def minutes(self, player: Player) -> list[int]:
        """For each place of the shift, in sixteenths of its length: 0 stays away, 16 is as agreed."""
        return [player.draw.choice((8, 12, 16, 16, 16, 17, 20, 0)) for _ in range(4)]

    def perform(self, player: Player) -> bool:
        job = player.town.take("paid", player.draw)
        if job is None:
            return False
        officers = list(player.town.departments[job.department]["officers"])
        player.draw.shuffle(officers)
        answer = player.ask("work", job_id=job.id, officers=officers, sixteenths=self.minutes(player))
        player.town.put("done" if answer.get("left") == 0 else "paid", job)
        return bool(answer.get("worked"))


class NoShow(Work):
    """All are awarded and none comes: everything goes back."""

    weight = 3

    def minutes(self, player: Player) -> list[int]:
        return [0] * 4


class Unfilled(Work):
    """Nobody was found for the shift."""

    weight = 3

    def minutes(self, player: Player) -> list[int]:
        return []


@serves("work")
def work(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The next open shift of the job, finished as its timesheets would leave it. {worked, left}"""
    from django.db import transaction

    from kernel.actors import system
    from kernel.models import OutboxDelivery
    from marketplace.models import Job, Shift
    from marketplace.shifts import expire_shift, finish_shift

    with transaction.atomic():
        # Pressed twice after a lost answer, it must not work two shifts.
        Job.objects.select_for_update().get(id=given["job_id"])
        unfinished = Shift.objects.filter(job_id=given["job_id"], finished_at=None).exclude(state=Shift.State.CANCELLED)
        shift = unfinished.filter(state=Shift.State.OPEN).order_by("number").first()
        if shift is None:
            return {"left": unfinished.count()}
        if given["sixteenths"]:
            _attend(shift, given["officers"], given["sixteenths"], at)
            finish_shift(shift_id=shift.id, at=shift.ends_at + timedelta(hours=1), actor=system("simulation"))
        else:
            expire_shift(shift_id=shift.id, at=shift.ends_at, actor=system("simulation"))
        # The shift ended ahead of everybody else's clock: what it announced is delivered now, not in some days.
        OutboxDelivery.objects.filter(event__payload__shift_id=str(shift.id), due_at__gt=at).update(due_at=at)
        return {"worked": str(shift.id), "left": unfinished.count()}


def _attend(shift: Any, officers: list[str], sixteenths: list[int], at: datetime) -> None:
    from marketplace.models import Assignment, Timesheet

    length = int((shift.ends_at - shift.starts_at).total_seconds() // 60)
    states = [Assignment.State.CHECKED_OUT if part else Assignment.State.NO_SHOW for part in sixteenths]
    for assignment, part in zip(assign(shift, officers, states, at), sixteenths, strict=False):
        minutes = length * part // 16
        if minutes:
            ends_at = shift.starts_at + timedelta(minutes=minutes)
            Timesheet.objects.create(
                assignment=assignment, state=Timesheet.State.APPROVED, worked_starts_at=shift.starts_at,
                worked_ends_at=ends_at, worked_minutes=minutes, billable_minutes=minutes, payable_minutes=minutes,
                submitted_at=ends_at, decided_at=ends_at, decided_by="client",
            )  # fmt: skip


def assign(shift: Any, officers: list[str], states: Sequence[str], at: datetime) -> list[Any]:
    """Places for those of the officers who are free then, as many as there are places and states."""
    from marketplace.models import Assignment, Award, Position

    position = Position.objects.get(shift=shift)
    period = (shift.starts_at, shift.ends_at)
    busy = set(
        Assignment.objects.filter(
            officer_id__in=officers, state__in=Assignment.LIVE_STATES, period__overlap=period
        ).values_list("officer_id", flat=True)
    )
    free = [officer for officer in officers if officer not in {str(one) for one in busy}][: position.headcount]
    award = Award.objects.create(
        shift=shift, position=position, decided_at=at, decided_by="simulation", engine_version="1", policy_version=1,
        policy_sha256="0" * 64, snapshot={},
    )  # fmt: skip
    return [
        Assignment.objects.create(
            shift=shift, position=position, officer_id=officer_id, award=award, period=period, state=state,
            pay_rate_cents_per_hour=position.pay_rate_cents_per_hour, pay_code=position.pay_code,
            authorised_ends_at=shift.ends_at, created_at=at,
        )
        for officer_id, state in zip(free, states, strict=False)
    ]  # fmt: skip
