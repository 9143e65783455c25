"""The desk cancels a date or a job: who decided it says which row of the client's contract holds."""

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
from billing.giving_back import cancelling
from kernel import clock
from kernel.errors import Refusal
from kernel.money import format_cents
from marketplace import access
from portals.cancellation import BY_CHOICES, CancelForm, chosen_shift, rows_of
from portals.department.desk import desk_page, show_page
from portals.doors import tenant_of
from portals.refusals import add_to_form, show


class WhoForm(forms.Form):
    by = forms.ChoiceField(label=gettext_lazy("Why is it cancelled?"), choices=BY_CHOICES, widget=forms.RadioSelect)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """First who decides it, then what that costs, then the confirmation."""
    job = access.job_for_department(department_id=tenant_of(request).id, job_id=job_id)
    date, by = request.GET.get("date", ""), request.GET.get("by", "")
    at, shift_ids = clock.now(), chosen_shift(date)
    form = CancelForm(
        request.POST if request.method == "POST" else None, help_text=_("The client and the officers read it.")
    )
    if request.method == "POST" and form.is_valid():
        try:
            offer = cancelling.cancel(
                job=job,
                shift_ids=shift_ids,
                cancelled_by=by,
                reason=form.cleaned_data["reason"],
                expected_cents=form.shown_cents,
                actor=actor_of(request),
                at=at,
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            cost = format_cents(offer.cents, offer.currency)
            messages.success(
                request, _("Cancelled. The client is charged %(cost)s; the officers are told.") % {"cost": cost}
            )
            return redirect("department:request", job_id=job.id)
    context: dict[str, Any] = {"job": job, "form": form, "date": date, "who": WhoForm(request.GET if by else None)}
    try:
        offer = cancelling.quote_cancellation(
            job=job, shift_ids=shift_ids, cancelled_by=by if context["who"].is_valid() else "department", at=at
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("department:request", job_id=job.id)
    context |= {"offer": offer, "rows": rows_of(offer), "is_priced": context["who"].is_valid()}
    return show_page(request, "cancel", context, status=422 if form.is_bound and form.errors else 200)
