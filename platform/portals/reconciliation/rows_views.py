"""A month's rows: filtered, paged, with the totals of what is shown; accepted all at once; brought up to date."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from billing.models import WorkspaceMonth
from billing.workspace import books, deciding, keeping, reading
from kernel import clock
from kernel.errors import Refusal
from portals.doors import tenant_of
from portals.reconciliation.desk import (
    address,
    came_from,
    listed_rows,
    month_named,
    month_slug,
    show_page,
    workspace_page,
)
from portals.reconciliation.forms import FilterForm
from portals.refusals import show


@require_safe
@workspace_page()
def rows(request: HttpRequest, month: str) -> HttpResponse:
    found = books.found_month(tenant_id=tenant_of(request).id, first_date=month_named(month))
    form = FilterForm(request.GET)
    chosen = form.chosen()
    page = reading.read_page(found, chosen, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    here = request.get_full_path()
    query = {name: value for name, value in request.GET.items() if name in form.fields and value}
    return show_page(
        request,
        "rows",
        {
            "month": found,
            "slug": month,
            "filter_form": form,
            "form": form if form.errors else None,
            "page": page,
            "listed": listed_rows(request, found, page.rows, here=here),
            "totals": reading.list_totals(found, chosen),
            "query": urlencode(query),
            "after_query": urlencode({**query, "after": page.after}) if page.after else "",
            "before_query": urlencode({**query, "before": page.before}) if page.before else "",
            "here": here,
            "neighbours": _neighbours(request, found),
        },
        status=422 if form.errors else 200,
    )


@require_POST
@workspace_page()
def accept_all(request: HttpRequest, month: str) -> HttpResponse:
    """What the list's filter shows, all pages of it."""
    first_date = month_named(month)
    try:
        accepted = deciding.accept_all(
            tenant_id=tenant_of(request).id,
            first_date=first_date,
            chosen=FilterForm(request.GET).chosen(),
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, f"{accepted:,} matches are accepted." if accepted else "There was nothing to accept.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect(came_from(request, address(request, "reconciliation_rows", month=month)))


@require_POST
@workspace_page()
def refresh(request: HttpRequest, month: str) -> HttpResponse:
    try:
        changed = keeping.rebuild_month(tenant_id=tenant_of(request).id, first_date=month_named(month), at=clock.now())
        messages.success(request, f"{changed:,} rows changed." if changed else "Every row is up to date.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect(came_from(request, address(request, "reconciliation_rows", month=month)))


def _neighbours(request: HttpRequest, month: WorkspaceMonth) -> list[dict[str, object]]:
    first = month.first_date
    return [
        {
            "label": f"{one:%B %Y}",
            "url": address(request, "reconciliation_rows", month=month_slug(one)),
            "active": one == first,
        }
        for one in (books.preceding(first), first, books.following(first))
    ]
