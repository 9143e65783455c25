"""What a department trusts a client with: granting it, suspending it while a bill is overdue, lifting that."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from billing import events
from billing.models import Charge, ClientCredit
from billing.refusals.ways import CreditAmountInvalid, CurrencyDiffers
from kernel import audit, outbox
from kernel.actors import SYSTEM, Actor
from marketplace import access
from marketplace.acting import person_id_of
from marketplace.refusals import ReasonMissing

MAXIMUM_LIMIT_CENTS = 1_000_000_000
_DAYS = range(1, 91)


def credit_of(*, client_id: UUID, department_id: UUID) -> ClientCredit | None:
    return ClientCredit.objects.filter(client_id=client_id, department_id=department_id).first()


def grant(
    *,
    client_id: UUID,
    department_id: UUID,
    currency: str,
    limit_cents: int,
    card_on_file: bool,
    days_until_due: int = 30,
    reason: str,
    actor: Actor,
    at: datetime,
) -> ClientCredit:
    """Set what this client may do at this department: a limit of 0 and no card means prepaying again.

    A suspension stands, whatever the limit. Raises NotFound for a client who never asked this department,
    CreditAmountInvalid, CurrencyDiffers, ReasonMissing.
    """
    client = access.client_for_department(department_id=department_id, client_id=client_id)
    if not 0 <= limit_cents <= MAXIMUM_LIMIT_CENTS:
        raise CreditAmountInvalid(
            f"A limit is from 0 to {MAXIMUM_LIMIT_CENTS // 100:,}, not {limit_cents / 100:,.2f}.", field="limit"
        )
    if days_until_due not in _DAYS:
        raise CreditAmountInvalid("Bills are due in 1 to 90 days.", field="days_until_due")
    if not reason.strip():
        raise ReasonMissing("Say why: it stays with the client's history.")
    with transaction.atomic():
        found = ClientCredit.objects.select_for_update().filter(client=client, department_id=department_id).first()
        if found is not None and found.currency != currency:
            raise CurrencyDiffers(
                f"This client's credit is in {found.currency}: it cannot become {currency}.", currency=found.currency
            )
        before = _facts(found) if found else None
        found = found or ClientCredit(client=client, department_id=department_id, currency=currency)
        found.limit_cents = limit_cents
        found.card_on_file = card_on_file
        found.days_until_due = days_until_due
        found.reason = reason.strip()[:2000]
        found.granted_by_person_id = person_id_of(actor)
        found.granted_at = at
        found.save()
        _record(found, "credit.granted", actor, at, before=before, reason=found.reason)
    return found


def review(*, client_id: UUID, department_id: UUID, at: datetime) -> bool:
    """Suspend the credit while an invoice is overdue, lift that when none is. True when it changed."""
    with transaction.atomic():
        found = (
            ClientCredit.objects.select_for_update().filter(client_id=client_id, department_id=department_id).first()
        )
        if found is None:
            return False
        overdue = overdue_cents(client_id=client_id, department_id=department_id, at=at)
        if bool(overdue) == (found.suspended_at is not None):
            return False
        found.suspended_at = at if overdue else None
        found.save(update_fields=["suspended_at"])
        _record(found, "credit.suspended" if overdue else "credit.lifted", SYSTEM, at)
        outbox.announce(
            name=events.CREDIT_SUSPENDED if overdue else events.CREDIT_LIFTED,
            payload={
                "credit_id": str(found.id),
                "client_id": str(client_id),
                "department_id": str(department_id),
                "overdue_cents": overdue,
                "currency": found.currency,
            },
            tenant_id=department_id,
            at=at,
        )
    return True


def overdue_cents(*, client_id: UUID, department_id: UUID, at: datetime) -> int:
    """Invoices past their day, and those written off: whoever owes them is not trusted again by itself."""
    bills = Charge.objects.filter(
        Q(state=Charge.State.OPEN, written_off_at=None)
        | Q(written_off_at__isnull=False, recovered_cents__lt=F("amount_cents")),
        job__client_id=client_id,
        job__governing_department_id=department_id,
        kind=Charge.Kind.INVOICE,
        payable_before__lte=at,
    )
    return sum(bills.values_list("amount_cents", flat=True))


def _facts(credit: ClientCredit) -> dict[str, object]:
    return {
        "limit_cents": credit.limit_cents,
        "currency": credit.currency,
        "card_on_file": credit.card_on_file,
        "days_until_due": credit.days_until_due,
        "suspended": credit.suspended_at is not None,
    }


def _record(
    credit: ClientCredit,
    action: str,
    actor: Actor,
    at: datetime,
    *,
    before: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="client",
        subject_id=credit.client_id,
        tenant_id=credit.department_id,
        at=at,
        before=before,
        after=_facts(credit),
        reason=reason,
    )
