"""Terms of jobs and places for them, valid unless a test says otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from geo.points import Point
from marketplace.terms import JobTerms, PositionTerms, ShiftTerms, VenueTerms
from tests.factories.departments import OAKVILLE

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 10, 15, tzinfo=UTC)


def venue_terms(*, place: Point = OAKVILLE, **changes: Any) -> VenueTerms:
    terms = VenueTerms(
        name="Harbour",
        address="1 Harbour Street",
        postal_code="L6J 1A1",
        place_name="Oakville",
        region="ON",
        country="CA",
        time_zone="America/Toronto",
        latitude=place.latitude,
        longitude=place.longitude,
        pin_confirmed=True,
    )
    return replace(terms, **changes)


def shift_terms(
    *, starts_at: datetime = STARTS_AT, hours: float = 4, ranks: dict[str, int] | None = None, **changes: Any
) -> ShiftTerms:
    """`ranks` is headcount by rank code."""
    terms = ShiftTerms(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        positions=tuple(
            PositionTerms(rank_code=code, headcount=count) for code, count in (ranks or {"constable": 2}).items()
        ),
    )
    return replace(terms, **changes)


def job_terms(
    *, shifts: tuple[ShiftTerms, ...] | None = None, venue: VenueTerms | None = None, **changes: Any
) -> JobTerms:
    terms = JobTerms(
        event_type="festival",
        title="Harbour fair",
        venue=venue or venue_terms(),
        shifts=shifts if shifts is not None else (shift_terms(),),
        duties="Keep the crossing clear.",
        meeting_point="North gate",
        contact_name="Sam Field",
        contact_phone="+19055550100",
        attire="Uniform",
        expected_attendance=400,
    )
    return replace(terms, **changes)
