"""Connected accounts of officers, departments and agencies, and the capability that gates every transfer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing.connect import keeping, opening
from billing.connect.choosing import connect_api_of
from billing.models import PayeeAccount
from billing.refusals import PayeeUnknown
from billing.sending import stripe_port
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace.models import Officer
from tenants.models import Tenant

COUNTRY_BY_CURRENCY = {"CAD": "CA", "USD": "US"}


def ensure_payee_account(*, owner_kind: str, owner_id: UUID, currency: str, at: datetime) -> PayeeAccount:
    """The account's row, made empty when nobody has begun onboarding: transfers to it are held until it is active.

    Raises PayeeUnknown.
    """
    found = payee_account_of(owner_kind=owner_kind, owner_id=owner_id, currency=currency)
    if found is not None:
        return found
    account, _ = PayeeAccount.objects.get_or_create(
        owner_kind=owner_kind,
        owner_id=owner_id,
        currency=currency,
        defaults={
            **_describe(owner_kind=owner_kind, owner_id=owner_id),
            "country": COUNTRY_BY_CURRENCY[currency],
            "idempotency_key": f"account:{owner_kind}:{owner_id}:{currency}",
            "created_at": at,
        },
    )
    return account


def payee_account_of(*, owner_kind: str, owner_id: UUID, currency: str) -> PayeeAccount | None:
    return PayeeAccount.objects.filter(owner_kind=owner_kind, owner_id=owner_id, currency=currency).first()


def start_onboarding(
    *,
    owner_kind: str,
    owner_id: UUID,
    currency: str,
    at: datetime,
    actor: Actor,
    contact_email: str = "",
    return_url: str = "",
    refresh_url: str = "",
) -> str:
    """The address of Stripe's own page where the payee gives identity and bank; every call makes a fresh link.

    Opens the connected account first when there is none. `refresh_url` must lead to a page that calls this again: links
    serve once. Call it outside of a transaction. Raises PayeeUnknown, PaymentServiceUnavailable, PaymentRefused.
    """
    with transaction.atomic():
        account = ensure_payee_account(owner_kind=owner_kind, owner_id=owner_id, currency=currency, at=at)
        if contact_email and contact_email != account.contact_email:
            # Not once opening was tried: one key with two bodies is refused.
            PayeeAccount.objects.filter(id=account.id, contact_email="", opening_attempts=0).update(
                contact_email=contact_email
            )
            account.refresh_from_db()
    if not account.account_reference:
        state = opening.open_account(payee_account_id=account.id, actor=actor, at=at)
        account = keeping.keep_state(payee_account_id=account.id, state=state, at=at)
    home = settings.PUBLIC_BASE_URL.rstrip("/")
    return stripe_port.ask(
        lambda: connect_api_of(account).link(
            account, refresh_url=refresh_url or f"{home}/", return_url=return_url or f"{home}/"
        )
    )


def refresh_account(*, payee_account_id: UUID, at: datetime) -> PayeeAccount:
    """Ask Stripe for the capability and what is still required, and keep the answer.

    When transfers become possible, those that were held go on. Raises NotFound, PaymentServiceUnavailable.
    """
    account = PayeeAccount.objects.filter(id=payee_account_id).exclude(account_reference="").first()
    if account is None:
        raise NotFound("There is no such account, or onboarding has not begun.")
    state = stripe_port.ask(lambda: connect_api_of(account).fetch(account))
    return keeping.keep_state(payee_account_id=payee_account_id, state=state, at=at)


def _describe(*, owner_kind: str, owner_id: UUID) -> dict[str, Any]:
    if owner_kind == PayeeAccount.OwnerKind.OFFICER:
        officer = Officer.objects.select_related("person").filter(id=owner_id).first()
        if officer is None:
            raise PayeeUnknown("There is no such officer.")
        return {
            "person_id": officer.person_id,
            "display_name": officer.display_name,
            "contact_email": officer.person.email,
        }
    tenant = Tenant.objects.filter(id=owner_id, kind=owner_kind).first()
    if tenant is None:
        raise PayeeUnknown(f"There is no such {owner_kind}.")
    return {"tenant_id": tenant.id, "display_name": tenant.name, "contact_email": tenant.contact_email}
