"""Invoices that clients have not paid in time, and giving one up."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from billing.contested import freezing
from billing.giving_back import refunding
from billing.invoices import invoice_outcomes
from billing.models import Charge, Refund
from kernel import clock
from kernel.errors import Refusal
from portals.client.posted import posted
from portals.operator.access import PAGE_SIZE, operator_page
from portals.refusals import add_to_form


class WriteOffForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it will never be paid"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Say why: it stays in the trail of what was done.")},
    )


class PaidBackForm(forms.Form):
    proof = forms.CharField(
        label=gettext_lazy("The bank’s reference of the payment"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the bank’s reference, so that the payment can be found again.")},
    )


@require_safe
@operator_page
def overdue(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    late = Charge.objects.filter(kind=Charge.Kind.INVOICE, state=Charge.State.OPEN, payable_before__lte=at)
    shown = late.select_related("job__client").defer("request_body").order_by("payable_before", "id")
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [{"bill": bill, "days": (at - bill.payable_before).days} for bill in page if bill.payable_before]
    return render(request, "operator/overdue_invoices.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def write_off(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """A page of its own, because it cannot be taken back."""
    bill = Charge.objects.select_related("job__client").filter(id=charge_id, kind=Charge.Kind.INVOICE).first()
    if bill is None:
        raise Http404
    form = WriteOffForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            invoice_outcomes.write_off(
                charge_id=bill.id, reason=form.cleaned_data["reason"], actor=actor_of(request), at=clock.now()
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("Written off. The client's credit stays suspended."))
            return redirect("operator:overdue_invoices")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "operator/write_off.html", {"bill": bill, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def paid_back(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """A refund that Stripe cannot make: the operator pays it back from the platform's bank, and says so here."""
    refund = Refund.objects.select_related("charge__job__client").filter(id=refund_id).first()
    why = freezing.why_by_hand(refund) if refund else ""
    if refund is None or not why:
        raise Http404
    form = PaidBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            refunding.record_paid_back(
                refund_id=refund.id,
                proof=form.cleaned_data["proof"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("Booked as paid back."))
            return redirect("operator:money")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "operator/paid_back.html", {"refund": refund, "why": why, "form": form}, status=status)
