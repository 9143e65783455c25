"""Work near the officer, one shift in full, bidding and taking a bid back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import actor_of
from departments.exception_queries import exceptions_of_officer
from departments.policy.ordering_keys import KEYS
from geo.points import parse_point
from kernel import clock
from kernel.errors import Refusal
from marketplace import access, bidding
from marketplace.approvals import approvable_reasons
from marketplace.feed import FeedPage, NearbyShift, feed_page, shift_as_seen_by
from marketplace.feed_queries import FeedWishes
from marketplace.models import Bid, Officer, Shift
from marketplace.officers import private_profile
from messaging.spoken import spoken
from portals.officer import cards
from portals.officer.forms import FeedFilter
from portals.officer.here import forget_here, here_of, keep_here
from portals.officer.pages import officer_page
from portals.officer.travel import distance_text
from portals.refusals import show
from ratings.summaries import site_figures_from
from tenants.queries import get_tenant

ON_THE_LIST = 20
ON_THE_MAP = 200
_DEEPEST = 10_000
UNDO_TIME = timedelta(minutes=5)
ORDER_WORDS = {
    "extra_duty_minutes_this_month": _("fewest extra-duty hours this month, awarded and worked"),
    "seniority_date": _("seniority"),
    "draw": _("a draw"),
}


@officer_page
@require_GET
def feed(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The list, a page at a time; asked by htmx with an offset, only what follows."""
    at = clock.now()
    form = FeedFilter(request.GET or None)
    wishes = form.wishes()
    on_map = request.GET.get("view") == "map"
    here = here_of(request)
    start = here[0] if here else private_profile(officer=officer, actor=actor_of(request)).home
    page = (
        feed_page(
            officer=officer,
            at=at,
            point=start,
            wishes=wishes,
            offset=_offset(request),
            limit=ON_THE_MAP if on_map else ON_THE_LIST,
        )
        if start
        else FeedPage([])
    )
    found = [cards.card_of(line, at=at) for line in page.lines]
    shown = [card for card in found if not (wishes.only_free and card.blocked)]
    context = {
        "form": form if form.is_bound else FeedFilter(initial={"sort": "distance"}),
        "filtered": form.is_bound and wishes != FeedWishes(),
        "cards": shown,
        "page": page,
        "hidden_count": len(found) - len(shown),
        "has_start": start is not None,
        "here_until": here[1] if here else None,
        "zone": get_tenant(tenant_id=officer.home_department_id).time_zone,
        "offset": _offset(request),
        "on_map": on_map,
        "radius": _radius_text(officer),
        "at": at,
    }
    if on_map:
        urls = {card.line.shift.id: reverse("officer:shift", args=[card.line.shift.id]) for card in shown}
        context["markers"] = cards.markers(shown, url_of=urls)
    elif request.headers.get("HX-Request") and _offset(request):
        return render(request, "officer/_feed_cards.html", context)
    return render(request, "officer/feed.html", context)


@officer_page
@require_POST
def set_here(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The phone's position, in the body; without one that can be read, back to the home area."""
    if "forget" in request.POST:
        forget_here(request)
        return redirect("officer:feed")
    try:
        keep_here(request, parse_point(request.POST.get("latitude"), request.POST.get("longitude")))
    except Refusal as refusal:
        show(request, refusal)
    return redirect("officer:feed")


@officer_page
@require_GET
def shift(request: HttpRequest, officer: Officer, shift_id: UUID) -> HttpResponse:
    at = clock.now()
    found = access.shift_for_officer(officer=officer, shift_id=shift_id, at=at, also=("job__client__site_summary",))
    line = shift_as_seen_by(officer=officer, shift=found, at=at)
    bids: list[Bid] = found.own_bids  # type: ignore[attr-defined]
    bid = bids[0] if bids else None
    context = {
        "shift": found,
        "job": found.job,
        "venue": found.job.venue,
        "line": line,
        "card": cards.card_of(line, at=at),
        "positions": line.places,
        "bid": bid,
        "bid_is_live": bid is not None and bid.state != Bid.State.WITHDRAWN,
        "assignment_id": found.own_assignment_id,  # type: ignore[attr-defined]
        "takes_bids": _takes_bids(line, at),
        "site_figures": site_figures_from(getattr(found.job.client, "site_summary", None)),
        **_approval(officer, line),
        "order": [ORDER_WORDS.get(key, spoken(KEYS[key].phrase)) for key in line.policy.award_order.keys],
        "breadcrumbs": [{"label": _("Near me"), "url": reverse("officer:feed")}],
        **_undo(bid, at),
    }
    return render(request, "officer/shift.html", context)


@officer_page
@require_POST
def bid(request: HttpRequest, officer: Officer, shift_id: UUID) -> HttpResponse:
    try:
        placed = bidding.place_bid(officer=officer, shift_id=shift_id, actor=actor_of(request), at=clock.now())
    except Refusal as refusal:
        show(request, refusal)
    else:
        if placed.state == Bid.State.WON:
            messages.success(request, _("The shift is yours. Everything you need is below."))
        else:
            messages.success(request, _("Your bid is in. We tell you when the shift is awarded."))
    return redirect("officer:shift", shift_id=shift_id)


@officer_page
@require_POST
def withdraw(request: HttpRequest, officer: Officer, shift_id: UUID) -> HttpResponse:
    try:
        bidding.withdraw_bid(officer=officer, shift_id=shift_id, actor=actor_of(request), at=clock.now())
    except Refusal as refusal:
        show(request, refusal)
    else:
        messages.success(request, _("Your bid is withdrawn. You can bid again while bidding is open."))
    return redirect("officer:shift", shift_id=shift_id)


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("offset", "")
    return min(int(text), _DEEPEST) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _takes_bids(line: NearbyShift, at: datetime) -> bool:
    shift = line.shift
    open_states = (Shift.State.OPEN, Shift.State.PART_STAFFED)
    return shift.state in open_states and line.closes_at is not None and at < line.closes_at and line.vacancies > 0


def _approval(officer: Officer, line: NearbyShift) -> dict[str, Any]:
    """What the officer can ask for, and what they asked for already. Nothing is read where nothing holds the shift."""
    if not approvable_reasons(line.verdict):
        return {"may_ask": False, "asked": []}
    asked = exceptions_of_officer(
        department_id=officer.home_department_id, officer_id=officer.id, shift_id=line.shift.id
    )
    waiting = {one.rule_id for one in asked if one.state == "requested"}
    held = {reason.rule_id for reason in approvable_reasons(line.verdict)}
    return {"may_ask": not held & waiting, "asked": asked}


def _undo(bid: Bid | None, at: datetime) -> dict[str, Any]:
    """What is left of the five minutes for a slip of the thumb. A bid can be withdrawn later too."""
    if bid is None or bid.state not in (Bid.State.PLACED, Bid.State.BACKUP):
        return {"undo_seconds": 0, "can_withdraw": False}
    left = int((bid.placed_at + UNDO_TIME - at).total_seconds())
    return {"undo_seconds": max(0, left), "can_withdraw": True}


def _radius_text(officer: Officer) -> str:
    return distance_text(officer.travel_radius_metres, get_tenant(tenant_id=officer.home_department_id).country)
