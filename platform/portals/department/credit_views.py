"""Credit of clients: who may pay by a saved card or by invoice, up to which limit, and what of it is used."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import MONEY_READERS
from billing.invoices import credit
from billing.invoices.credit_lines import line_of, lines_of
from billing.models import ClientCredit
from kernel import clock
from kernel.errors import Refusal
from marketplace import access
from marketplace.models import Client
from portals.client.posted import posted
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.doors import tenant_of
from portals.refusals import add_to_form


class CreditForm(forms.Form):
    card_on_file = forms.BooleanField(
        label=gettext_lazy("May pay by a saved card"),
        help_text=gettext_lazy("The price is held a day before each date and charged when the hours are approved."),
        required=False,
    )
    limit = forms.DecimalField(
        label=gettext_lazy("Limit for invoices"),
        help_text=gettext_lazy("Open invoices and agreed work together. 0: no invoices."),
        max_digits=12,
        decimal_places=2,
        error_messages={"required": gettext_lazy("Enter a limit; 0 for no invoices.")},
    )
    days_until_due = forms.IntegerField(label=gettext_lazy("Days to pay"), initial=30)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Stays with the client's history."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why: it stays with the client's history.")},
    )

    def limit_cents(self) -> int:
        return int(self.cleaned_data["limit"] * 100)


@require_safe
@desk_page(may_read=MONEY_READERS)
def credits(request: HttpRequest) -> HttpResponse:
    """Every client of the department, those with credit first."""
    department = tenant_of(request)
    clients = (
        Client.objects.filter(jobs__governing_department_id=department.id)
        .distinct()
        .annotate(trusted=_granted_at(department.id))
        .order_by(F("trusted").asc(nulls_last=True), "name", "id")
    )
    page = Paginator(clients, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    rows = list(ClientCredit.objects.filter(department_id=department.id, client__in=shown))
    lines = {line.credit.client_id: line for line in lines_of(credits=rows, at=clock.now())}
    return show_page(
        request, "credits", {"page": page, "rows": [{"client": one, "line": lines.get(one.id)} for one in shown]}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=MONEY_READERS)
def client_credit(request: HttpRequest, client_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    client = access.client_for_department(department_id=department.id, client_id=client_id)
    found = credit.credit_of(client_id=client.id, department_id=department.id)
    form = CreditForm(posted(request), initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            credit.grant(
                client_id=client.id,
                department_id=department.id,
                currency=department.currency,
                limit_cents=form.limit_cents(),
                card_on_file=form.cleaned_data["card_on_file"],
                days_until_due=form.cleaned_data["days_until_due"],
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("Saved. It holds for contracts that are accepted from now on."))
            return redirect("department:credits")
    context = {"client": client, "form": form, "line": line_of(trusted=found) if found else None}
    return show_page(request, "client_credit", context, status=422 if form.is_bound and form.errors else 200)


def _granted_at(department_id: UUID) -> Any:
    own = ClientCredit.objects.filter(client=OuterRef("pk"), department_id=department_id)
    return Subquery(own.values("granted_at")[:1])


def _initial(found: ClientCredit | None) -> dict[str, Any]:
    if found is None:
        return {"limit": Decimal("0.00"), "days_until_due": 30}
    return {
        "limit": Decimal(found.limit_cents) / 100,
        "card_on_file": found.card_on_file,
        "days_until_due": found.days_until_due,
    }
