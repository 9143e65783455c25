"""The roster in the order of seniority, for wheels and bidding windows."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from departments.access import inside
from departments.models import RosterEntry


@dataclass(frozen=True, slots=True)
class RosterPlace:
    """`place` counts from 1, the most senior first; equal seniority goes by badge number."""

    officer_id: UUID
    place: int
    seniority_date: date
    rank_code: str


def seniority_list(*, department_id: UUID) -> list[RosterPlace]:
    """Every member who has joined and not left. One query."""
    with inside(department_id=department_id):
        rows = (
            RosterEntry.objects.exclude(status=RosterEntry.Status.LEFT)
            .filter(officer_id__isnull=False)
            .order_by("seniority_date", "badge_number")
            .values_list("officer_id", "seniority_date", "rank_code")
        )
        return [
            RosterPlace(officer_id, index + 1, seniority_date, rank_code)
            for index, (officer_id, seniority_date, rank_code) in enumerate(rows)
            if officer_id is not None
        ]
