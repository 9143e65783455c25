"""The client accepts one of the agencies' offers: a contract version with that supplier."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import Person
from billing import events
from billing.agencies import supplied_contracts
from billing.agencies.offers import newest_version
from billing.agreeing import contracts
from billing.agreeing.pricing_requests import facts_for_price
from billing.agreeing.service_fees import service_fee_of, to_columns
from billing.models import AgencyOffer, AgencyOfferVersion, Contract
from billing.refusals.agencies import (
    AgencyNotAdmitted,
    OfferChanged,
    OfferExpired,
    OfferNotOpen,
    OfferOutdated,
    RequestNotApproved,
    RequestNotOpen,
)
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import NotFound
from kernel.subscriptions import Event
from marketplace import agency_requests
from marketplace.access import job_for_client
from marketplace.agency_admissions import is_admitted
from marketplace.models import Client, Job
from marketplace.terms import JobTerms
from tenants.context import acting_as


def accept_offer(
    *, person: Person, offer_id: UUID, version: int, actor: Actor, at: datetime, way: str | None = None
) -> Contract:
    """Take this version of the offer: the agency becomes the supplier by an accepted contract. Once, whoever else
    tries at the same moment; the other offers are told that they were not chosen.

    `version` is the one that the client read, `way` how they want to pay, of `choosing.ways_for_job`; in advance when
    they do not say. Raises NotFound, OfferNotOpen, OfferChanged, OfferExpired, OfferOutdated, RequestNotApproved,
    RequestNotOpen, AgencyNotAdmitted, ContractTooLate, WayNotOpen, CreditSuspended, CreditExceeded, CurrencyDiffers.
    """
    with acting_as(purpose="worker"):
        job_id = AgencyOffer.objects.filter(id=offer_id).values_list("job_id", flat=True).first()
    if job_id is None:
        raise NotFound("There is no such offer.")
    try:
        job_for_client(person=person, job_id=job_id)
    except NotFound:
        raise NotFound("There is no such offer.") from None
    # What is accepted is written by the platform for both sides: neither may see or change the other's rows.
    with acting_as(purpose="worker"), transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("client").get(id=job_id)
        offer = AgencyOffer.objects.select_for_update().get(id=offer_id)
        newest = newest_version(offer)
        _refuse(job=job, offer=offer, newest=newest, version=version, at=at)
        contract = _store_contract(job=job, offer=offer, newest=newest, actor=actor, at=at)
        contract = contracts.accept_contract(contract_id=contract.id, person=person, actor=actor, at=at, way=way)
        offer.state = AgencyOffer.State.ACCEPTED
        offer.contract = contract
        offer.decided_at = at
        offer.save(update_fields=["state", "contract", "decided_at"])
        _close_others(job_id=job.id, at=at)
        audit.record(
            actor=actor,
            action="agency_offer.accepted",
            subject_kind="agency_offer",
            subject_id=offer.id,
            tenant_id=offer.agency_id,
            at=at,
            after={"job_id": str(job.id), "version": newest.number, "total_cents": newest.total_cents},
        )
        outbox.announce(
            name=events.AGENCY_OFFER_ACCEPTED,
            payload={
                "offer_id": str(offer.id),
                "job_id": str(job.id),
                "agency_id": str(offer.agency_id),
                "contract_id": str(contract.id),
            },
            tenant_id=offer.agency_id,
            at=at,
        )
    return contract


def on_contract_accepted(*, event: Event, at: datetime) -> None:
    """billing.contract_accepted: whichever supplier was chosen, the offers that are still open were not."""
    with acting_as(purpose="worker"):
        _close_others(job_id=UUID(event.payload["job_id"]), at=at)


def on_request_over(*, event: Event, at: datetime) -> None:
    """marketplace.job_rejected, job_withdrawn and job_lapsed: nobody is chosen any more."""
    with acting_as(purpose="worker"):
        _close_others(job_id=UUID(event.payload["job_id"]), at=at)


def _close_others(*, job_id: UUID, at: datetime) -> None:
    AgencyOffer.objects.filter(job_id=job_id, state=AgencyOffer.State.OPEN).update(
        state=AgencyOffer.State.NOT_CHOSEN, decided_at=at
    )


def _refuse(*, job: Job, offer: AgencyOffer, newest: AgencyOfferVersion, version: int, at: datetime) -> None:
    if offer.state != AgencyOffer.State.OPEN:
        raise OfferNotOpen(str(offer.state))
    if job.state == Job.State.SUBMITTED:
        raise RequestNotApproved()
    if job.state != Job.State.APPROVED:
        raise RequestNotOpen(str(job.state))
    if newest.number != version:
        raise OfferChanged(version, newest.number, newest.total_cents)
    if newest.valid_until <= at:
        raise OfferExpired(newest.valid_until, job.time_zone)
    revision = agency_requests.newest_revision(job.id)
    if revision.number != newest.revision_number:
        raise OfferOutdated(newest.revision_number, revision.number)
    if not is_admitted(department_id=job.governing_department_id, agency_id=offer.agency_id):
        raise AgencyNotAdmitted()


def _store_contract(
    *, job: Job, offer: AgencyOffer, newest: AgencyOfferVersion, actor: Actor, at: datetime
) -> Contract:
    """The version that was offered, word for word and cent for cent, as the job's next contract."""
    revision = agency_requests.newest_revision(job.id)
    non_profit = job.client.kind == Client.Kind.NON_PROFIT
    terms = JobTerms.from_json(revision.terms)
    Contract.objects.filter(job=job, state=Contract.State.OFFERED).update(state=Contract.State.SUPERSEDED)
    number = Contract.objects.filter(job=job).aggregate(version=Max("version"))["version"] or 0
    contract = Contract.objects.create(
        job=job,
        version=number + 1,
        revision_number=revision.number,
        currency=newest.currency,
        terms=revision.terms,
        prices=newest.prices,
        policy=newest.policy,
        policy_version=newest.policy_version,
        policy_sha256=newest.policy_sha256,
        payee_mode="agency",
        **supplied_contracts.supplier_columns(
            agency_id=offer.agency_id,
            terms={"tax_numbers": newest.terms["tax_numbers"], "offered": newest.terms},
        ),
        requested_at=revision.proposed_at,
        non_profit=non_profit,
        facts=facts_for_price(terms=terms, client=job.client, non_profit=non_profit),
        net_cents=newest.net_cents,
        tax_cents=newest.tax_cents,
        total_cents=newest.total_cents,
        offered_at=newest.made_at,
        **to_columns(service_fee_of(job.governing_department_id)),
    )
    audit.record(
        actor=actor,
        action="contract.offered",
        subject_kind="contract",
        subject_id=contract.id,
        tenant_id=job.governing_department_id,
        at=at,
        after={"version": contract.version, "total_cents": contract.total_cents, "agency_id": str(offer.agency_id)},
    )
    return contract
