"""The first questions of a request: what for, and where."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from geo.distances import metres_between
from geo.geocoding import GeocodedPlace, geocode
from geo.points import CoordinatesInvalid, Point
from geo.timezones import zone_at
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace import drafts
from marketplace.jurisdictions import record_unserved_demand
from portals.client.posted import posted
from portals.client.request_forms import EventForm, PinForm, WhereForm
from portals.client.request_pages import BACK_TO_CHECK, go_on, goes_back, keep, question, request_page
from portals.client.request_state import SESSION_KEY, RequestInHand
from portals.refusals import add_to_form
from tenants.access import open_to_visitors

# Farther off than any town's postal code reaches: then the address or the pin is wrong.
FARTHEST_PIN_METRES = 60_000


@open_to_visitors
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first question. A draft is made when it is answered, so that a look costs nothing."""
    form = EventForm(posted(request), initial={"place": request.GET.get("place", "")[:300]})
    if request.method == "POST" and form.is_valid():
        person: Any = request.user if request.user.is_authenticated else None
        tenant = request.tenant  # type: ignore[attr-defined]
        draft = drafts.start_draft(person=person, department_id=tenant.id if tenant else None, at=clock.now())
        in_hand = RequestInHand(request, draft)
        request.session[SESSION_KEY] = in_hand.key
        try:
            in_hand.save(**_event_answers(form), typed_place=form.cleaned_data["place"] or None)
            return redirect("request:where", key=in_hand.key)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return question(request, None, "event", form, unfinished=_unfinished(request))


@request_page
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    form = EventForm(posted(request), initial=in_hand.answers)
    if request.method == "POST" and form.is_valid() and keep(form, in_hand, **_event_answers(form)):
        if in_hand.has_pin and in_hand.obstacle is not None:
            return redirect("request:not_possible", key=in_hand.key)
        return go_on(request, in_hand, "event")
    return question(request, in_hand, "event", form)


@request_page
@require_http_methods(["GET", "HEAD", "POST"])
def where(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """The address, placed offline. What it finds is a postal code's middle: the pin on the next page is what counts."""
    venue = in_hand.venue
    initial = {
        "address": venue.get("address") or in_hand.answers.get("typed_place", ""),
        "name": venue.get("name", ""),
        "end_address": in_hand.answers.get("end_address", ""),
    }
    form = WhereForm(posted(request), moves=in_hand.moves, initial=initial)
    if request.method == "POST" and form.is_valid():
        place = _placed(form, "address")
        end_address = form.cleaned_data.get("end_address", "")
        end_place = _placed(form, "end_address") if end_address else None
        if place is not None and not form.errors:
            answers = _venue_answers(form, place, end_place, before=venue)
            if keep(form, in_hand, venue=answers, end_address=end_address or None, typed_place=None):
                back = f"?{urlencode({'back': BACK_TO_CHECK})}" if goes_back(request) else ""
                return redirect(reverse("request:pin", kwargs={"key": in_hand.key}) + back)
    return question(request, in_hand, "where", form)


@request_page
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """The requester's own pin, which arms the clock-in fence, and who governs the place where it stands."""
    venue = in_hand.venue
    if venue.get("latitude") is None:
        return redirect("request:where", key=in_hand.key)
    has_end = venue.get("end_latitude") is not None
    form = PinForm(posted(request), has_end=has_end, initial=venue)
    if request.method == "POST" and form.is_valid() and _pin_is_fine(form, in_hand):
        cleaned = form.cleaned_data
        point = Point(cleaned["latitude"], cleaned["longitude"])
        if keep(form, in_hand, venue={**venue, **cleaned, "time_zone": zone_at(point)}):
            return _after_pin(request, in_hand)
    return question(
        request,
        in_hand,
        "where",
        form,
        template="client/request/pin.html",
        back_url=reverse("request:where", kwargs={"key": in_hand.key}),
        has_end=has_end,
        shown=form.data if form.is_bound else {name: venue.get(name) for name in form.fields},
        radius_metres=venue.get("radius_metres") or 150,
    )


def _event_answers(form: EventForm) -> dict[str, Any]:
    return {"event_type": form.cleaned_data["event_type"], "title": form.cleaned_data["title"].strip()}


def _placed(form: forms.Form, name: str) -> GeocodedPlace | None:
    try:
        return geocode(form.cleaned_data[name])
    except Refusal as refusal:
        form.add_error(name, refusal.message)
        return None


def _venue_answers(
    form: WhereForm, place: GeocodedPlace, end_place: GeocodedPlace | None, *, before: dict[str, Any]
) -> dict[str, Any]:
    """A pin that was confirmed for the same address stays where it is."""
    address = form.cleaned_data["address"].strip()
    named = {"name": form.cleaned_data["name"].strip() or address.split(",")[0][:160], "address": address}
    same_end = (before.get("end_latitude") is None) == (end_place is None)
    if before.get("address") == address and same_end:
        return {**before, **named}
    return {
        **named,
        "postal_code": place.postal_code,
        "place_name": place.place_name,
        "region": place.region,
        "country": place.country,
        "time_zone": place.time_zone,
        "latitude": round(place.point.latitude, 6),
        "longitude": round(place.point.longitude, 6),
        "end_latitude": round(end_place.point.latitude, 6) if end_place else None,
        "end_longitude": round(end_place.point.longitude, 6) if end_place else None,
        "pin_confirmed": False,
    }


def _pin_is_fine(form: PinForm, in_hand: RequestInHand) -> bool:
    cleaned = form.cleaned_data
    try:
        point = Point(cleaned["latitude"], cleaned["longitude"])
        if cleaned.get("end_latitude") is not None and cleaned.get("end_longitude") is not None:
            Point(cleaned["end_latitude"], cleaned["end_longitude"])
    except CoordinatesInvalid as refusal:
        form.add_error("latitude", refusal.message)
        return False
    try:
        found = geocode(str(in_hand.venue.get("address"))).point
    except Refusal:
        return True
    distance = metres_between(point, found)
    if distance > FARTHEST_PIN_METRES:
        form.add_error(
            "latitude",
            f"The pin is {distance / 1000:,.0f} km from the address. Move it back, or correct the address.",
        )
        return False
    return True


def _after_pin(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    obstacle = in_hand.obstacle
    if obstacle is None:
        policy = in_hand.policy
        if policy is not None and in_hand.venue.get("radius_metres") != policy.geofence.radius_metres:
            in_hand.save(venue={**in_hand.venue, "radius_metres": policy.geofence.radius_metres})
        return go_on(request, in_hand, "where")
    if obstacle.kind == "uncovered":
        _record_demand(in_hand)
    return redirect("request:not_possible", key=in_hand.key)


def _record_demand(in_hand: RequestInHand) -> None:
    """Once per place and draft, however often the page is sent."""
    venue = in_hand.venue
    place = f"{venue['latitude']},{venue['longitude']}"
    if in_hand.answers.get("demand_recorded_for") == place:
        return
    in_hand.save(demand_recorded_for=place)
    record_unserved_demand(
        point=Point(venue["latitude"], venue["longitude"]),
        place_name=venue.get("place_name", ""),
        region=venue.get("region", ""),
        country=venue.get("country", ""),
        event_type=in_hand.answers.get("event_type", ""),
        officers_wanted=sum(one["headcount"] for one in in_hand.staffing.get("positions", [])),
        at=in_hand.at,
    )


def _unfinished(request: HttpRequest) -> str:
    """The key of a request that this browser began and did not send, to offer going on with it."""
    key = str(request.session.get(SESSION_KEY) or "")
    try:
        draft = drafts.draft_by_key(key)
    except NotFound:
        return ""
    return key if draft.submitted_job_id is None and not draft.answers.get("changes_job_id") else ""
