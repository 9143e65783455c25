"""Whose hours are this department's to pay: members who joined, for as long as they served."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from departments.access import inside
from departments.models import RosterEntry


@dataclass(frozen=True, slots=True)
class PaidMember:
    """`served_until` None: still serving. What was worked before or after belongs to another department's payroll.

    `served_from` None: no department before this one could claim an hour.
    """

    officer_id: UUID
    badge_number: str
    given_name: str
    family_name: str
    work_email: str
    served_from: datetime | None
    served_until: datetime | None

    def served_at(self, at: datetime) -> bool:
        began = self.served_from is None or self.served_from <= at
        return began and (self.served_until is None or at < self.served_until)


def paid_members(*, department_id: UUID) -> dict[UUID, PaidMember]:
    """By officer id, those who left included: their last hours are paid too."""
    with inside(department_id=department_id):
        entries = RosterEntry.objects.exclude(officer_id=None).order_by()
        return {
            entry.officer_id: PaidMember(
                officer_id=entry.officer_id,
                badge_number=entry.badge_number,
                given_name=entry.given_name,
                family_name=entry.family_name,
                work_email=entry.work_email,
                served_from=entry.joined_at,
                served_until=entry.left_at,
            )
            for entry in entries
            if entry.officer_id is not None
        }
