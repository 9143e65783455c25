"""A department's or agency's account with the payment service: how it stands, what is asked, what waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.urls import reverse

from accounts.actors import actor_of
from billing.models import PayeeAccount, Payout, Transfer
from billing.paying_out import payees
from kernel import clock
from kernel.errors import Refusal
from portals.refusals import show
from portals.requirements import standing_of
from tenants.models import Tenant

_PAYOUTS_SHOWN = 12
_WAITING = (Transfer.State.INTENDED, Transfer.State.UNKNOWN, Transfer.State.HELD)


@dataclass(frozen=True)
class Waiting:
    count: int
    cents: int


def account_of(tenant: Tenant) -> PayeeAccount | None:
    return payees.payee_account_of(owner_kind=tenant.kind, owner_id=tenant.id, currency=tenant.currency)


def page_context(*, tenant: Tenant, may_handle: bool, handlers: str) -> dict[str, Any]:
    """For payee/account.html. `handlers` says which roles may act, in words."""
    account = account_of(tenant)
    waiting = Transfer.objects.filter(payee_account=account, state__in=_WAITING).aggregate(
        count=Count("id"), cents=Sum("amount_cents", default=0)
    )
    payouts = Payout.objects.filter(payee_account=account).order_by("-created_at")[:_PAYOUTS_SHOWN]
    return {
        "account": account,
        "standing": standing_of(account),
        "waiting": Waiting(**waiting),
        "payouts": list(payouts) if account is not None else [],
        "may_handle": may_handle,
        "handlers": handlers,
        "zone": tenant.time_zone,
    }


def fresh_link(request: HttpRequest, *, tenant: Tenant, here: str, back: str) -> str:
    """The payment service's own page, by a link that serves once; used or expired it leads back to `here`, which makes
    the next. Raises the refusals of payees.start_onboarding."""
    urlconf = settings.TENANT_URLCONFS[tenant.kind]
    return payees.start_onboarding(
        owner_kind=tenant.kind,
        owner_id=tenant.id,
        currency=tenant.currency,
        contact_email=tenant.contact_email,
        return_url=request.build_absolute_uri(reverse(back, urlconf=urlconf)),
        refresh_url=request.build_absolute_uri(reverse(here, urlconf=urlconf)),
        actor=actor_of(request),
        at=clock.now(),
    )


def ask_provider(request: HttpRequest, *, tenant: Tenant) -> None:
    """How the account stands now, said as a message."""
    account = account_of(tenant)
    if account is None or not account.account_reference:
        return
    try:
        account = payees.refresh_account(payee_account_id=account.id, at=clock.now())
    except Refusal as refusal:
        show(request, refusal)
        return
    if account.may_receive:
        messages.success(request, "The account can receive money.")
    else:
        messages.warning(request, "The payment service still needs something. Open its page again.")
