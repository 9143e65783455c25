"""Opening a connected account at Stripe once, whatever dies: the try is saved first, and the next looks before it
opens."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.db import transaction

from billing.connect.choosing import api_for_new_accounts, connect_api_of
from billing.connect.port import AccountState
from billing.models import PayeeAccount
from billing.refusals import PaymentRefused, PaymentServiceUnavailable
from billing.sending import stripe_port
from kernel import audit
from kernel.actors import Actor


def open_account(*, payee_account_id: UUID, actor: Actor, at: datetime) -> AccountState:
    """Open it, or find what an earlier try opened. Call it outside of a transaction.

    The generation of the API is chosen once and saved before the call; after a definite refusal it is chosen anew, so
    that an operator who changes the setting helps everybody who was refused. Raises PaymentServiceUnavailable,
    PaymentRefused.
    """
    account, was_tried = _begin(payee_account_id)
    api = connect_api_of(account)
    state = stripe_port.ask(lambda: api.find(account)) if was_tried else None
    if state is None:
        if was_tried and (account.opening_status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _renew_key(account)
        try:
            state = stripe_port.ask(lambda: api.open(account))
        except PaymentRefused:
            PayeeAccount.objects.filter(id=account.id, account_reference="").update(connect_api="", opening_attempts=0)
            raise
        except PaymentServiceUnavailable as refusal:
            PayeeAccount.objects.filter(id=account.id).update(opening_status=refusal.numbers.get("status"))
            raise
    _keep_reference(account=account, state=state, actor=actor, at=at)
    return state


def _begin(payee_account_id: UUID) -> tuple[PayeeAccount, bool]:
    with transaction.atomic():
        account = PayeeAccount.objects.select_for_update().get(id=payee_account_id)
        was_tried = account.opening_attempts > 0
        account.connect_api = account.connect_api or api_for_new_accounts()
        account.opening_attempts += 1
        account.save(update_fields=["connect_api", "opening_attempts"])
    return account, was_tried


def _renew_key(account: PayeeAccount) -> None:
    """Stripe's v1 replays a stored 500 under the old key for a day. Saved before it is used."""
    base = account.idempotency_key.split("#")[0]
    account.idempotency_key = f"{base}#{account.opening_attempts}"
    account.opening_status = None
    account.save(update_fields=["idempotency_key", "opening_status"])


def _keep_reference(*, account: PayeeAccount, state: AccountState, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        locked = PayeeAccount.objects.select_for_update().get(id=account.id)
        if locked.account_reference:
            return
        locked.account_reference = state.reference
        locked.save(update_fields=["account_reference"])
        audit.record(
            actor=actor,
            action="payee_account.opened",
            subject_kind="payee_account",
            subject_id=locked.id,
            tenant_id=locked.tenant_id,
            at=at,
            after={"reference": locked.account_reference, "country": locked.country, "api": locked.connect_api},
        )
