"""The workspace's door, on a department's and on an agency's host: who may read it and who may change it."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.desk_roles import MONTH_REOPENERS, RECONCILERS, RECONCILIATION_READERS
from billing.models import WorkspaceMonth, WorkspaceRow
from portals.doors import View, may, staff_page, tenant_of
from portals.reconciliation.listed_rows import listed


def workspace_page(*, may_change: Collection[str] = RECONCILERS) -> Callable[[View], View]:
    return staff_page(may_read=RECONCILIATION_READERS, may_change=may_change)


def address(request: HttpRequest, name: str, **places: Any) -> str:
    """Of a page of the workspace on this host."""
    return reverse(f"{tenant_of(request).kind}:{name}", urlconf=request.urlconf, kwargs=places or None)


def month_named(text: str) -> date:
    """2026-03 → its first day; anything else is not found."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404("There is no such month.") from error
    if not 2000 <= first.year <= 2200:
        raise Http404("There is no such month.")
    return first


def month_slug(first_date: date) -> str:
    return f"{first_date:%Y-%m}"


def came_from(request: HttpRequest, otherwise: str) -> str:
    """The list as it was filtered, when the form says so; never another host."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    inside = wanted.startswith(address(request, "reconciliation")) and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}
    )
    return wanted if inside else otherwise


def listed_rows(
    request: HttpRequest, month: WorkspaceMonth, rows: Iterable[WorkspaceRow], *, here: str
) -> list[dict[str, Any]]:
    """For `reconciliation/_row.html`, with what this person may do about each row."""
    return listed(rows, here=here, may_decide=may(request, RECONCILERS) and not month.is_closed)


def show_page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(
        request,
        f"reconciliation/{name}.html",
        {
            "base": address(request, "reconciliation"),
            "zone": tenant_of(request).time_zone,
            "may_reconcile": may(request, RECONCILERS),
            "may_reopen": may(request, MONTH_REOPENERS),
            **context,
        },
        status=status,
    )
