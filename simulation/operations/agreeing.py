"""The client accepts what is offered, changes their mind, or takes the request back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulation.operations.booking import shift_of
from simulation.player import Player
from simulation.registry import Operation, serves

# Every fifth job is supplied by the agency, the third payee mode beside both departments' own.
AGENCY_SHARE = 0.2


class Accept(Operation):
    weight = 16

    def perform(self, player: Player) -> bool:
        job = player.town.take("booked", player.draw)
        if job is None:
            return False
        agency_id = ""
        if player.draw.random() < AGENCY_SHARE:
            agency_id = player.town.departments[job.department]["agency_id"]
        answer = player.ask("accept", job_id=job.id, agency_id=agency_id)
        if answer.get("contract_id"):
            job.contract_id = answer["contract_id"]
            player.town.put("accepted", job)
            return True
        # Nothing is offered yet: the relay or a worker died, or has not come to it.
        player.town.put("over" if answer.get("refused") == "ContractTooLate" else "booked", job)
        return False


@serves("accept")
def accept(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from accounts.models import Person
    from billing.contracts import accept_contract
    from billing.models import Contract
    from kernel.actors import Actor

    newest = Contract.objects.filter(job_id=given["job_id"]).order_by("-version").first()
    if newest is None:
        return {}
    if newest.state == Contract.State.OFFERED:
        if given["agency_id"] and newest.version == 1:
            # Until agencies supply by themselves, the simulation says who does.
            Contract.objects.filter(id=newest.id).update(payee_mode="agency", agency_id=given["agency_id"])
        elif newest.version > 1:
            first = Contract.objects.get(job_id=given["job_id"], version=1)
            Contract.objects.filter(id=newest.id).update(payee_mode=first.payee_mode, agency_id=first.agency_id)
        person = Person.objects.get(client_memberships__client__jobs=given["job_id"])
        actor = Actor(kind="person", person_id=person.id, label=person.full_name)
        accept_contract(contract_id=newest.id, person=person, actor=actor, at=at)
        newest.refresh_from_db()
    return {"contract_id": str(newest.id)} if newest.state == Contract.State.ACCEPTED else {}


class Change(Operation):
    """Another set of shifts: more or fewer, longer or shorter, so that something is due or goes back."""

    weight = 5

    def perform(self, player: Player) -> bool:
        job = player.town.take("paid", player.draw)
        if job is None:
            return False
        shifts = [
            [player.draw.randrange(3 * 24, 20 * 24), player.draw.randrange(2, 7), player.draw.randrange(1, 4)]
            for _ in range(player.draw.randrange(0, 4))
        ]
        rules = player.town.departments[job.department]["rules"]
        answer = player.ask("change", job_id=job.id, rules=rules, keep=player.draw.randrange(0, 3), shifts=shifts)
        player.town.put("booked" if answer.get("revision") else "paid", job)
        return bool(answer.get("revision"))


@serves("change")
def change(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from dataclasses import replace

    from billing.models import Contract
    from kernel.actors import Actor
    from marketplace.models import Job
    from marketplace.posting import propose_change
    from marketplace.terms import JobTerms

    job = Job.objects.select_related("client").get(id=given["job_id"])
    accepted = Contract.objects.get(job=job, state=Contract.State.ACCEPTED)
    terms = JobTerms.from_json(accepted.terms)
    shifts = (
        *terms.shifts[: given["keep"]],
        *(shift_of(given["rules"], at, *shift) for shift in given["shifts"]),
    )
    if not shifts or any(shift.starts_at <= at for shift in shifts):
        return {}
    actor = Actor(kind="person", person_id=job.submitted_by_person_id, label="client")
    revision = propose_change(job=job, terms=replace(terms, shifts=shifts), actor=actor, at=at)
    return {"revision": revision.number}


class Withdraw(Operation):
    weight = 1

    def perform(self, player: Player) -> bool:
        job = player.town.take("accepted", player.draw)
        if job is None:
            return False
        answer = player.ask("withdraw", job_id=job.id)
        player.town.put("accepted" if "refused" in answer else "over", job)
        return "refused" not in answer


@serves("withdraw")
def withdraw(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from kernel.actors import Actor
    from marketplace.models import Job
    from marketplace.posting import withdraw_job

    job = Job.objects.get(id=given["job_id"])
    withdraw_job(job=job, actor=Actor(kind="person", person_id=job.submitted_by_person_id, label="client"), at=at)
    return {}
