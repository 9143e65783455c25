"""Disputes, refunds after the bill, and what payees owe: what the platform's operator has to look at and decide."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from billing.contested import dispute_losses, disputes, evidence
from billing.models import Dispute, PayeeDebt, RefundCase
from kernel import clock
from kernel.errors import Refusal
from portals.operator.access import PAGE_SIZE, operator_page
from portals.refusals import add_to_form


class EvidenceForm(forms.Form):
    remarks = forms.CharField(
        label=gettext_lazy("Your remarks"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy("They stand before the facts listed here. The bank decides by what you send now."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class LossForm(forms.Form):
    borne_by = forms.ChoiceField(
        label=gettext_lazy("Who bears it?"),
        choices=[
            ("payees", gettext_lazy("Those who were paid, in proportion; the platform gives up its fee")),
            ("platform", gettext_lazy("The platform alone")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_safe
@operator_page
def cases(request: HttpRequest) -> HttpResponse:
    """Open disputes first, by deadline; refund cases and what payees owe below."""
    found = Dispute.objects.select_related("job").order_by(F("closed_at").desc(nulls_first=True), "evidence_due_at")
    return render(
        request,
        "operator/cases.html",
        {
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "cases": RefundCase.objects.select_related("job").order_by("-opened_at")[:PAGE_SIZE],
            "debts": PayeeDebt.objects.select_related("job")
            .filter(amount_cents__gt=F("reversed_cents") + F("netted_cents"))
            .order_by("opened_at")[:PAGE_SIZE],
            "now": clock.now(),
        },
    )


@require_safe
@operator_page
def dispute(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    return _show(request, dispute_id)


@require_POST
@operator_page
def submit_evidence(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    form = EvidenceForm(request.POST)
    if form.is_valid():
        try:
            evidence.submit(
                dispute_id=dispute_id,
                remarks=form.cleaned_data["remarks"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("The evidence is with the bank. Its decision appears here."))
            return redirect("operator:dispute", dispute_id=dispute_id)
    return _show(request, dispute_id, evidence_form=form)


@require_POST
@operator_page
def decide_loss(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    form = LossForm(request.POST)
    if form.is_valid():
        try:
            dispute_losses.decide_loss(
                dispute_id=dispute_id, actor=actor_of(request), at=clock.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("Decided and booked."))
            return redirect("operator:dispute", dispute_id=dispute_id)
    return _show(request, dispute_id, loss_form=form)


def _show(
    request: HttpRequest,
    dispute_id: UUID,
    *,
    evidence_form: EvidenceForm | None = None,
    loss_form: LossForm | None = None,
) -> HttpResponse:
    found = get_object_or_404(Dispute.objects.select_related("job__client", "case"), id=dispute_id)
    is_late = found.evidence_due_at is not None and found.evidence_due_at <= clock.now()
    return render(
        request,
        "operator/dispute.html",
        {
            "dispute": found,
            "job": found.job,
            "facts": found.evidence.get("uncategorized_text", "").splitlines() or evidence.collect(dispute=found),
            "may_answer": found.state in disputes.ANSWERABLE_STATES and found.submitted_at is None and not is_late,
            "is_undecided": found.state == disputes.LOST and found.decided_at is None,
            "evidence_form": evidence_form or EvidenceForm(),
            "loss_form": loss_form or LossForm(),
        },
        status=422 if evidence_form is not None or loss_form is not None else 200,
    )
