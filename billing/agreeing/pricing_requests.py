"""From a job's terms to what the rate card is asked to price."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from departments.policy.documents import Policy
from departments.policy.pricing import ServiceFee, ShiftPrice, ShiftRequest, VehicleRequest, price_shift
from departments.policy.settlement import refuse_overpaid
from marketplace.job_facts import facts_of_terms
from marketplace.models import Client
from marketplace.staffing import staffed_positions
from marketplace.terms import JobTerms, ShiftTerms


def shift_request(
    *,
    terms: JobTerms,
    shift: ShiftTerms,
    policy: Policy,
    requested_at: datetime,
    non_profit: bool,
    facts: Mapping[str, Any],
    number: int = 1,
) -> ShiftRequest:
    """The shift as it will be staffed: with the supervisors of the department's ladder.

    `number` is 1 for the job's first shift, which carries what is charged once for the job.
    """
    return ShiftRequest(
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        positions=staffed_positions(policy=policy, terms=terms, shift=shift),
        vehicles=(VehicleRequest(shift.vehicle_code, shift.vehicle_count),)
        if shift.vehicle_code and shift.vehicle_count
        else (),
        event_type=policy_event_type(terms.event_type),
        requested_at=requested_at,
        crowd=terms.expected_attendance,
        alcohol=terms.alcohol_served,
        non_profit=non_profit,
        number=number,
        latitude=terms.venue.latitude,
        longitude=terms.venue.longitude,
        postal_code=terms.venue.postal_code,
        place_name=terms.venue.place_name,
        facts={**facts, "job.officers": officers_asked(shift=shift)},
    )


def officers_asked(*, shift: ShiftTerms) -> int:
    """What rules count as the officers of a shift: those whom the client wants, before the ladder adds supervisors."""
    return sum(position.headcount for position in shift.positions)


def price_terms(
    *,
    terms: JobTerms,
    policy: Policy,
    service_fee: ServiceFee,
    requested_at: datetime,
    non_profit: bool,
    facts: Mapping[str, Any] | None = None,
) -> list[ShiftPrice]:
    """One price per shift, in the terms' order. `facts` as `facts_for_price` gives them; of no client when not given.

    Raises UnknownRank, UnknownVehicle, ShiftCannotBePriced, OfficerShareExceedsPrice.
    """
    told = facts_for_price(terms=terms, client=None, non_profit=non_profit) if facts is None else facts
    prices = [
        price_shift(
            policy=policy,
            shift=shift_request(
                terms=terms,
                shift=shift,
                policy=policy,
                requested_at=requested_at,
                non_profit=non_profit,
                facts=told,
                number=number,
            ),
            service_fee=service_fee,
        )
        for number, shift in enumerate(terms.shifts, start=1)
    ]
    for price in prices:
        refuse_overpaid(price=price, payee_mode=policy.payee_mode)
    return prices


def facts_for_price(*, terms: JobTerms, client: Client | None, non_profit: bool) -> dict[str, Any]:
    """What a rate card may ask of the venue and of the client: alike in a quote, in the contract and when settling."""
    return {"client.non_profit": non_profit, **facts_of_terms(terms=terms, client=client)}


def policy_event_type(event_type: str) -> str:
    """Policies write event types with hyphens ("wide-load-escort"), the marketplace with underscores."""
    return event_type.replace("_", "-")


def prices_to_json(prices: Sequence[ShiftPrice]) -> list[dict[str, Any]]:
    """As the database will give them back: a page shows the same before and after it was stored."""
    stored: list[dict[str, Any]] = json.loads(json.dumps([price.to_json() for price in prices]))
    return stored
