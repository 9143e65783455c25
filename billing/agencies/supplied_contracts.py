"""What is different about a contract that an agency supplies: its rules on a change, and the job that becomes its."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from billing.agencies.pricing import OfferTerms, agency_policy
from billing.models import Contract
from departments.policy.documents import Policy
from departments.policy.loading import load_policy
from kernel.actors import Actor
from marketplace import agency_jobs
from marketplace.models import Job


def contract_to_follow(*, job: Job) -> Contract | None:
    """The accepted contract with an agency, when the job has one: a change is offered by the same supplier."""
    return Contract.objects.filter(job=job, state=Contract.State.ACCEPTED).exclude(agency_id=None).first()


def rules_for_change(*, before: Contract, policy: Policy) -> Policy:
    """The department's rules of the change, with the rates that the agency and the client agreed on."""
    return agency_policy(policy=policy, offered=OfferTerms.from_json(before.supplier_terms["offered"]))


def supplier_of_change(before: Contract | None) -> dict[str, Any]:
    """The contract's columns that name the supplier."""
    return {} if before is None else supplier_columns(agency_id=before.agency_id, terms=before.supplier_terms)


def supplier_columns(*, agency_id: UUID | None, terms: dict[str, Any]) -> dict[str, Any]:
    return {"agency_id": agency_id, "supplier_terms": terms}


def hand_over(*, contract: Contract, job: Job, actor: Actor, at: datetime) -> None:
    """The accepted contract's agency becomes the job's supplier, and its rates those of the positions. The job is
    locked."""
    assert contract.agency_id is not None
    card = load_policy(contract.policy, version=contract.policy_version).rate_card
    agency_jobs.hand_to_agency(
        job=job,
        agency_id=contract.agency_id,
        rates={rank.code: (rank.bill_rate_cents_per_hour, rank.pay_rate_cents_per_hour) for rank in card.ranks},
        actor=actor,
        at=at,
    )
