"""The department's own history: searched, paged, with links to what it speaks of, and as CSV."""

import csv
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.desk_roles import HISTORY_READERS
from departments.roster import list_members
from geo.timezones import zone_named
from kernel import clock
from kernel.models import AuditEvent
from marketplace.history import Place, Sought, places_of, search_history
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.department.words import audit_words
from portals.doors import tenant_of
from portals.wording import local_time
from reports.spreadsheet_text import harmless
from tenants.models import Tenant

_DEFAULT_DAYS = 30
_CSV_ROWS = 20_000
KINDS = (
    "job", "shift", "bid", "award", "assignment", "timesheet", "clock_review", "roster", "duty", "policy",
    "policy_exception", "secondary_employment", "declared_hours", "disposition", "dispatch_entry", "dispatch_feed",
    "membership", "client",
)  # fmt: skip
_PAGES = {
    "request": ("department:request", "job_id"),
    "assignment": ("department:assignment", "assignment_id"),
    "award": ("department:award", "award_id"),
    "member": ("department:member", "entry_id"),
}


class HistoryForm(forms.Form):
    text = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Who, why or what")}),
    )
    officer = forms.CharField(
        label=_("Officer"), required=False, max_length=80, widget=forms.TextInput(attrs={"placeholder": _("Badge")})
    )
    reference = forms.CharField(label=_("Request"), required=False, max_length=12)
    action = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("Everything")), *((kind, kind.replace("_", " ").capitalize()) for kind in KINDS)],
    )
    from_date = forms.DateField(label=_("From"), required=False)
    until_date = forms.DateField(label=_("Until"), required=False)

    def clean_officer(self) -> str:
        return str(self.cleaned_data["officer"]).replace("\x00", "").strip()


@require_safe
@desk_page(may_read=HISTORY_READERS)
def history(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    form, sought, unknown = _sought(request, department)
    found = AuditEvent.objects.none() if unknown else search_history(department_id=department.id, sought=sought)
    page = Paginator(found, PAGE_SIZE * 2).get_page(request.GET.get("page"))
    places = places_of(page.object_list, department_id=department.id)
    rows = [(event, audit_words(event.action), _link(places[event.id])) for event in page.object_list]
    return show_page(
        request,
        "history",
        {
            "search": form,
            "form": form if form.errors else None,
            "page": page,
            "rows": rows,
            "unknown": unknown,
            "query": request.GET.urlencode(),
        },
        status=422 if form.errors else 200,
    )


@require_safe
@desk_page(may_read=HISTORY_READERS)
def export(request: HttpRequest) -> Any:
    """What the filters show, at most 20,000 lines, the latest first. Texts that a spreadsheet would run are quoted."""
    department = tenant_of(request)
    _form, sought, unknown = _sought(request, department)
    found = AuditEvent.objects.none() if unknown else search_history(department_id=department.id, sought=sought)
    events = list(found[:_CSV_ROWS])
    response = StreamingHttpResponse(_lines(events, department.time_zone), content_type="text/csv; charset=utf-8")
    today = local_time(clock.now(), department.time_zone).date()
    response["Content-Disposition"] = f'attachment; filename="history-{department.slug}-{today.isoformat()}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


class _Echo:
    def write(self, value: str) -> str:
        return value


def _lines(events: list[AuditEvent], zone: str) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(["when", "time_zone", "what", "who", "reason", "subject_kind", "subject_id"])
    for event in events:
        at = event.happened_at.astimezone(zone_named(zone)).replace(tzinfo=None).isoformat(" ", "seconds")
        yield writer.writerow(
            [
                at,
                zone,
                event.action,
                harmless(event.actor_label),
                harmless(event.reason),
                event.subject_kind,
                event.subject_id,
            ]
        )


def _sought(request: HttpRequest, department: Tenant) -> tuple[HistoryForm, Sought, bool]:
    """The form, what it asks for, and whether it names an officer who is not on the roster."""
    today = local_time(clock.now(), department.time_zone).date()
    data: dict[str, Any] = {"from_date": (today - timedelta(days=_DEFAULT_DAYS)).isoformat(), **request.GET.dict()}
    form = HistoryForm(data)
    form.is_valid()
    asked = form.cleaned_data
    zone = zone_named(department.time_zone)
    first, last = asked.get("from_date"), asked.get("until_date")
    officer = asked.get("officer", "")
    member = None
    if officer:
        members = list_members(department_id=department.id, text=officer)
        member = next((one for one in members if one.badge_number.lower() == officer.lower()), None) or (
            members[0] if len(members) == 1 else None
        )
    sought = Sought(
        text=asked.get("text", ""),
        reference=asked.get("reference", "").replace("\x00", ""),
        officer_id=member.officer_id if member else None,
        entry_id=member.entry_id if member else None,
        action=asked.get("action", ""),
        starts_at=datetime.combine(first, time(), zone) if first else None,
        ends_at=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    )
    return form, sought, bool(officer) and member is None


def _link(place: Place) -> tuple[str, str]:
    if place.kind not in _PAGES:
        return "", ""
    name, argument = _PAGES[place.kind]
    return reverse(name, kwargs={argument: place.identifier}), place.label
