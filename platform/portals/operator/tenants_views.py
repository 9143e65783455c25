"""Departments and agencies: what state each is in, and a new one."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from portals.operator.access import operator_page
from portals.refusals import add_to_form
from portals.tasks import provision_tenant
from tenants.models import Tenant
from tenants.ownership import OWNER
from tenants.provisioning import TenantRequest, request_tenant

COMMON_ZONES = [
    "America/St_Johns", "America/Halifax", "America/Toronto", "America/New_York", "America/Winnipeg",
    "America/Chicago", "America/Denver", "America/Edmonton", "America/Phoenix", "America/Los_Angeles",
    "America/Vancouver", "America/Anchorage", "Pacific/Honolulu",
]  # fmt: skip


class TenantForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Tenant.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name"), max_length=120)
    short_name = forms.CharField(label=_("Short name"), max_length=40)
    slug = forms.CharField(
        label=_("Host name"), max_length=40, help_text=_("Small letters, digits and hyphens. It never changes.")
    )
    country = forms.ChoiceField(label=_("Country"), choices=[("CA", _("Canada")), ("US", _("United States"))])
    region = forms.CharField(label=_("Province or state"), max_length=3, help_text=_("As two or three letters."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone) for zone in COMMON_ZONES if zone in available_timezones()]
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[("CAD", "CAD"), ("USD", "USD")])
    service_fee_percent = forms.DecimalField(
        label=_("Service fee"), min_value=0, max_value=100, decimal_places=2, initial=6
    )
    hue = forms.IntegerField(label=_("Colour"), min_value=0, max_value=360, initial=220)
    contact_email = forms.EmailField(label=_("Contact e-mail"), required=False)
    contact_phone = forms.CharField(label=_("Contact phone"), max_length=20, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)

    def as_request(self) -> TenantRequest:
        kept = {name: value for name, value in self.cleaned_data.items() if name != "service_fee_percent"}
        kept["region"] = kept["region"].upper()
        fee = int(self.cleaned_data["service_fee_percent"] * 100)
        return TenantRequest(**kept, service_fee_basis_points=fee)


@require_safe
@operator_page
def tenants(request: HttpRequest) -> HttpResponse:
    rows = Tenant.objects.prefetch_related("domains").order_by("kind", "name")
    return render(request, "operator/tenants.html", {"tenants": rows, "port": settings.PUBLIC_PORT})


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def new_tenant(request: HttpRequest) -> HttpResponse:
    """The row at once; schema, migrations and checks by a worker, since only it holds the owner's login."""
    form = TenantForm(request.POST or None, initial={"kind": "department", "time_zone": "America/Toronto"})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                tenant = request_tenant(request=form.as_request(), actor=actor_of(request), at=clock.now())
                if OWNER in settings.DATABASES:
                    transaction.on_commit(lambda: provision_tenant.delay(tenant_id=str(tenant.id)))
            if OWNER in settings.DATABASES:
                messages.success(request, f"{tenant.name} is being set up; its state changes below within a minute.")
            else:
                messages.warning(
                    request,
                    f"{tenant.name} is recorded. This server has no owner's login: run "
                    f"“manage.py create_tenant --kind {tenant.kind} --slug {tenant.slug} --name …” where it is.",
                )
            return redirect("operator:tenants")
        except Refusal as refusal:
            add_to_form(form, refusal)
    return render(request, "operator/tenant_new.html", {"form": form}, status=422 if form.errors else 200)
