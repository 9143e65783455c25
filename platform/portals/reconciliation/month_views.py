"""The months: what each holds, what is still open before it closes, the closing itself, and its history."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import MONTH_REOPENERS
from billing.workspace import books, closing, reading
from kernel import clock
from kernel.errors import Refusal
from portals.doors import tenant_of
from portals.reconciliation.desk import address, month_named, month_slug, show_page, workspace_page
from portals.reconciliation.forms import CloseForm, ReasonForm, TolerancesForm
from portals.refusals import add_to_form, show
from portals.wording import local_time


@require_safe
@workspace_page()
def months(request: HttpRequest) -> HttpResponse:
    return _show_months(request)


@require_POST
@workspace_page()
def set_tolerances(request: HttpRequest) -> HttpResponse:
    form = TolerancesForm(request.POST)
    if form.is_valid():
        try:
            books.set_tolerances(
                tenant_id=tenant_of(request).id, actor=actor_of(request), at=clock.now(), **form.cleaned_data
            )
            messages.success(request, "Kept. Bring an open month up to date to match it again.")
            return redirect(address(request, "reconciliation"))
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show_months(request, form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_page()
def close(request: HttpRequest, month: str) -> HttpResponse:
    tenant, first_date = tenant_of(request), month_named(month)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = closing.close_month(
                tenant_id=tenant.id, first_date=first_date, actor=actor_of(request), at=clock.now(), **form.cleaned_data
            )
            messages.success(request, f"{done.month.label} is closed.")
            return redirect(address(request, "reconciliation_close", month=month))
        except Refusal as refusal:
            add_to_form(form, refusal)
    figures = closing.figures_of(tenant_id=tenant.id, first_date=first_date)
    # What is shown now is what the next attempt closes.
    seen = {"seen_sha256": figures.sha256}
    form = CloseForm(initial=seen) if not form.is_bound else _shown_again(form, seen)
    context = {
        "month": figures.month,
        "slug": month,
        "figures": figures,
        "form": form,
        "history": closing.history_of(figures.month),
        "reopen_form": ReasonForm(),
    }
    return show_page(request, "close", context, status=422 if form.errors else 200)


@require_POST
@workspace_page(may_change=MONTH_REOPENERS)
def reopen(request: HttpRequest, month: str) -> HttpResponse:
    try:
        closing.reopen_month(
            tenant_id=tenant_of(request).id,
            first_date=month_named(month),
            reason=request.POST.get("reason", "")[:1000],
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, "The month is open again.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect(address(request, "reconciliation_close", month=month))


def _shown_again(form: CloseForm, seen: dict[str, str]) -> CloseForm:
    form.data = {**form.data.dict(), **seen}  # type: ignore[attr-defined]
    return form


def _show_months(request: HttpRequest, *, form: TolerancesForm | None = None, status: int = 200) -> HttpResponse:
    tenant = tenant_of(request)
    now = books.tolerances_of(tenant.id)
    today = local_time(clock.now(), tenant.time_zone).date()
    shown: list[dict[str, Any]] = [
        {
            "month": month,
            "slug": month_slug(month.first_date),
            "counts": counts,
            "outstanding": counts.get("outstanding", 0),
        }
        for month, counts in reading.months_with_counts(tenant_id=tenant.id)
    ]
    context = {
        "months": shown,
        "this_month": month_slug(today),
        "tolerances": now,
        "tolerances_form": form or TolerancesForm(initial={"minutes": now.minutes, "cents": now.cents}),
        "form": form,
    }
    return show_page(request, "months", context, status=status)
