"""The agency's own clients, its contracts with them and the dated rates of those."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from agencies import client_contracts, clients
from agencies.clients import OwnClient
from agencies.refusals import ContractNotFound
from kernel import clock
from kernel.errors import Refusal
from portals.agency.desk import PAGE_SIZE, agency_page, show_page
from portals.agency.offer_forms import cents_of, rate_field
from portals.doors import tenant_of
from portals.refusals import add_to_form

_CURRENCIES = [("CAD", "CAD"), ("USD", "USD")]


class ClientForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=160, error_messages={"required": _("Enter the client's name.")})
    contact_name = forms.CharField(label=_("Contact"), required=False, max_length=120)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    contact_phone = forms.CharField(label=_("Telephone"), required=False, max_length=20)
    notes = forms.CharField(label=_("Notes"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class ContractForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Name the contract, as you speak of it.")}
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=_CURRENCIES)
    from_date = forms.DateField(label=_("First day"), error_messages={"required": _("Enter the first day.")})
    until_date = forms.DateField(label=_("Last day"), required=False)


class RateForm(forms.Form):
    rank_code = forms.CharField(
        label=_("Rank"),
        max_length=40,
        help_text=_("As the department's rate card names it, such as constable."),
        error_messages={"required": _("Name the rank.")},
    )
    from_date = forms.DateField(label=_("From"), error_messages={"required": _("Enter the first day of the rate.")})
    bill_rate = rate_field(str(_("Bill rate")), str(_("Enter what an hour is billed at.")))
    pay_rate = rate_field(str(_("Pay rate")), str(_("Enter what an hour is paid at.")))
    minimum_hours = forms.DecimalField(
        label=_("Minimum hours"), required=False, max_digits=4, decimal_places=2, min_value=0, max_value=24
    )


@require_safe
@agency_page()
def own_clients(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("text", "").replace("\x00", "")[:120]
    archived = request.GET.get("view") == "archived"
    found = clients.clients_of(agency_id=tenant_of(request).id, text=text, archived=archived)
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "text": text,
        "archived": archived,
        "tabs": [
            {"label": _("Clients"), "url": "?", "active": not archived},
            {"label": _("Archived"), "url": "?view=archived", "active": archived},
        ],
    }
    return show_page(request, "clients", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agency_page()
def new_client(request: HttpRequest) -> HttpResponse:
    form = ClientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, form)
            messages.success(request, f"{saved.name} is added.")
            return redirect("agency:client", agency_client_id=saved.agency_client_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    context = {"form": form, "breadcrumbs": [{"label": _("Clients"), "url": reverse("agency:clients")}]}
    return show_page(request, "client_new", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@agency_page()
def own_client(request: HttpRequest, agency_client_id: UUID) -> HttpResponse:
    """The client with its contracts; a POST changes the client itself."""
    if request.method != "POST":
        return _show(request, agency_client_id)
    form = ClientForm(request.POST)
    if form.is_valid():
        try:
            _save(request, form, agency_client_id)
            messages.success(request, "Saved.")
            return redirect("agency:client", agency_client_id=agency_client_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, agency_client_id, form=form)


@require_POST
@agency_page()
def archive(request: HttpRequest, agency_client_id: UUID) -> HttpResponse:
    archived = request.POST.get("archived") != "no"
    clients.archive_client(
        agency_id=tenant_of(request).id,
        agency_client_id=agency_client_id,
        archived=archived,
        actor=actor_of(request),
        at=clock.now(),
    )
    messages.success(request, "Archived." if archived else "Back in the list.")
    return redirect("agency:clients")


@require_POST
@agency_page()
def add_contract(request: HttpRequest, agency_client_id: UUID) -> HttpResponse:
    form = ContractForm(request.POST)
    if form.is_valid():
        last = form.cleaned_data["until_date"]
        try:
            client_contracts.add_contract(
                agency_id=tenant_of(request).id,
                agency_client_id=agency_client_id,
                name=form.cleaned_data["name"],
                currency=form.cleaned_data["currency"],
                from_date=form.cleaned_data["from_date"],
                until_date=last + timedelta(days=1) if last else None,
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, "The contract is added. Now add its rates.")
            return redirect("agency:client", agency_client_id=agency_client_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, agency_client_id, contract_form=form)


@require_POST
@agency_page()
def add_rate(request: HttpRequest, agency_client_id: UUID, contract_id: UUID) -> HttpResponse:
    agency = tenant_of(request)
    contracts = client_contracts.contracts_of(agency_id=agency.id, agency_client_id=agency_client_id)
    form = RateForm(request.POST)
    if contract_id not in {one.contract_id for one in contracts}:
        raise ContractNotFound()
    if form.is_valid():
        typed = form.cleaned_data
        try:
            client_contracts.add_rate(
                agency_id=agency.id,
                contract_id=contract_id,
                rank_code=typed["rank_code"],
                from_date=typed["from_date"],
                bill_rate_cents_per_hour=cents_of(typed["bill_rate"]),
                pay_rate_cents_per_hour=cents_of(typed["pay_rate"]),
                minimum_minutes=int((typed["minimum_hours"] or Decimal(0)) * 60),
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, "The rate is added.")
            return redirect("agency:client", agency_client_id=agency_client_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, agency_client_id, rate_form=form, rate_of=contract_id)


def _save(request: HttpRequest, form: ClientForm, agency_client_id: UUID | None = None) -> OwnClient:
    return clients.save_client(
        agency_id=tenant_of(request).id,
        agency_client_id=agency_client_id,
        actor=actor_of(request),
        at=clock.now(),
        **form.cleaned_data,
    )


def _show(
    request: HttpRequest,
    agency_client_id: UUID,
    *,
    form: ClientForm | None = None,
    contract_form: ContractForm | None = None,
    rate_form: RateForm | None = None,
    rate_of: UUID | None = None,
) -> HttpResponse:
    agency = tenant_of(request)
    own = clients.client_of(agency_id=agency.id, agency_client_id=agency_client_id)
    contracts = client_contracts.contracts_of(agency_id=agency.id, agency_client_id=agency_client_id)
    refused = [one for one in (form, contract_form, rate_form) if one is not None and one.errors]
    initial = {name: getattr(own, name) for name in ClientForm.base_fields}
    context: dict[str, Any] = {
        "client": own,
        "contracts": [
            {
                "contract": one,
                "last_day": one.until_date - timedelta(days=1) if one.until_date else None,
                "form": rate_form
                if rate_form is not None and rate_of == one.contract_id
                else RateForm(auto_id=f"rate_{one.contract_id}_%s", initial={"from_date": one.from_date}),
            }
            for one in contracts
        ],
        "client_form": form or ClientForm(initial=initial),
        "contract_form": contract_form or ContractForm(initial={"currency": agency.currency}, auto_id="contract_%s"),
        "page_has_errors": bool(refused),
        "breadcrumbs": [{"label": _("Clients"), "url": reverse("agency:clients")}],
    }
    return show_page(request, "client", context, status=422 if refused else 200)
