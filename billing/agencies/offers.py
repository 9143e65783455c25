"""An agency offers a price on an open request: made, renewed, withdrawn. The client's answer is in `agency_acceptance`.

Lock order: job, offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from billing import events
from billing.agencies.pricing import (
    OfferTerms,
    agency_policy,
    as_agency_price,
    check_terms,
    margin_cents,
    ranks_needed,
)
from billing.agreeing.pricing_requests import facts_for_price, price_terms, prices_to_json
from billing.agreeing.service_fees import service_fee_of
from billing.models import AgencyOffer, AgencyOfferVersion
from billing.refusals.agencies import (
    AgencyNotAdmitted,
    OfferNotOpen,
    RequestHasBegun,
    RequestNotOpen,
    ValidityTooShort,
)
from departments.policies import policy_version
from departments.policy.documents import Policy
from departments.policy.pricing import ShiftPrice, total_of
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace import agency_requests
from marketplace.agency_admissions import is_admitted
from marketplace.agency_requests import OpenRequest
from marketplace.models import Client, Job, JobRevision
from marketplace.terms import JobTerms, check_text

MAXIMUM_MESSAGE_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Priced:
    """What an offer comes to, before it is made: nothing of this is stored. Cents."""

    policy: Policy
    revision: JobRevision
    terms: JobTerms
    prices: tuple[ShiftPrice, ...]

    @property
    def total_cents(self) -> int:
        return sum(price.gross_cents for price in self.prices)

    @property
    def margin_cents(self) -> int:
        return sum(margin_cents(price=price) for price in self.prices)


def price_offer(*, agency_id: UUID, job_id: UUID, offered: OfferTerms, at: datetime) -> Priced:
    """The itemised price of the request as it stands, for the agency's own page.

    Raises NotFound, RateMissing, RateOutOfRange, OfferTermsUnclear.
    """
    agency_requests.open_request(agency_id=agency_id, job_id=job_id, at=at)
    return _price(job=Job.objects.select_related("client").get(id=job_id), offered=offered)


def card_for_offer(*, asked: OpenRequest) -> tuple[Policy, list[str]]:
    """The department's own rules for a request that is open to the agency, and the codes of the ranks it needs."""
    revision = agency_requests.newest_revision(asked.job_id)
    policy = policy_version(department_id=asked.department_id, version=revision.policy_version)
    return policy, ranks_needed(policy=policy, terms=JobTerms.from_json(revision.terms))


def make_offer(
    *,
    agency_id: UUID,
    job_id: UUID,
    offered: OfferTerms,
    valid_until: datetime,
    message: str,
    actor: Actor,
    at: datetime,
) -> AgencyOfferVersion:
    """Offer a price, or a new version of it: the client can accept only the newest. A withdrawn offer opens again.

    Raises NotFound, RequestNotOpen, RequestHasBegun, AgencyNotAdmitted, OfferNotOpen, RateMissing, RateOutOfRange,
    OfferTermsUnclear, ValidityTooShort, TextTooLong, TextUnreadable.
    """
    check_text(field="message", what="the message", text=message, maximum=MAXIMUM_MESSAGE_LENGTH, required=False)
    known = AgencyOffer.objects.filter(agency_id=agency_id, job_id=job_id).exists()
    if not known:
        agency_requests.open_request(agency_id=agency_id, job_id=job_id, at=at)
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("client").get(id=job_id)
        _refuse_closed(job=job, agency_id=agency_id)
        offer = AgencyOffer.objects.select_for_update().filter(job=job, agency_id=agency_id).first()
        if offer is not None and offer.state not in (AgencyOffer.State.OPEN, AgencyOffer.State.WITHDRAWN):
            raise OfferNotOpen(str(offer.state))
        priced = _price(job=job, offered=offered)
        starts_at = min(shift.starts_at for shift in priced.terms.shifts)
        if starts_at <= at:
            raise RequestHasBegun()
        if not at < valid_until <= starts_at:
            raise ValidityTooShort(valid_until, starts_at, job.time_zone)
        if offer is None:
            offer = AgencyOffer.objects.create(
                job=job, agency_id=agency_id, department_id=job.governing_department_id, created_at=at
            )
        else:
            offer.version += 1
            offer.state = AgencyOffer.State.OPEN
            offer.decided_at = None
            offer.save(update_fields=["version", "state", "decided_at"])
        version = _store_version(
            offer=offer, priced=priced, offered=offered, valid_until=valid_until, message=message, actor=actor, at=at
        )
        _record(offer, "agency_offer.made", actor, at, version=version.number, total_cents=version.total_cents)
        outbox.announce(
            name=events.AGENCY_OFFER_MADE,
            payload={"offer_id": str(offer.id), "job_id": str(job.id), "version": version.number},
            tenant_id=agency_id,
            at=at,
        )
    return version


def withdraw_offer(*, agency_id: UUID, offer_id: UUID, actor: Actor, at: datetime) -> AgencyOffer:
    """Take an open offer back; the client reads that it is withdrawn. Raises NotFound, OfferNotOpen."""
    job_id = offer_of_agency(agency_id=agency_id, offer_id=offer_id).job_id
    with transaction.atomic():
        Job.objects.select_for_update().get(id=job_id)
        offer = AgencyOffer.objects.select_for_update().get(id=offer_id)
        if offer.state != AgencyOffer.State.OPEN:
            raise OfferNotOpen(str(offer.state))
        offer.state = AgencyOffer.State.WITHDRAWN
        offer.decided_at = at
        offer.save(update_fields=["state", "decided_at"])
        _record(offer, "agency_offer.withdrawn", actor, at, version=offer.version)
    return offer


def offer_of_agency(*, agency_id: UUID, offer_id: UUID) -> AgencyOffer:
    """Raises NotFound, for a missing offer and for another agency's alike."""
    offer = AgencyOffer.objects.filter(id=offer_id, agency_id=agency_id).first()
    if offer is None:
        raise NotFound("There is no such offer.")
    return offer


def offers_of_agency(*, agency_id: UUID) -> Mapping[UUID, AgencyOffer]:
    """By job, the newest first."""
    rows = AgencyOffer.objects.filter(agency_id=agency_id).order_by("-created_at", "-id")
    return {offer.job_id: offer for offer in rows}


def own_offer(*, agency_id: UUID, job_id: UUID) -> AgencyOfferVersion | None:
    """The newest version of the agency's offer on a request, with the offer; None when it has made none."""
    versions = AgencyOfferVersion.objects.filter(agency_id=agency_id, offer__job_id=job_id, number=F("offer__version"))
    return versions.select_related("offer").defer("policy").first()


def newest_version(offer: AgencyOffer) -> AgencyOfferVersion:
    return AgencyOfferVersion.objects.get(offer=offer, number=offer.version)


def _refuse_closed(*, job: Job, agency_id: UUID) -> None:
    if job.state not in agency_requests.OPEN_STATES or job.agencies_asked_at is None:
        raise RequestNotOpen(str(job.state))
    if not is_admitted(department_id=job.governing_department_id, agency_id=agency_id):
        raise AgencyNotAdmitted()


def _price(*, job: Job, offered: OfferTerms) -> Priced:
    revision = agency_requests.newest_revision(job.id)
    terms = JobTerms.from_json(revision.terms)
    own = policy_version(department_id=job.governing_department_id, version=revision.policy_version)
    check_terms(offered=offered, policy=own, terms=terms)
    policy = agency_policy(policy=own, offered=offered)
    non_profit = job.client.kind == Client.Kind.NON_PROFIT
    prices = price_terms(
        terms=terms,
        policy=policy,
        service_fee=service_fee_of(job.governing_department_id),
        requested_at=revision.proposed_at,
        non_profit=non_profit,
        facts=facts_for_price(terms=terms, client=job.client, non_profit=non_profit),
    )
    owned = tuple(as_agency_price(price=price, tax_numbers=offered.tax_numbers) for price in prices)
    return Priced(policy=policy, revision=revision, terms=terms, prices=owned)


def _store_version(
    *,
    offer: AgencyOffer,
    priced: Priced,
    offered: OfferTerms,
    valid_until: datetime,
    message: str,
    actor: Actor,
    at: datetime,
) -> AgencyOfferVersion:
    totals = total_of(priced.prices)
    return AgencyOfferVersion.objects.create(
        offer=offer,
        agency_id=offer.agency_id,
        number=offer.version,
        revision_number=priced.revision.number,
        terms=offered.to_json(),
        policy=dict(priced.policy.data),
        policy_version=priced.policy.version,
        policy_sha256=priced.policy.sha256,
        prices=prices_to_json(priced.prices),
        currency=totals.currency,
        net_cents=totals.net_cents,
        tax_cents=totals.tax_cents,
        total_cents=totals.gross_cents,
        valid_until=valid_until,
        message=message.strip(),
        made_by_person_id=actor.person_id,
        made_at=at,
    )


def _record(offer: AgencyOffer, action: str, actor: Actor, at: datetime, **after: object) -> None:
    # The tenant is the agency: its prices are no business of the department's history, nor of another agency's.
    audit.record(
        actor=actor,
        action=action,
        subject_kind="agency_offer",
        subject_id=offer.id,
        tenant_id=offer.agency_id,
        at=at,
        after={"job_id": str(offer.job_id), **after},
    )
