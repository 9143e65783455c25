"""One shift of a job's terms as the rules about requests are asked: what the client wants, before any ladder."""

from datetime import datetime

from departments.policy.prices import PositionRequest, ShiftRequest, VehicleRequest
from marketplace.job_facts import facts_of_terms
from marketplace.models import Client
from marketplace.terms import JobTerms, ShiftTerms


def as_asked(
    *, terms: JobTerms, shift: ShiftTerms, client: Client | None = None, requested_at: datetime | None = None
) -> ShiftRequest:
    """`client` None: not known yet, or not to be asked about."""
    return ShiftRequest(
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        positions=tuple(PositionRequest(position.rank_code, position.headcount) for position in shift.positions),
        vehicles=(VehicleRequest(shift.vehicle_code, shift.vehicle_count),) if shift.vehicle_code else (),
        event_type=terms.event_type,
        requested_at=requested_at,
        crowd=terms.expected_attendance,
        alcohol=terms.alcohol_served,
        non_profit=client is not None and client.kind == Client.Kind.NON_PROFIT,
        number=terms.shifts.index(shift) + 1,
        latitude=terms.venue.latitude,
        longitude=terms.venue.longitude,
        postal_code=terms.venue.postal_code,
        place_name=terms.venue.place_name,
        facts=facts_of_terms(terms=terms, client=client),
    )
