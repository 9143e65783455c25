"""The questions in the middle: which dates, how many officers, and what they need to know."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from geo.timezones import TimeIsAmbiguous, to_utc
from kernel.errors import Refusal
from portals.client.posted import posted
from portals.client.request_forms import DetailsForm, OfficersForm
from portals.client.request_pages import (
    BACK_TO_CHECK,
    agreed_starts,
    go_on,
    goes_back,
    keep,
    question,
    request_page,
    to_missing_step,
)
from portals.client.request_state import RequestInHand
from portals.client.when_form import WhenForm, one_more
from portals.refusals import add_to_form

_WHEN_FIELDS = {"date": "date", "start_time": "start", "starts_at": "start", "end_time": "end", "ends_at": "end"}


@request_page
@require_http_methods(["GET", "HEAD", "POST"])
def when(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """One date or many; a date more or less is a round trip without judging what is typed so far."""
    if missing := to_missing_step(in_hand, until="when"):
        return missing
    form = WhenForm(posted(request), shifts=in_hand.shifts)
    if request.method == "POST":
        rows = form.as_typed()
        taken_away = request.POST.get("remove", "")
        if "add" in request.POST or taken_away.isdecimal():
            if "add" in request.POST:
                rows = one_more(rows)
            else:
                rows = [row for index, row in enumerate(rows) if index != int(taken_away)] or [{}]
            in_hand.save_shifts(rows)
            back = f"?{urlencode({'back': BACK_TO_CHECK})}" if goes_back(request) else ""
            return redirect(f"{request.path}{back}#date-{len(rows)}")
        if form.is_valid() and _dates_are_fine(form, in_hand):
            return go_on(request, in_hand, "when")
    return question(request, in_hand, "when", form, zone=in_hand.venue.get("time_zone", ""))


@request_page
@require_http_methods(["GET", "HEAD", "POST"])
def officers(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    """How many of each rank, by the governing department's rate card."""
    if missing := to_missing_step(in_hand, until="officers"):
        return missing
    policy = in_hand.policy
    assert policy is not None  # else there would be an obstacle
    form = OfficersForm(posted(request), policy=policy, shift=in_hand.staffing)
    if request.method == "POST" and form.is_valid():
        try:
            in_hand.save_shifts(in_hand.shifts, staffing=form.answers())
            refusal = in_hand.refusal_so_far(at=in_hand.at, agreed_starts=agreed_starts(in_hand))
            if refusal is not None and "positions" in (refusal.field or ""):
                form.add_error(form.rank_fields[0].name, refusal.message)
            else:
                return go_on(request, in_hand, "officers")
        except Refusal as refusal:
            add_to_form(form, refusal)
    return question(request, in_hand, "officers", form, policy=policy)


@request_page
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, in_hand: RequestInHand) -> HttpResponse:
    initial = dict(in_hand.answers)
    if in_hand.person is not None and not initial.get("contact_name"):
        initial["contact_name"] = in_hand.person.full_name
    form = DetailsForm(posted(request), initial=initial, questions=in_hand.questions)
    if request.method == "POST" and form.is_valid() and keep(form, in_hand, **form.answers()):
        return go_on(request, in_hand, "details")
    return question(request, in_hand, "details", form)


def _dates_are_fine(form: WhenForm, in_hand: RequestInHand) -> bool:
    """Keep the dates and let the domain judge them: past, ends before start, hours that clocks skip or show twice."""
    rows = form.cleaned_rows()
    in_hand.save_shifts(rows)
    _ask_about_repeated_hours(form, rows, in_hand.venue.get("time_zone", ""))
    if form.errors:
        return False
    refusal = in_hand.refusal_so_far(at=in_hand.at, agreed_starts=agreed_starts(in_hand))
    parts = (refusal.field or "").split(".") if refusal is not None else [""]
    if refusal is None or parts[0] != "shifts" or "positions" in parts:
        return True
    index = parts[1] if len(parts) > 1 and parts[1].isdecimal() else "0"
    name = f"{_WHEN_FIELDS.get(parts[-1], 'date')}_{index}"
    form.add_error(name if name in form.fields else None, refusal.message)
    return False


def _ask_about_repeated_hours(form: WhenForm, rows: list[dict[str, Any]], zone: str) -> None:
    for index, row in enumerate(rows):
        for end in ("start", "end"):
            if not row.get(f"{end}_repeated") and _comes_twice(row, end, zone):
                form.add_error(
                    f"{end}_repeated_{index}", "The clocks go back that night, so this hour comes twice. Choose one."
                )


def _comes_twice(row: dict[str, Any], end: str, zone: str) -> bool:
    day = date.fromisoformat(row["date"])
    if end == "end" and row.get("ends_next_day"):
        day += timedelta(days=1)
    try:
        to_utc(local=datetime.combine(day, time.fromisoformat(row[f"{end}_time"])), zone=zone, ambiguous="refuse")
    except TimeIsAmbiguous:
        return True
    except (Refusal, OverflowError):
        return False
    return False
