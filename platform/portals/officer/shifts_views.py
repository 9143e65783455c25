"""What the officer works next, what they asked for, and what is behind them."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from geo.timezones import zone_named
from kernel import clock
from marketplace import queries
from marketplace.models import Assignment, Bid, Officer
from marketplace.offer_reading import open_offers_of
from portals.officer.pages import officer_page
from portals.officer.phone_cache import kept_on_phone
from portals.officer.questions import question_of

VIEWS = {"upcoming": _("Upcoming"), "bids": _("Bids"), "past": _("Past")}
_PAGE_SIZE = 20


@kept_on_phone
@officer_page
@require_GET
def shifts(request: HttpRequest, officer: Officer) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "upcoming"
    at = clock.now()
    bids = _bids(officer)
    upcoming = list(queries.officer_assignments(officer)[:100])
    waiting = sum(bid.state == Bid.State.PLACED for bid in bids)
    counts = {"upcoming": len(upcoming), "bids": waiting}
    base = reverse("officer:shifts")
    context: dict[str, Any] = {
        **question_of(officer),
        "view": view,
        "tabs": [
            {
                "label": label,
                "url": base if name == "upcoming" else f"{base}?view={name}",
                "active": name == view,
                "count": counts.get(name) or "",
            }
            for name, label in VIEWS.items()
        ],
        "at": at,
    }
    if view == "upcoming":
        today = [assignment for assignment in upcoming if _is_today(assignment, at)]
        context["offers"] = open_offers_of(officer, at=at)
        context |= {"today": today, "later": [one for one in upcoming if one not in today]}
    elif view == "bids":
        context["bids"] = bids
    else:
        pages = Paginator(queries.officer_history(officer), _PAGE_SIZE)
        context["page"] = pages.get_page(request.GET.get("page"))
    return render(request, "officer/shifts.html", context)


def _bids(officer: Officer) -> list[Bid]:
    """Waiting ones first by their shift's start, then the latest decisions; withdrawn ones are left out."""
    bids = (
        Bid.objects.filter(officer=officer)
        .exclude(state=Bid.State.WITHDRAWN)
        .select_related("shift__job__venue", "position")
        .order_by("-placed_at")[:60]
    )
    open_states = (Bid.State.PLACED, Bid.State.BACKUP)
    waiting = sorted((bid for bid in bids if bid.state in open_states), key=lambda bid: bid.shift.starts_at)
    return [*waiting, *(bid for bid in bids if bid.state not in open_states)]


def _is_today(assignment: Assignment, at: datetime) -> bool:
    """It starts today where it takes place, or it is going on."""
    shift = assignment.shift
    zone = zone_named(shift.time_zone)
    starts_today = shift.starts_at.astimezone(zone).date() == at.astimezone(zone).date()
    return assignment.state == Assignment.State.CHECKED_IN or starts_today or shift.starts_at <= at < shift.ends_at
