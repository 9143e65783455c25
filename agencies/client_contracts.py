"""The agency's contracts with its own clients, and their dated rates. In the agency's schema alone."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from agencies.access import inside
from agencies.models import AgencyClient, ClientContract, ContractRate
from agencies.refusals import (
    ClientNotFound,
    ContractNotFound,
    DatesReversed,
    RateInvalid,
    RateOutsideContract,
    RateTaken,
)
from kernel import audit
from kernel.actors import Actor
from marketplace.terms import check_text

MAXIMUM_RATE_CENTS = 100_000
MAXIMUM_MINIMUM_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Rate:
    """Cents for an hour; `until_date` is the first day on which the next rate of the rank counts, if there is one."""

    rank_code: str
    from_date: date
    until_date: date | None
    bill_rate_cents_per_hour: int
    pay_rate_cents_per_hour: int
    minimum_minutes: int

    def counts_on(self, on_date: date) -> bool:
        return self.from_date <= on_date and (self.until_date is None or on_date < self.until_date)


@dataclass(frozen=True, slots=True)
class OwnContract:
    contract_id: UUID
    name: str
    currency: str
    from_date: date
    until_date: date | None
    rates: tuple[Rate, ...]


def contracts_of(*, agency_id: UUID, agency_client_id: UUID) -> list[OwnContract]:
    """Of one client, the newest first, each with its rates. Raises ClientNotFound."""
    with inside(agency_id=agency_id):
        if not AgencyClient.objects.filter(id=agency_client_id).exists():
            raise ClientNotFound()
        rows = ClientContract.objects.filter(client_id=agency_client_id).prefetch_related("rates")
        return [_contract(one) for one in rows.order_by("-from_date", "-id")]


def add_contract(
    *,
    agency_id: UUID,
    agency_client_id: UUID,
    name: str,
    currency: str,
    from_date: date,
    until_date: date | None,
    actor: Actor,
    at: datetime,
) -> UUID:
    """`until_date` is the first day after it. Raises ClientNotFound, DatesReversed, TextTooLong, TextUnreadable."""
    check_text(field="name", what="the name", text=name, maximum=120)
    if until_date is not None and until_date <= from_date:
        raise DatesReversed()
    with transaction.atomic():
        with inside(agency_id=agency_id):
            client = AgencyClient.objects.select_for_update().filter(id=agency_client_id).first()
            if client is None:
                raise ClientNotFound()
            contract = ClientContract.objects.create(
                client=client,
                name=name.strip(),
                currency=currency,
                from_date=from_date,
                until_date=until_date,
                made_at=at,
            )
        _record(agency_id, "client_contract.added", contract.id, actor, at)
    return contract.id


def add_rate(
    *,
    agency_id: UUID,
    contract_id: UUID,
    rank_code: str,
    from_date: date,
    bill_rate_cents_per_hour: int,
    pay_rate_cents_per_hour: int,
    minimum_minutes: int,
    actor: Actor,
    at: datetime,
) -> None:
    """From that day until the next rate of the rank. Earlier rates stay as they were: what they priced is agreed.

    Raises ContractNotFound, RateInvalid, RateOutsideContract, RateTaken.
    """
    code = rank_code.strip().lower()
    if not code or len(code) > 40:
        raise RateInvalid("Name the rank, as the department's rate card does.", field="rank_code")
    for field, cents in (("bill_rate", bill_rate_cents_per_hour), ("pay_rate", pay_rate_cents_per_hour)):
        if not 0 < cents <= MAXIMUM_RATE_CENTS:
            raise RateInvalid("An hourly rate is between 0.01 and 1,000.00.", field=field, cents=cents)
    if not 0 <= minimum_minutes <= MAXIMUM_MINIMUM_MINUTES:
        raise RateInvalid("The minimum is between 0 and 24 hours.", field="minimum_hours", minutes=minimum_minutes)
    with transaction.atomic():
        with inside(agency_id=agency_id):
            contract = ClientContract.objects.select_for_update().filter(id=contract_id).first()
            if contract is None:
                raise ContractNotFound()
            if from_date < contract.from_date or (contract.until_date and from_date >= contract.until_date):
                raise RateOutsideContract()
            try:
                with transaction.atomic():
                    rate = ContractRate.objects.create(
                        contract=contract,
                        rank_code=code,
                        from_date=from_date,
                        bill_rate_cents_per_hour=bill_rate_cents_per_hour,
                        pay_rate_cents_per_hour=pay_rate_cents_per_hour,
                        minimum_minutes=minimum_minutes,
                        made_at=at,
                    )
            except IntegrityError as error:
                if "one_rate_per_rank_and_day" not in str(error):
                    raise
                raise RateTaken(code) from error
        _record(agency_id, "contract_rate.added", rate.id, actor, at)


def rates_for(*, agency_id: UUID, contract_id: UUID, on_date: date, currency: str) -> Mapping[str, Rate]:
    """What an offer is prefilled with: by rank, the rates that count on the day. Empty when the contract does not run
    then, or is in another currency. Raises ContractNotFound."""
    with inside(agency_id=agency_id):
        row = ClientContract.objects.prefetch_related("rates").filter(id=contract_id).first()
        if row is None:
            raise ContractNotFound()
        contract = _contract(row)
    runs = contract.from_date <= on_date and (contract.until_date is None or on_date < contract.until_date)
    if not runs or contract.currency != currency:
        return {}
    return {rate.rank_code: rate for rate in contract.rates if rate.counts_on(on_date)}


def running_contracts(*, agency_id: UUID, on_date: date, currency: str) -> list[tuple[UUID, str]]:
    """Those whose rates an offer may be prefilled from: (contract, "client: contract"), by name."""
    with inside(agency_id=agency_id):
        rows = (
            ClientContract.objects.filter(
                Q(until_date=None) | Q(until_date__gt=on_date), from_date__lte=on_date, currency=currency
            )
            .filter(client__archived_at=None)
            .select_related("client")
            .order_by("client__name", "name")
        )
        return [(row.id, f"{row.client.name}: {row.name}") for row in rows]


def _contract(row: ClientContract) -> OwnContract:
    """Inside the agency's schema, with the rates read."""
    rates = sorted(row.rates.all(), key=lambda one: (one.rank_code, one.from_date))
    following = {
        one.id: later.from_date for one, later in itertools.pairwise(rates) if one.rank_code == later.rank_code
    }
    return OwnContract(
        contract_id=row.id,
        name=row.name,
        currency=row.currency,
        from_date=row.from_date,
        until_date=row.until_date,
        rates=tuple(
            Rate(
                rank_code=one.rank_code,
                from_date=one.from_date,
                until_date=following.get(one.id, row.until_date),
                bill_rate_cents_per_hour=one.bill_rate_cents_per_hour,
                pay_rate_cents_per_hour=one.pay_rate_cents_per_hour,
                minimum_minutes=one.minimum_minutes,
            )
            for one in rates
        ),
    )


def _record(agency_id: UUID, action: str, subject_id: UUID, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor, action=action, subject_kind="agency_book", subject_id=subject_id, tenant_id=agency_id, at=at
    )
