"""What an upheld contest puts into the department's fairness ledger. One line per business key, however often asked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.access import inside
from departments.models import FairnessEntry

_REMEDIES = (FairnessEntry.Kind.CREDIT, FairnessEntry.Kind.NEXT_OFFER)


def record_remedy(
    *,
    department_id: UUID,
    kind: str,
    business_key: str,
    officer_id: UUID,
    shift_id: UUID,
    award_id: UUID,
    minutes: int,
    reason: str,
    recorded_by_person_id: UUID | None,
    at: datetime,
) -> bool:
    """`kind` is "credit", whose `minutes` the order takes off the officer's count in the period of `at`, or
    "next_offer" with 0: asked first next time. False when the line was there already.

    Raises ValueError for another kind, and for minutes that do not go with it.
    """
    if kind not in _REMEDIES or (minutes > 0) != (kind == FairnessEntry.Kind.CREDIT):
        raise ValueError(f"No remedy: {kind} of {minutes} minutes.")
    with transaction.atomic(), inside(department_id=department_id):
        entry = FairnessEntry(
            business_key=business_key,
            kind=kind,
            officer_id=officer_id,
            shift_id=shift_id,
            award_id=award_id,
            minutes=minutes,
            happened_at=at,
            recorded_at=at,
            recorded_by_person_id=recorded_by_person_id,
            reason=reason,
        )
        FairnessEntry.objects.bulk_create([entry], ignore_conflicts=True)
        return FairnessEntry.objects.filter(id=entry.id).exists()
