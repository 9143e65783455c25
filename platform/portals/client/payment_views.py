"""What is due when, the saved card, and the department's credit: one page for everybody who pays later than at once."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.actors import actor_of
from billing.cards import card_saving
from billing.due.due_list import due_of_clients
from billing.invoices.credit_lines import lines_of
from billing.models import ClientCredit, SavedCard
from billing.refusals import PaymentServiceUnavailable
from kernel import clock
from kernel.errors import Refusal
from portals.audience import audience_of
from portals.refusals import show
from tenants.models import Tenant


@login_required
@require_GET
def payments(request: HttpRequest) -> HttpResponse:
    clients = audience_of(request).clients
    at = clock.now()
    by_id = {client.id: client for client in clients}
    credits = list(ClientCredit.objects.filter(client_id__in=by_id).order_by("granted_at"))
    departments = {row.id: row for row in Tenant.objects.filter(id__in=[one.department_id for one in credits])}
    cards = SavedCard.objects.filter(client_id__in=by_id, state=SavedCard.State.SAVED).order_by("currency")
    context: dict[str, Any] = {
        "items": due_of_clients(client_ids=list(by_id), at=at),
        "cards": [{"card": card, "client": by_id[card.client_id]} for card in cards],
        "lines": [
            {"line": line, "department": departments.get(line.credit.department_id)}
            for line in lines_of(credits=credits, at=at)
        ],
        "save_card": [(client, currency) for client in clients for currency in _currencies(credits, client.id)],
        "has_several": len(clients) > 1,
    }
    return render(request, "client/payments.html", context)


@login_required
@never_cache
@require_GET
def save_card(request: HttpRequest, client_id: Any, currency: str) -> HttpResponse:
    """To the payment service's own page. A GET: browsers hold a form's redirect to our own origin."""
    client = next((one for one in audience_of(request).clients if one.id == client_id), None)
    if client is None:
        raise Http404
    base = settings.PUBLIC_BASE_URL
    try:
        card = card_saving.start_saving(
            client=client,
            currency=currency,
            success_url=base + reverse("client:card_saved"),
            cancel_url=base + reverse("client:payments"),
            actor=actor_of(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("client:payments")
    return redirect(card.page_url)


@login_required
@never_cache
@require_GET
def card_saved(request: HttpRequest) -> HttpResponse:
    """Coming back says nothing: the payment service is asked what became of the page."""
    ids = [client.id for client in audience_of(request).clients]
    opened = SavedCard.objects.filter(client_id__in=ids, state=SavedCard.State.OPEN).order_by("-created_at")[:3]
    states = []
    for card in opened:
        try:
            states.append(card_saving.refresh_card(card_id=card.id, at=clock.now()))
        except PaymentServiceUnavailable:
            # Its own message will come; the page shows the card then.
            continue
    if SavedCard.State.SAVED in states:
        messages.success(request, _("Your card is saved. It is held shortly before each date, not charged now."))
    else:
        messages.info(request, _("No card has arrived yet. This takes a few seconds: load the page again."))
    return redirect("client:payments")


def _currencies(credits: list[ClientCredit], client_id: Any) -> list[str]:
    """Only where a department lets the client pay by a saved card."""
    return sorted({one.currency for one in credits if one.client_id == client_id and one.card_on_file})
