"""What Stripe says of a payee is kept, compared with what it said before, and told to whoever must act."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from billing import events
from billing.connect.port import CURRENTLY_DUE, PAST_DUE, AccountState, Asked
from billing.models import PayeeAccount, Transfer
from kernel import audit, outbox
from kernel.actors import provider

REMIND_BEFORE = (timedelta(days=7), timedelta(days=2))


def keep_state(*, payee_account_id: UUID, state: AccountState, at: datetime) -> PayeeAccount:
    """Store the capability and what is asked. When transfers become possible, those that were held go on.

    `at` is when Stripe was asked, before it answered: of two who asked at once, who asked last is believed, whichever
    answer is stored first. A change after both brings an event of its own, and with it a later question.
    Announces billing.payee_account_changed when the capability changed, and billing.payee_requirements_due when
    somebody who could be paid before is asked for something again.
    """
    with transaction.atomic():
        account = PayeeAccount.objects.select_for_update().get(id=payee_account_id)
        if account.checked_at is not None and account.checked_at > at:
            return account
        before, asked_before = account.transfers_state, asked_of(account)
        account.transfers_state = state.transfers_state
        account.requirements = [one.code for one in state.asked]
        account.asked = [one.to_json() for one in state.asked]
        deadline_at = deadline_of(state.asked)
        if deadline_at != account.asked_deadline_at:
            # Only then: an answer that comes between a reminder's moment and the scan must not lose it.
            account.remind_at = next_reminder(deadline_at=deadline_at, at=at)
        account.asked_deadline_at = deadline_at
        account.checked_at = at
        was_onboarded = account.onboarded_at is not None
        if account.may_receive and not was_onboarded:
            account.onboarded_at = at
        account.save(
            update_fields=[
                "transfers_state", "requirements", "asked", "asked_deadline_at", "remind_at", "checked_at",
                "onboarded_at",
            ]
        )  # fmt: skip
        if account.may_receive:
            Transfer.objects.filter(payee_account=account, state=Transfer.State.HELD).update(due_at=at)
        if before != state.transfers_state:
            _record_change(account, before=before, at=at)
        if was_onboarded and _falls_due_again(before=asked_before, now=state.asked):
            announce_requirements(account, at=at)
    return account


def asked_of(account: PayeeAccount) -> tuple[Asked, ...]:
    return tuple(Asked.from_json(one) for one in account.asked)


def deadline_of(asked: tuple[Asked, ...]) -> datetime | None:
    """The soonest moment at which one of them begins to cost the payee something."""
    return min((one.due_at for one in asked if one.due_at is not None), default=None)


def next_reminder(*, deadline_at: datetime | None, at: datetime) -> datetime | None:
    """The next moment after `at` at which the payee is reminded, 7 and 2 days before the deadline."""
    if deadline_at is None:
        return None
    return min((deadline_at - early for early in REMIND_BEFORE if deadline_at - early > at), default=None)


def remind_payees(*, at: datetime, limit: int = 100) -> int:
    """Tell again whoever still owes Stripe an answer as its deadline comes near; returns how many were told."""
    told = 0
    due = PayeeAccount.objects.filter(remind_at__lte=at).order_by("remind_at").values_list("id", flat=True)[:limit]
    for payee_account_id in list(due):
        with transaction.atomic():
            account = PayeeAccount.objects.select_for_update().get(id=payee_account_id)
            if account.remind_at is None or account.remind_at > at:
                continue
            account.remind_at = next_reminder(deadline_at=account.asked_deadline_at, at=at)
            account.save(update_fields=["remind_at"])
            announce_requirements(account, at=at)
            told += 1
    return told


def announce_requirements(account: PayeeAccount, *, at: datetime) -> None:
    outbox.announce(
        name=events.PAYEE_REQUIREMENTS_DUE,
        payload={
            "payee_account_id": str(account.id),
            "owner_kind": account.owner_kind,
            "owner_id": str(account.owner_id),
            "deadline_at": account.asked_deadline_at.isoformat() if account.asked_deadline_at else None,
        },
        tenant_id=account.tenant_id,
        at=at,
    )


def _falls_due_again(*, before: tuple[Asked, ...], now: tuple[Asked, ...]) -> bool:
    """Something is asked that was not asked so urgently before. An earlier deadline is news; a later one is not."""
    known = {one.code: one for one in before}
    return any(_is_news(known.get(one.code), one) for one in now)


def _is_news(before: Asked | None, now: Asked) -> bool:
    pressing = now.status in (PAST_DUE, CURRENTLY_DUE) or now.due_at is not None
    if before is None:
        return pressing
    if before.status != now.status:
        return now.status == PAST_DUE or (now.status == CURRENTLY_DUE and before.status != PAST_DUE)
    return now.due_at is not None and (before.due_at is None or now.due_at < before.due_at)


def _record_change(account: PayeeAccount, *, before: str, at: datetime) -> None:
    audit.record(
        actor=provider("Stripe"),
        action="payee_account.changed",
        subject_kind="payee_account",
        subject_id=account.id,
        tenant_id=account.tenant_id,
        at=at,
        before={"transfers_state": before},
        after={"transfers_state": account.transfers_state, "requirements": account.requirements},
    )
    outbox.announce(
        name=events.PAYEE_ACCOUNT_CHANGED,
        payload={
            "payee_account_id": str(account.id),
            "owner_kind": account.owner_kind,
            "owner_id": str(account.owner_id),
            "transfers_state": account.transfers_state,
        },
        tenant_id=account.tenant_id,
        at=at,
    )
