"""The dispatch sheet of a day: on screen, on paper, and as a secret address for a dispatch centre's own system."""

from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import ON_THE_DAY, READERS
from geo.timezones import zone_named
from kernel import clock
from kernel.errors import Refusal
from marketplace import dispatch
from marketplace.dispatch import DispatchLine
from portals.department.desk import desk_page, show_page
from portals.department.today_views import parse_date_or_none
from portals.doors import may, tenant_of
from portals.refusals import add_to_form, show
from portals.wording import local_time

# Watches that most departments keep; the whole day is the default.
WATCHES = {
    "": (_("Whole day"), time(0), timedelta(days=1)),
    "day": (_("Day watch, 06–14"), time(6), timedelta(hours=8)),
    "evening": (_("Evening watch, 14–22"), time(14), timedelta(hours=8)),
    "night": (_("Night watch, 22–06"), time(22), timedelta(hours=8)),
}


class SheetForm(forms.Form):
    on_date = forms.DateField(label=_("Date"), required=False)
    watch = forms.ChoiceField(
        label=_("Watch"), required=False, choices=[(code, words) for code, (words, _, _) in WATCHES.items()]
    )


class EntryForm(forms.Form):
    call_sign = forms.CharField(label=_("Call sign"), max_length=20, required=False)
    vehicle = forms.CharField(label=_("Vehicle"), max_length=40, required=False)


@require_safe
@desk_page(may_read=READERS)
def dispatch_page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def set_entry(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    form = EntryForm(request.POST)
    if form.is_valid():
        try:
            dispatch.set_dispatch_entry(
                department_id=tenant_of(request).id,
                assignment_id=assignment_id,
                **form.cleaned_data,
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, "Kept for the dispatch sheet.")
            return redirect(_back(request))
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, status=422, refused=(assignment_id, form))


@require_POST
@desk_page(may_change=ON_THE_DAY)
def make_feed(request: HttpRequest) -> HttpResponse:
    """The address is shown once, on the page that answers."""
    token = dispatch.make_feed(department_id=tenant_of(request).id, actor=actor_of(request), at=clock.now())
    addresses = [
        request.build_absolute_uri(reverse(f"feeds:dispatch_{kind}", kwargs={"token": token}))
        for kind in ("ical", "json")
    ]
    return _show(request, addresses=addresses)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def revoke_feed(request: HttpRequest) -> HttpResponse:
    try:
        dispatch.revoke_feed(department_id=tenant_of(request).id, actor=actor_of(request), at=clock.now())
        messages.success(request, "The feed has ended. Whoever asks for it finds nothing.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:dispatch")


def _back(request: HttpRequest) -> str:
    """The same day and watch, without the form."""
    asked = {name: request.GET[name] for name in ("on_date", "watch") if name in request.GET}
    return reverse("department:dispatch") + (f"?{urlencode(asked)}" if asked else "")


def _change_form(lines: list[DispatchLine], changed: UUID | None) -> EntryForm:
    """Of the one line that is being changed: a form in each of 500 lines would be a page of forms."""
    line = next((one for one in lines if one.assignment.id == changed), None)
    return EntryForm(initial={"call_sign": line.call_sign, "vehicle": line.vehicle} if line else {})


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _show(
    request: HttpRequest,
    *,
    status: int = 200,
    addresses: list[str] | None = None,
    refused: tuple[UUID, EntryForm] | None = None,
) -> HttpResponse:
    department, at = tenant_of(request), clock.now()
    on_date = parse_date_or_none(request.GET.get("on_date", "")) or local_time(at, department.time_zone).date()
    watch = request.GET.get("watch", "") if request.GET.get("watch", "") in WATCHES else ""
    words, begins, lasts = WATCHES[watch]
    starts_at = datetime.combine(on_date, begins, zone_named(department.time_zone))
    # On the wall clock: a day with 25 hours is one day.
    ends_at = datetime.combine(on_date, begins) + lasts
    ends_at = ends_at.replace(tzinfo=zone_named(department.time_zone))
    lines = dispatch.dispatch_sheet(department_id=department.id, starts_at=starts_at, ends_at=ends_at)
    changed, change_form = refused or (_uuid_or_none(request.GET.get("change", "")), None)
    may_set = may(request, ON_THE_DAY)
    return show_page(
        request,
        "dispatch",
        {
            "form": refused[1] if refused else None,
            "sheet_form": SheetForm(initial={"on_date": on_date, "watch": watch}),
            "on_date": on_date,
            "watch_words": words,
            "lines": lines,
            "changed": changed,
            "change_form": change_form or _change_form(lines, changed),
            "base": urlencode({"on_date": on_date.isoformat(), "watch": watch}),
            "previous": (on_date - timedelta(days=1)).isoformat(),
            "next": (on_date + timedelta(days=1)).isoformat(),
            "watch": watch,
            "desk_phone": department.contact_phone,
            "feed": dispatch.live_feed(department_id=department.id) if may_set else None,
            "may_set": may_set,
            "addresses": addresses,
            "at": at,
        },
        status=status,
    )
