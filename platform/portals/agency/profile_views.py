"""The licence and the insurance that clients read beside an offer, and which departments admit the agency."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import agency_profiles
from marketplace.agency_admissions import departments_of_agency
from portals.agency.desk import agency_page, show_page
from portals.agency.offer_forms import amount_of, cents_of
from portals.doors import tenant_of
from portals.refusals import add_to_form
from tenants.queries import active_tenants


class ProfileForm(forms.Form):
    licence_number = forms.CharField(label=_("Licence number"), required=False, max_length=60)
    insurer = forms.CharField(label=_("Liability insurer"), required=False, max_length=120)
    insured = forms.DecimalField(label=_("Insured sum"), required=False, max_digits=11, decimal_places=2, min_value=0)
    insured_until_date = forms.DateField(label=_("Insured until"), required=False)
    about = forms.CharField(
        label=_("About the agency"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agency_page()
def profile(request: HttpRequest) -> HttpResponse:
    agency = tenant_of(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            agency_profiles.save_profile(
                agency_id=agency.id,
                licence_number=typed["licence_number"],
                insurer=typed["insurer"],
                insured_cents=cents_of(typed["insured"] or Decimal(0)),
                insured_until_date=typed["insured_until_date"],
                about=typed["about"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, "Saved. Clients read it beside your offers.")
            return redirect("agency:profile")
    admissions = departments_of_agency(agency_id=agency.id)
    context = {
        "form": form,
        "departments": [
            {"department": one, "said": admissions.get(one.id)} for one in active_tenants(kind="department")
        ],
    }
    return show_page(request, "profile", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    agency = tenant_of(request)
    row = agency_profiles.profiles_of(agency_ids=[agency.id]).get(agency.id)
    if row is None:
        return {}
    return {
        "licence_number": row.licence_number,
        "insurer": row.insurer,
        "insured": amount_of(row.insured_cents) if row.insured_cents else None,
        "insured_until_date": row.insured_until_date,
        "about": row.about,
    }
