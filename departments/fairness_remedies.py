"""What an upheld contest puts into the department's fairness ledger. One line per business key, however often asked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.access import inside
from departments.models import FairnessEntry


def record_credit(
    *,
    department_id: UUID,
    business_key: str,
    officer_id: UUID,
    shift_id: UUID,
    award_id: UUID,
    minutes: int,
    reason: str,
    recorded_by_person_id: UUID | None,
    at: datetime,
) -> bool:
    """Minutes that the order takes off the officer's count in the period of `at`. False when it was there already.

    Raises ValueError for a credit of nothing.
    """
    if minutes <= 0:
        raise ValueError("A credit is of at least one minute.")
    return _record(
        department_id, FairnessEntry.Kind.CREDIT, business_key, officer_id, shift_id, award_id, minutes, reason,
        recorded_by_person_id, at,
    )  # fmt: skip


def record_next_offer(
    *,
    department_id: UUID,
    business_key: str,
    officer_id: UUID,
    shift_id: UUID,
    award_id: UUID,
    reason: str,
    recorded_by_person_id: UUID | None,
    at: datetime,
) -> bool:
    """The officer is to be asked first next time. False when it was there already."""
    return _record(
        department_id, FairnessEntry.Kind.NEXT_OFFER, business_key, officer_id, shift_id, award_id, 0, reason,
        recorded_by_person_id, at,
    )  # fmt: skip


def _record(
    department_id: UUID,
    kind: FairnessEntry.Kind,
    business_key: str,
    officer_id: UUID,
    shift_id: UUID,
    award_id: UUID,
    minutes: int,
    reason: str,
    recorded_by_person_id: UUID | None,
    at: datetime,
) -> bool:
    with transaction.atomic(), inside(department_id=department_id):
        made = FairnessEntry.objects.bulk_create(
            [
                FairnessEntry(
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
            ],
            ignore_conflicts=True,
        )
        return bool(made) and FairnessEntry.objects.filter(id=made[0].id).exists()
