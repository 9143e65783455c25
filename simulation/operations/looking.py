"""Somebody looks at a job's money in the middle of everything: the identity holds at every moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulation.player import Player
from simulation.registry import Operation, serves


class Look(Operation):
    weight = 8

    def perform(self, player: Player) -> bool:
        job = player.town.any_job(player.draw, "accepted", "paid", "done", "over")
        if job is None:
            return False
        for broken in player.ask("identities", job_ids=[job.id])["broken"]:
            player.wrong(f"captured is not what it was spent on: {broken}")
        return True


@serves("identities")
def identities(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from dataclasses import asdict
    from uuid import UUID

    from billing.books.money import job_money

    broken = []
    for job_id in given["job_ids"]:
        money = job_money(UUID(job_id))
        if not money.identity_holds:
            broken.append({"job_id": job_id, **asdict(money)})
    return {"broken": broken}


@serves("verify")
def verify(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing.books import ledger_verification

    return {"problems": [f"{one.count} {one.rule}: {one.examples}" for one in ledger_verification.verify()]}


@serves("sweep")
def sweep(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """What the worker does every ten minutes, without the wait."""
    from billing.listening import sweeping

    sweeping.close_ended_sessions(at=at, limit=500)
    sweeping.fetch_missing_fees(at=at, limit=500)
    found = sweeping.sweep_events(at=at)
    sweeping.refresh_payees(at=at)
    return {"missing": found}


@serves("wake")
def wake(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """As when several shifts end in one moment: each of them wakes whoever sends."""
    from billing import tasks

    for _ in range(given["times"]):
        tasks.send_moves.delay()
    return {}
