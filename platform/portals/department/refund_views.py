"""Giving back a part of what was billed, and how long payees wait: the desk's money decisions."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from accounts.desk_roles import MONEY_HANDLERS, MONEY_READERS
from billing.giving_back import refund_cases
from billing.models import RefundCase
from billing.paying_out import payout_terms
from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from kernel.money import format_cents
from marketplace import access
from portals.department.desk import desk_page, show_page
from portals.doors import tenant_of
from portals.refusals import add_to_form


class RefundForm(forms.Form):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), max_digits=12, decimal_places=2, help_text=gettext_lazy("For example 120.50.")
    )
    currency = forms.CharField(max_length=3, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        help_text=gettext_lazy("The client and everybody who gives back read it."),
        error_messages={
            "required": gettext_lazy("Give a reason: the client and those who give back will read it."),
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput)


class DelayForm(forms.Form):
    delay_days = forms.IntegerField(
        label=gettext_lazy("Days that payees wait"),
        min_value=0,
        max_value=payout_terms.LONGEST_DELAY_DAYS,
        help_text=gettext_lazy("From the settlement of a shift. For shifts that are settled from now on."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def refund(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = access.job_for_department(department_id=tenant_of(request).id, job_id=job_id)
    initial = {"currency": job.currency, "request_id": uuid7()}
    form = RefundForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            case = refund_cases.open_case(
                job=job,
                amount_cents=int(form.cleaned_data["amount"] * 100),
                currency=form.cleaned_data["currency"],
                reason=form.cleaned_data["reason"],
                request_id=form.cleaned_data["request_id"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            amount = format_cents(case.amount_cents, case.currency)
            messages.success(request, _("%(amount)s goes back to the client.") % {"amount": amount})
            return redirect("department:refund", job_id=job.id)
    context: dict[str, Any] = {
        "job": job,
        "form": form,
        "possible_cents": refund_cases.refundable_cents(job_id=job.id, currency=job.currency),
        "cases": RefundCase.objects.filter(job=job)
        .prefetch_related("shares__debt", "shares__settlement__shift")
        .order_by("-opened_at"),
    }
    return show_page(request, "refund", context, status=422 if form.is_bound and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def payout_delay(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    initial = {"delay_days": payout_terms.delay_days_of(department_id=department.id)}
    form = DelayForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            payout_terms.set_delay(
                department_id=department.id, actor=actor_of(request), at=clock.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("department:payout_delay")
    return show_page(request, "payout_delay", {"form": form}, status=422 if form.is_bound and form.errors else 200)
