"""What agencies offer on a client's request, side by side: every total with what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from accounts.models import Person
from billing.agreeing.quoting import PriceRow, describe
from billing.models import AgencyOffer, AgencyOfferVersion
from marketplace import agency_requests
from marketplace.access import job_for_client
from marketplace.models import Job
from tenants.context import acting_as
from tenants.queries import get_tenant, read_tenants


@dataclass(frozen=True, slots=True)
class OfferToCompare:
    """One column of the comparison. `standing` is open, expired, outdated, withdrawn, accepted or not_chosen.

    Amounts in cents; `department_cents` are the governing department's own fees and vehicles with their tax, the same
    whoever supplies. Nothing here says what the agency pays its officers.
    """

    offer_id: UUID
    agency_id: UUID
    agency_name: str
    version: int
    standing: str
    total_cents: int
    net_cents: int
    tax_cents: int
    currency: str
    agency_cents: int
    department_cents: int
    service_fee_cents: int
    minimum_minutes: int
    rows: tuple[PriceRow, ...]
    valid_until: datetime
    message: str
    made_at: datetime
    jobs_done: int
    tax_numbers: dict[str, str]

    @property
    def is_open(self) -> bool:
        return self.standing == "open"


def offers_for_client(*, person: Person, job_id: UUID, at: datetime) -> tuple[Job, list[OfferToCompare]]:
    """The person's own request with every agency's newest offer on it, open ones first, the lowest total first.

    Raises NotFound.
    """
    job = job_for_client(person=person, job_id=job_id)
    with acting_as(purpose="worker"):
        newest = AgencyOfferVersion.objects.filter(offer__job=job, number=F("offer__version"))
        versions = list(newest.select_related("offer").defer("policy"))
        offers = {version.offer_id: version.offer for version in versions}
    read_tenants(tenant_ids={job.governing_department_id, *(offer.agency_id for offer in offers.values())})
    done = _jobs_done({offer.agency_id for offer in offers.values()})
    revision = agency_requests.newest_revision(job.id).number if offers else 0
    columns = [_column(offers[version.offer_id], version, revision=revision, done=done, at=at) for version in versions]
    return job, sorted(columns, key=lambda one: (not one.is_open, one.total_cents, one.made_at))


def _column(
    offer: AgencyOffer, version: AgencyOfferVersion, *, revision: int, done: dict[UUID, int], at: datetime
) -> OfferToCompare:
    rows = tuple(describe(version.prices))
    own = sum(row.gross_cents for row in rows if row.is_agency)
    platform = sum(row.gross_cents for row in rows if row.is_platform)
    standing = str(offer.state)
    if standing == AgencyOffer.State.OPEN and version.valid_until <= at:
        standing = "expired"
    elif standing == AgencyOffer.State.OPEN and version.revision_number != revision:
        standing = "outdated"
    return OfferToCompare(
        offer_id=offer.id,
        agency_id=offer.agency_id,
        agency_name=get_tenant(tenant_id=offer.agency_id).name,
        version=version.number,
        standing=standing,
        total_cents=version.total_cents,
        net_cents=version.net_cents,
        tax_cents=version.tax_cents,
        currency=version.currency,
        agency_cents=own,
        department_cents=version.total_cents - own - platform,
        service_fee_cents=platform,
        minimum_minutes=version.terms["minimum_minutes"],
        rows=rows,
        valid_until=version.valid_until,
        message=version.message,
        made_at=version.made_at,
        jobs_done=done.get(offer.agency_id, 0),
        tax_numbers=version.terms["tax_numbers"],
    )


def _jobs_done(agency_ids: set[UUID]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    closed = Job.objects.filter(agency_id__in=agency_ids, state=Job.State.CLOSED)
    for agency_id in closed.values_list("agency_id", flat=True):
        if agency_id is not None:
            found[agency_id] = found.get(agency_id, 0) + 1
    return found
