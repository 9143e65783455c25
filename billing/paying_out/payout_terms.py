"""How many days a department waits before payees get their share: set at its desk, read when a shift is distributed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from billing.models import PayoutTerms, Settlement
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput

LONGEST_DELAY_DAYS: Final = 30


def delay_days_of(*, department_id: UUID) -> int:
    """0 where a department has not said: payees get their share as soon as the hours are approved and paid."""
    return PayoutTerms.objects.filter(department_id=department_id).values_list("delay_days", flat=True).first() or 0


def transfers_due_at(*, settlement: Settlement, at: datetime) -> datetime:
    return at + timedelta(days=delay_days_of(department_id=settlement.job.governing_department_id))


def set_delay(*, department_id: UUID, delay_days: int, actor: Actor, at: datetime) -> None:
    """For what is distributed from now on; what is on its way keeps its day. Raises InvalidInput."""
    if not 0 <= delay_days <= LONGEST_DELAY_DAYS:
        raise InvalidInput(f"Choose 0 to {LONGEST_DELAY_DAYS} days.", field="delay_days", asked=delay_days)
    with transaction.atomic():
        terms, _ = PayoutTerms.objects.get_or_create(department_id=department_id, defaults={"changed_at": at})
        locked = PayoutTerms.objects.select_for_update().get(department_id=terms.department_id)
        before = locked.delay_days
        locked.delay_days, locked.changed_at = delay_days, at
        locked.save(update_fields=["delay_days", "changed_at"])
        audit.record(
            actor=actor,
            action="payout_terms.changed",
            subject_kind="department",
            subject_id=department_id,
            tenant_id=department_id,
            at=at,
            before={"delay_days": before},
            after={"delay_days": delay_days},
        )
