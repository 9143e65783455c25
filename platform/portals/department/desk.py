"""The desk's door and its frame: what a page of the department needs around it."""

from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.desk_roles import COORDINATORS, MONEY_HANDLERS, MONEY_READERS, ON_THE_DAY, PERSONNEL_READERS, READERS
from portals.doors import View, may, staff_page, tenant_of

PAGE_SIZE = 25


def desk_page(
    *, may_read: Collection[str] = READERS, may_change: Collection[str] = COORDINATORS
) -> Callable[[View], View]:
    """A page of the department's desk. Every reader reads, coordinators change, unless the page says otherwise."""
    return staff_page(may_read=may_read, may_change=may_change)


def show_page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A desk page; templates ask what the role may (`may_change` and such) before they show a button or a figure."""
    return render(
        request,
        f"department/{name}.html",
        {
            "may_change": may(request, COORDINATORS),
            "acts_on_the_day": may(request, ON_THE_DAY),
            "sees_money": may(request, MONEY_READERS),
            "handles_money": may(request, MONEY_HANDLERS),
            "reads_personnel": may(request, PERSONNEL_READERS),
            "zone": tenant_of(request).time_zone,
            "new_request_url": reverse("department:new_request"),
            **context,
        },
        status=status,
    )
