"""Cancelling a date or a whole job that is agreed: what it costs is shown first, to the cent."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from billing.giving_back import cancelling
from kernel import clock
from kernel.errors import NotFound, Refusal
from kernel.money import format_cents
from marketplace import access
from portals.cancellation import CancelForm, chosen_shift, rows_of
from portals.client.posted import posted
from portals.refusals import add_to_form, show


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    try:
        job = access.job_for_client(person=request.user, job_id=job_id)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
    at, shift_ids = clock.now(), chosen_shift(request.GET.get("date", ""))
    form = CancelForm(posted(request), help_text=_("The department and the officers read it."))
    if request.method == "POST" and form.is_valid():
        try:
            offer = cancelling.cancel(
                job=job,
                shift_ids=shift_ids,
                cancelled_by=cancelling.CLIENT,
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
                request,
                _("Cancelled. %(cost)s is charged; what you paid beyond it goes back to you.") % {"cost": cost},
            )
            return redirect("client:job", job_id=job.id)
    try:
        offer = cancelling.quote_cancellation(job=job, shift_ids=shift_ids, cancelled_by=cancelling.CLIENT, at=at)
    except Refusal as refusal:
        show(request, refusal)
        return redirect("client:job", job_id=job.id)
    return render(
        request,
        "client/cancel.html",
        {"job": job, "form": form, "offer": offer, "rows": rows_of(offer)},
        status=422 if form.is_bound and form.errors else 200,
    )
