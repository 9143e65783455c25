"""What a department or an agency wants at the top of its documents: the form that both share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.actors import actor_of
from billing.documents.issuers import issuer_of, name_of_tax_number, profile_of
from billing.documents.logos import logo_of, read_logo
from billing.documents.profiles import change_profile
from kernel import clock
from kernel.errors import Refusal
from kernel.languages import LANGUAGES, language_of
from portals.refusals import add_to_form
from tenants.models import Tenant


class LetterheadForm(forms.Form):
    legal_name = forms.CharField(label=_("Name in law"), required=False)
    address = forms.CharField(label=_("Address"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    tax_number = forms.CharField(required=False)
    regional_tax_number = forms.CharField(
        label=_("Second tax number"),
        help_text=_("Of a province or state, where it collects a tax of its own: QST or PST, for example."),
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language of documents to you"),
        help_text=_("Documents to clients and officers are in their own language."),
        choices=list(LANGUAGES.items()),
    )
    logo = forms.FileField(
        label=_("Logo"),
        help_text=_("PNG or JPEG, up to 1 MB and 3000 points each way. It is printed up to 62 mm wide or 18 mm high."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    removes_logo = forms.BooleanField(label=_("Leave the logo away from now on"), required=False)

    def __init__(self, *arguments: Any, tenant: Tenant, has_logo: bool, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["legal_name"].help_text = _("Left empty, it is “%(name)s”.") % {"name": tenant.name}
        self.fields["tax_number"].label = _("%(name)s number") % {"name": name_of_tax_number(tenant.country)}
        if not has_logo:
            del self.fields["removes_logo"]


def save_letterhead(request: HttpRequest, tenant: Tenant) -> tuple[LetterheadForm, bool]:
    """The form, and whether what was posted is saved. Whoever calls has asked whether the person may."""
    profile = profile_of(tenant_id=tenant.id)
    has_logo = profile.logo_id is not None
    if request.method != "POST":
        initial = {
            "legal_name": profile.legal_name,
            "address": profile.address or tenant.address,
            "tax_number": profile.tax_number,
            "regional_tax_number": profile.regional_tax_number,
            "language": language_of(profile.language or tenant.language),
        }
        return LetterheadForm(initial=initial, tenant=tenant, has_logo=has_logo), False
    form = LetterheadForm(request.POST, request.FILES, tenant=tenant, has_logo=has_logo)
    if not form.is_valid():
        return form, False
    asked = dict(form.cleaned_data)
    file = asked.pop("logo")
    try:
        logo = read_logo(file=file, name=file.name) if file else None
        change_profile(
            tenant_id=tenant.id,
            logo=logo,
            removes_logo=bool(asked.pop("removes_logo", False)),
            actor=actor_of(request),
            at=clock.now(),
            **asked,
        )
    except Refusal as refusal:
        add_to_form(form, refusal)
        return form, False
    messages.success(request, _("Saved for documents to come. Those that were issued stay as they are."))
    return form, True


def letterhead_context(tenant: Tenant, form: LetterheadForm, *, logo_url: str) -> dict[str, Any]:
    issuer = issuer_of(tenant_id=tenant.id)
    return {
        "form": form,
        "issuer": issuer.party,
        "logo_url": f"{logo_url}?{issuer.logo_sha256[:12]}" if issuer.logo_sha256 else "",
    }


def shown_logo(tenant: Tenant) -> HttpResponse:
    """The kept picture; Http404 when there is none."""
    sha256 = profile_of(tenant_id=tenant.id).logo_id
    if not sha256:
        raise Http404
    response = HttpResponse(logo_of(sha256).content, content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response
