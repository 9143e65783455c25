"""The client accepts what is offered, changes their mind, or takes the request back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from simulation.operations.booking import shift_of
from simulation.player import Player
from simulation.registry import Operation, serves

# Every fifth job is supplied by the agency, the third payee mode beside both departments' own.
AGENCY_SHARE = 0.2
_OFFER_LASTS = timedelta(hours=24)


class Accept(Operation):
    weight = 16

    def perform(self, player: Player) -> bool:
        job = player.town.take("booked", player.draw)
        if job is None:
            return False
        answer: dict[str, Any] = {}
        if player.draw.random() < AGENCY_SHARE:
            agency_id = player.town.departments[job.department]["agency_id"]
            answer = player.ask("accept_agency", job_id=job.id, agency_id=agency_id)
        if not answer.get("contract_id"):
            answer = player.ask("accept", job_id=job.id)
        if answer.get("contract_id"):
            job.contract_id = answer["contract_id"]
            player.town.put("accepted", job)
            return True
        # Nothing is offered yet: the relay or a worker died, or has not come to it.
        player.town.put("over" if answer.get("refused") == "ContractTooLate" else "booked", job)
        return False


@serves("accept")
def accept(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from billing.agreeing.contracts import accept_contract
    from billing.models import Contract

    newest = Contract.objects.filter(job_id=given["job_id"]).order_by("-version").first()
    if newest is None:
        return {}
    if newest.state == Contract.State.OFFERED:
        person, actor = _client_of(given["job_id"])
        accept_contract(contract_id=newest.id, person=person, actor=actor, at=at)
        newest.refresh_from_db()
    return {"contract_id": str(newest.id)} if newest.state == Contract.State.ACCEPTED else {}


@serves("accept_agency")
def accept_agency(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The client asks agencies, the agency offers its own rates, the client takes them. A change stays with it."""
    from billing.agencies.acceptance import accept_offer
    from billing.agencies.offers import make_offer
    from billing.agencies.pricing import OfferTerms, RankOffer
    from kernel.actors import system
    from marketplace.agency_requests import ask_agencies
    from marketplace.models import Job

    job = Job.objects.get(id=given["job_id"])
    person, actor = _client_of(given["job_id"])
    ask_agencies(person=person, job_id=job.id, wanted=True, actor=actor, at=at)
    rank = "constable" if job.currency == "CAD" else "officer"
    version = make_offer(
        agency_id=UUID(given["agency_id"]),
        job_id=job.id,
        offered=OfferTerms((RankOffer(rank, 9_000, 6_000),), tax_numbers={"HST": "70000 0001 RT0001"}),
        valid_until=at + _OFFER_LASTS,
        message="",
        actor=system("simulation"),
        at=at,
    )
    contract = accept_offer(person=person, offer_id=version.offer_id, version=version.number, actor=actor, at=at)
    return {"contract_id": str(contract.id)}


def _client_of(job_id: str):  # type: ignore[no-untyped-def]
    from accounts.models import Person
    from kernel.actors import Actor

    person = Person.objects.get(client_memberships__client__jobs=job_id)
    return person, Actor(kind="person", person_id=person.id, label=person.full_name)


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
