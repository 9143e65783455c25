"""Which credentials officers hold and until when: what an employer who engages them may see of the roster."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from departments.access import inside
from departments.models import Credential


@dataclass(frozen=True, slots=True)
class HeldUntil:
    """`expires_date` is the last day on which it counts; None never expires."""

    code: str
    expires_date: date | None


def credentials_of_officers(*, department_id: UUID, officer_ids: Collection[UUID]) -> dict[UUID, list[HeldUntil]]:
    """One query; whoever is not on this roster, or holds nothing, is left out. Raises UnknownTenant."""
    with inside(department_id=department_id):
        rows = list(
            Credential.objects.filter(roster_entry__officer_id__in=list(officer_ids))
            .order_by("code")
            .values_list("roster_entry__officer_id", "code", "expires_date")
        )
    found: dict[UUID, list[HeldUntil]] = {}
    for officer_id, code, expires_date in rows:
        if officer_id is not None:
            found.setdefault(officer_id, []).append(HeldUntil(code, expires_date))
    return found
