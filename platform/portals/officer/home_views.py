"""Where the officer sets out from, as an area, and how far they go."""

import math
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from geo.geocoding import GeocodedPlace, geocode
from geo.points import Point
from kernel import clock
from kernel.actors import Actor
from kernel.errors import Refusal
from marketplace import officers
from marketplace.models import Officer
from marketplace.officers import PrivateProfile
from portals.officer.forms import HomeForm
from portals.officer.pages import officer_page
from portals.officer.travel import distance_text
from portals.officer.welcome_steps import frame_of_step
from portals.refusals import add_to_form
from tenants.queries import get_tenant

# The equator's length over 256 pixels: metres a pixel at zoom 0.
_METRES_A_PIXEL = 156_543.0
_MAP_PIXELS = 260


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest, officer: Officer, in_welcome: bool = False) -> HttpResponse:
    actor = actor_of(request)
    profile = officers.private_profile(officer=officer, actor=actor)
    country = get_tenant(tenant_id=officer.home_department_id).country
    form = HomeForm(
        request.POST or None,
        initial={"address": profile.home_label},
        country=country,
        current=officer.travel_radius_metres,
    )
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            label = _settle(officer, profile, form, actor=actor, at=at)
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, _("Saved: %(place)s. Look at the circle.") % {"place": label})
            return redirect("officer:welcome_home" if in_welcome else "officer:home")
    context = {
        "form": form,
        "profile": profile,
        "radius_metres": officer.travel_radius_metres,
        "radius": distance_text(officer.travel_radius_metres, country),
        "zoom": _zoom(profile.home, officer.travel_radius_metres),
        **frame_of_step("home", in_welcome=in_welcome),
    }
    return render(request, "officer/home.html", context, status=422 if form.errors else 200)


def _settle(officer: Officer, profile: PrivateProfile, form: HomeForm, *, actor: Actor, at: datetime) -> str:
    """Keep the area and the radius; an area that was left as it stood is not looked up again. Returns its label."""
    label: str = form.cleaned_data["address"].strip()
    if profile.home is None or label != profile.home_label:
        place = geocode(label)
        label = _label(place)
        officers.set_home(officer=officer, label=label, point=place.point, actor=actor, at=at)
    radius_metres = form.cleaned_data["travel_radius_metres"]
    if radius_metres != officer.travel_radius_metres:
        officers.set_travel_radius(officer=officer, metres=radius_metres, actor=actor, at=at)
    return label


def _label(place: GeocodedPlace) -> str:
    """The area alone: what was typed may hold a street and a number, which nobody needs."""
    parts = [place.postal_code.split(" ")[0], place.place_name, place.region]
    return ", ".join(part for part in parts if part)


def _zoom(point: Point | None, radius_metres: int) -> int:
    """The closest zoom at which the whole circle fits."""
    if point is None:
        return 8
    metres_a_pixel = 2 * radius_metres / _MAP_PIXELS
    zoom = math.log2(_METRES_A_PIXEL * math.cos(math.radians(point.latitude)) / metres_a_pixel)
    return max(4, min(12, math.floor(zoom)))
