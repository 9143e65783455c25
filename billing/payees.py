"""Connected accounts of officers, departments and agencies, and the capability that gates every transfer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing import events, stripe_port
from billing.models import PayeeAccount, Transfer
from billing.refusals import PayeeUnknown
from kernel import audit, outbox
from kernel.actors import Actor, provider
from kernel.errors import NotFound
from marketplace.models import Officer
from tenants.models import Tenant

COUNTRY_BY_CURRENCY = {"CAD": "CA", "USD": "US"}
_INCLUDED: list[Literal["configuration.recipient", "requirements"]] = ["configuration.recipient", "requirements"]


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
            PayeeAccount.objects.filter(id=account.id, contact_email="").update(contact_email=contact_email)
            account.refresh_from_db()
    if not account.account_reference:
        account = _open_account(account=account, actor=actor, at=at)
    home = settings.PUBLIC_BASE_URL.rstrip("/")
    link = stripe_port.ask(
        lambda: stripe_port.client().v2.core.account_links.create(
            {
                "account": account.account_reference,
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": {
                        "refresh_url": refresh_url or f"{home}/",
                        "return_url": return_url or f"{home}/",
                    },
                },
            }
        )
    )
    return str(link.url)


def refresh_account(*, payee_account_id: UUID, at: datetime) -> PayeeAccount:
    """Ask Stripe for the capability and what is still required, and keep the answer.

    When transfers become possible, those that were held go on. Raises NotFound, PaymentServiceUnavailable.
    """
    account = PayeeAccount.objects.filter(id=payee_account_id).exclude(account_reference="").first()
    if account is None:
        raise NotFound("There is no such account, or onboarding has not begun.")
    fetched = stripe_port.ask(
        lambda: stripe_port.client().v2.core.accounts.retrieve(
            account.account_reference,
            {"include": list(_INCLUDED)},
        )
    )
    return _keep_state(payee_account_id=payee_account_id, fetched=stripe_port.plain(fetched), at=at)


def _open_account(*, account: PayeeAccount, actor: Actor, at: datetime) -> PayeeAccount:
    opened = stripe_port.ask(
        lambda: stripe_port.client().v2.core.accounts.create(
            {  # type: ignore[arg-type]  # a dictionary with an optional key
                "display_name": account.display_name,
                **({"contact_email": account.contact_email} if account.contact_email else {}),
                "dashboard": "express",
                "identity": {"country": account.country.lower()},
                "configuration": {
                    "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
                },
                "defaults": {
                    "currency": account.currency.lower(),
                    # The platform answers for losses and fees: that is what separate charges and transfers mean.
                    "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
                },
                "metadata": {"payee_account_id": str(account.id)},
                "include": _INCLUDED,
            },
            {"idempotency_key": account.idempotency_key},
        )
    )
    with transaction.atomic():
        locked = PayeeAccount.objects.select_for_update().get(id=account.id)
        if not locked.account_reference:
            locked.account_reference = opened.id
            locked.save(update_fields=["account_reference"])
            audit.record(
                actor=actor,
                action="payee_account.opened",
                subject_kind="payee_account",
                subject_id=locked.id,
                tenant_id=locked.tenant_id,
                at=at,
                after={"reference": locked.account_reference, "country": locked.country},
            )
    return _keep_state(payee_account_id=account.id, fetched=stripe_port.plain(opened), at=at)


def _keep_state(*, payee_account_id: UUID, fetched: Mapping[str, Any], at: datetime) -> PayeeAccount:
    state, requirements = read_state(fetched)
    with transaction.atomic():
        account = PayeeAccount.objects.select_for_update().get(id=payee_account_id)
        before = account.transfers_state
        account.transfers_state = state
        account.requirements = requirements
        account.checked_at = at
        account.save(update_fields=["transfers_state", "requirements", "checked_at"])
        if account.may_receive:
            Transfer.objects.filter(payee_account=account, state=Transfer.State.HELD).update(due_at=at)
        if before != state:
            audit.record(
                actor=provider("Stripe"),
                action="payee_account.changed",
                subject_kind="payee_account",
                subject_id=account.id,
                tenant_id=account.tenant_id,
                at=at,
                before={"transfers_state": before},
                after={"transfers_state": state, "requirements": requirements},
            )
            outbox.announce(
                name=events.PAYEE_ACCOUNT_CHANGED,
                payload={
                    "payee_account_id": str(account.id),
                    "owner_kind": account.owner_kind,
                    "owner_id": str(account.owner_id),
                    "transfers_state": state,
                },
                tenant_id=account.tenant_id,
                at=at,
            )
    return account


def read_state(fetched: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The transfer capability in Stripe's own word ("active", "restricted", …, "none") and what is still asked for."""
    recipient = (fetched.get("configuration") or {}).get("recipient") or {}
    capabilities = recipient.get("capabilities") or {}
    transfers = (capabilities.get("stripe_balance") or {}).get("stripe_transfers") or {}
    entries = (fetched.get("requirements") or {}).get("entries") or []
    return str(transfers.get("status") or "none"), [str(entry.get("description", "")) for entry in entries]


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
