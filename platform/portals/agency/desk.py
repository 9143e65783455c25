"""The agency's door and its frame: what a page of the agency needs around it."""

from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.desk_roles import AGENCY_MONEY_HANDLERS, AGENCY_ROLES, AGENCY_SCHEDULERS
from portals.doors import View, may, staff_page, tenant_of

PAGE_SIZE = 25


def agency_page(
    *, may_read: Collection[str] = AGENCY_ROLES, may_change: Collection[str] = AGENCY_SCHEDULERS
) -> Callable[[View], View]:
    """A page of the agency. Everybody on its staff reads, schedulers change, unless the page says otherwise."""
    return staff_page(may_read=may_read, may_change=may_change)


def show_page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(
        request,
        f"agency/{name}.html",
        {
            "zone": tenant_of(request).time_zone,
            "staffs": may(request, AGENCY_SCHEDULERS),
            "keeps_books": may(request, AGENCY_MONEY_HANDLERS),
            **context,
        },
        status=status,
    )
