"""Offering a contract after approval and after every change; the client's acceptance."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import Person
from billing import events
from billing.agencies import supplied_contracts
from billing.agencies.pricing import as_agency_price
from billing.agreeing import agreed_terms, choosing
from billing.agreeing.pricing_requests import facts_for_price, price_terms, prices_to_json
from billing.agreeing.service_fees import service_fee_of, to_columns
from billing.bills import coverage, funding
from billing.models import Contract
from billing.refusals import ContractNotOpen, ContractTooLate
from departments.policies import policy_version
from departments.policy.documents import Policy
from departments.policy.pricing import total_of
from kernel import audit, outbox
from kernel.actors import SYSTEM, Actor
from kernel.errors import IllegalTransition, NotFound
from kernel.subscriptions import Event
from marketplace import posting, shifts
from marketplace.models import Client, Job, JobRevision
from marketplace.terms import JobTerms

_OPEN_JOB_STATES = (Job.State.APPROVED, Job.State.CONTRACTED)


def on_job_approved(*, event: Event, at: datetime) -> None:
    """marketplace.job_approved"""
    job = Job.objects.get(id=event.payload["job_id"])
    if job.state in _OPEN_JOB_STATES:
        offer_contract(job=job, at=at, actor=SYSTEM)


def on_change_proposed(*, event: Event, at: datetime) -> None:
    """marketplace.job_change_proposed; a request that is not approved yet gets its contract on approval."""
    job = Job.objects.get(id=event.payload["job_id"])
    if job.state in _OPEN_JOB_STATES:
        offer_contract(job=job, at=at, actor=SYSTEM)


def offer_contract(*, job: Job, at: datetime, actor: Actor) -> Contract:
    """Offer the job's newest revision at a price. The same revision again answers with the same contract.

    It is priced by the rate card that the client saw: the one in force when they asked for this revision.
    Raises IllegalTransition for a job that is not approved.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=job.id)
        if job.state not in _OPEN_JOB_STATES:
            raise IllegalTransition(f"Job {job.reference} is {job.state}: approve it before a contract is offered.")
        revision = _newest_revision(job)
        existing = Contract.objects.filter(job=job, revision_number=revision.number, agency_id=job.agency_id).first()
        if existing is not None:
            return existing
        policy = policy_version(department_id=job.governing_department_id, version=revision.policy_version)
        before = supplied_contracts.contract_to_follow(job=job)
        if before is not None:
            policy = supplied_contracts.rules_for_change(before=before, policy=policy)
        return _store_offer(job=job, revision=revision, policy=policy, before=before, at=at, actor=actor)


def accept_contract(
    *, contract_id: UUID, person: Person, actor: Actor, at: datetime, way: str | None = None
) -> Contract:
    """The client agrees to the terms and the price. The version before is superseded, the job becomes what was agreed.

    `way` is how the client wants to pay, of those that `choosing.ways_open_to` names; without one it stays as before.
    When there is nothing more to pay, the job is funded at once, and what was paid too much is refunded.
    Raises NotFound, ContractNotOpen, ContractTooLate, WayNotOpen, CreditSuspended, CreditExceeded.
    """
    job_id = contract_for_client(person=person, contract_id=contract_id).job_id
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=job_id)
        contract = Contract.objects.select_for_update().get(id=contract_id)
        if contract.state != Contract.State.OFFERED:
            raise ContractNotOpen(
                f"This contract is {contract.state} already. Open the request to see what is asked of you now.",
                version=contract.version,
            )
        if job.state not in _OPEN_JOB_STATES:
            raise ContractNotOpen(f"The request is {job.get_state_display().lower()}: its contract cannot be accepted.")
        terms = JobTerms.from_json(contract.terms)
        if min(shift.starts_at for shift in terms.shifts) <= at:
            raise ContractTooLate("The first shift has begun. Ask the department for new dates.")
        contract.way = choosing.choose(contract=contract, job=job, way=way)
        Contract.objects.filter(job=job, state=Contract.State.ACCEPTED).update(state=Contract.State.SUPERSEDED)
        contract.state = Contract.State.ACCEPTED
        contract.accepted_at = at
        contract.accepted_by_person_id = person.id
        contract.accepted_from_address = actor.address[:64]
        contract.save(update_fields=["state", "way", "accepted_at", "accepted_by_person_id", "accepted_from_address"])
        revision = JobRevision.objects.get(job=job, number=contract.revision_number)
        if revision.state == JobRevision.State.PROPOSED:
            posting.apply_revision(
                job=job,
                revision_number=revision.number,
                at=at,
                actor=actor,
                policy_version=contract.policy_version,
            )
        if contract.agency_id is not None:
            supplied_contracts.hand_over(contract=contract, job=job, actor=actor, at=at)
        if job.state == Job.State.APPROVED:
            shifts.mark_contracted(job_id=job.id, actor=actor, at=at)
        due_cents = coverage.due_cents(contract=contract)
        audit.record(
            actor=actor,
            action="contract.accepted",
            subject_kind="contract",
            subject_id=contract.id,
            tenant_id=job.governing_department_id,
            at=at,
            after={
                "version": contract.version,
                "total_cents": contract.total_cents,
                "due_cents": due_cents,
                "way": contract.way,
            },
        )
        outbox.announce(
            name=events.CONTRACT_ACCEPTED,
            payload={
                "contract_id": str(contract.id),
                "job_id": str(job.id),
                "version": contract.version,
                "due_cents": max(due_cents, 0),
                "currency": contract.currency,
            },
            tenant_id=job.governing_department_id,
            at=at,
        )
        funding.fund_when_covered(job_id=job.id, cause=f"contract:{contract.id}", actor=actor, at=at)
    return contract


def contract_for_client(*, person: Person, contract_id: UUID) -> Contract:
    """Raises NotFound, for a missing contract and for somebody else's alike."""
    contract = (
        Contract.objects.select_related("job__client", "job__venue")
        .filter(id=contract_id, job__client__members__person=person, job__client__members__ended_at=None)
        .first()
    )
    if contract is None:
        raise NotFound("There is no such contract of yours.")
    return contract


def contracts_of_job(*, job_id: UUID) -> list[Contract]:
    """All versions, the newest first. Reach the job through an access function."""
    return list(Contract.objects.filter(job_id=job_id).order_by("-version"))


def _newest_revision(job: Job) -> JobRevision:
    revision = (
        JobRevision.objects.filter(job=job).exclude(state=JobRevision.State.WITHDRAWN).order_by("-number").first()
    )
    if revision is None:
        raise IllegalTransition(f"Job {job.reference} has no terms to offer.")
    return revision


def _store_offer(
    *, job: Job, revision: JobRevision, policy: Policy, before: Contract | None, at: datetime, actor: Actor
) -> Contract:
    """`before`: the accepted contract with an agency, whose terms hold for the change as well."""
    terms = JobTerms.from_json(revision.terms)
    non_profit = job.client.kind == Client.Kind.NON_PROFIT
    service_fee = service_fee_of(job.governing_department_id)
    facts = facts_for_price(terms=terms, client=job.client, non_profit=non_profit)
    prices = price_terms(
        terms=terms,
        policy=policy,
        service_fee=service_fee,
        requested_at=revision.proposed_at,
        non_profit=non_profit,
        facts=facts,
    )
    supplier = supplied_contracts.supplier_of_change(before)
    if before is not None:
        prices = [as_agency_price(price=price, tax_numbers=before.supplier_terms["tax_numbers"]) for price in prices]
    totals = total_of(prices)
    # An offer that nobody answered gives way to the next.
    Contract.objects.filter(job=job, state=Contract.State.OFFERED).update(state=Contract.State.SUPERSEDED)
    newest = Contract.objects.filter(job=job).aggregate(version=Max("version"))["version"] or 0
    contract = Contract.objects.create(
        job=job,
        version=newest + 1,
        revision_number=revision.number,
        currency=policy.currency,
        terms=revision.terms,
        prices=prices_to_json(prices),
        policy=dict(policy.data),
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        # Without an agency there is nobody but the department to be paid by an agency's mode.
        payee_mode="payroll" if before is None and policy.payee_mode == "agency" else policy.payee_mode,
        **supplier,
        requested_at=revision.proposed_at,
        non_profit=non_profit,
        facts=facts,
        payment_terms=agreed_terms.agree(
            policy=policy,
            terms=terms,
            prices=prices,
            requested_at=revision.proposed_at,
            non_profit=non_profit,
            facts=facts,
        ).to_json(),
        net_cents=totals.net_cents,
        tax_cents=totals.tax_cents,
        total_cents=totals.gross_cents,
        offered_at=at,
        **to_columns(service_fee),
    )
    audit.record(
        actor=actor,
        action="contract.offered",
        subject_kind="contract",
        subject_id=contract.id,
        tenant_id=job.governing_department_id,
        at=at,
        after={"version": contract.version, "total_cents": contract.total_cents, "currency": contract.currency},
    )
    outbox.announce(
        name=events.CONTRACT_OFFERED,
        payload={"contract_id": str(contract.id), "job_id": str(job.id), "version": contract.version},
        tenant_id=job.governing_department_id,
        at=at,
    )
    return contract
