"""The client pays on the hosted page: at once, after a refused card, twice, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulation.player import Player
from simulation.registry import Operation, serves
from simulation.town import Job

_SETTLED_ALREADY = ("AlreadyPaid",)


class Pay(Operation):
    weight = 16
    heap, next_heap = "accepted", "paid"

    def perform(self, player: Player) -> bool:
        job = player.town.take(self.heap, player.draw)
        if job is None:
            return False
        answer = player.ask("pay", job_id=job.id)
        if answer.get("refused") in _SETTLED_ALREADY:
            player.town.put(self.next_heap, job)
            return True
        if "pay_url" not in answer:
            return self._not_now(player, job, answer)
        player.town.put(self.next_heap if self._at_the_page(player, answer["pay_url"]) else self.heap, job)
        return True

    def _not_now(self, player: Player, job: Job, answer: dict[str, Any]) -> bool:
        gone = answer.get("refused") in ("ContractNotAccepted", "NotFound")
        player.town.put("over" if gone else self.heap, job)
        return answer.get("refused") in ("PaymentServiceUnavailable", "PaymentRefused")

    def _at_the_page(self, player: Player, url: str) -> bool:
        mood = player.draw.random()
        if mood < 0.08:
            return False
        if mood < 0.16:
            player.provider.press(url, outcome="declined")
        paid = player.provider.press(url, outcome="pay")
        if mood > 0.92:
            paid = player.provider.press(url, outcome="pay")
        return paid == 303


class PayRest(Pay):
    """After the last shift: what the saved card did not give is paid by hand."""

    weight = 5
    heap, next_heap = "done", "over"


class ReturnToPage(Operation):
    """The client comes back from the hosted page, sometimes before the webhook does."""

    weight = 5

    def perform(self, player: Player) -> bool:
        job = player.town.any_job(player.draw, "accepted", "paid")
        if job is None:
            return False
        player.ask("return", job_id=job.id)
        return True


@serves("pay")
def pay(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing.models import Contract
    from billing.receiving.checkout import start_checkout
    from kernel.actors import Actor

    contract = Contract.objects.filter(job_id=given["job_id"], state=Contract.State.ACCEPTED).first()
    if contract is None:
        return {"refused": "NotFound"}
    actor = Actor(kind="person", person_id=contract.accepted_by_person_id, label="client")
    return {"pay_url": start_checkout(contract_id=contract.id, actor=actor, at=at).pay_url}


@serves("return")
def come_back(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing.receiving.checkout import refresh_job

    refresh_job(job_id=given["job_id"], at=at)
    return {}
