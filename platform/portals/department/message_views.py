"""The department's messages: what became of each, what came back, whom none reaches, what they cost."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.desk_roles import MESSAGE_READERS
from kernel import clock
from messaging.models import Channel, OutboundMessage
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.doors import tenant_of
from portals.states import look_of
from portals.wording import local_time
from reports import message_log
from reports.message_log import Sought
from reports.message_months import months_of
from reports.unreachable_officers import unreachable_officers
from reports.workbooks import XLSX
from tenants.models import Tenant

_TABS = {
    "messages": _("Sent"),
    "message_answers": _("Answers"),
    "message_gaps": _("Not reached"),
    "message_months": _("Months"),
}


class SearchForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[("", _("All")), (Channel.EMAIL, _("E-mail")), (Channel.SMS, _("Text message"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((value, look_of(value).label) for value in OutboundMessage.State.values)],
    )
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).replace("\x00", "").strip()


@require_safe
@desk_page(may_read=MESSAGE_READERS)
def messages(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    form, sought = _sought(request)
    found = message_log.messages_of(department_id=department.id, sought=sought, zone=department.time_zone)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "tabs": _tabs("messages"),
        "search": form,
        "form": form if form.errors else None,
        "page": page,
        "rows": message_log.lines(page.object_list),
        "query": request.GET.urlencode(),
    }
    return show_page(request, "messages", context, status=422 if form.errors else 200)


@require_safe
@desk_page(may_read=MESSAGE_READERS)
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    found = message_log.message_of(department_id=department.id, message_id=message_id)
    [line] = message_log.lines([found])
    context: dict[str, Any] = {
        "message": found,
        "line": line,
        "error": message_log.error_of(found),
        "moments": message_log.history_of(found),
        "parts": found.billed_segments or found.segments,
        "price": _price(found.price_micros, found.price_currency),
        "breadcrumbs": [{"label": _("Messages"), "url": reverse("department:messages")}],
    }
    return show_page(request, "message", context)


@require_safe
@desk_page(may_read=MESSAGE_READERS)
def answers(request: HttpRequest) -> HttpResponse:
    """What officers texted, and what was made of it. The words themselves stay between them and the platform."""
    found = message_log.answers_of(department_id=tenant_of(request).id)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    names = message_log.names_of_senders(page.object_list)
    rows = [
        (one, names.get(one.person_id, "") if one.person_id else "", message_log.masked(one.sender))
        for one in page.object_list
    ]
    return show_page(request, "message_answers", {"tabs": _tabs("message_answers"), "page": page, "rows": rows})


@require_safe
@desk_page(may_read=MESSAGE_READERS)
def gaps(request: HttpRequest) -> HttpResponse:
    found = unreachable_officers(department_id=tenant_of(request).id, at=clock.now())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return show_page(request, "message_gaps", {"tabs": _tabs("message_gaps"), "page": page})


@require_safe
@desk_page(may_read=MESSAGE_READERS)
def months(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    found = months_of(department_id=department.id, zone=department.time_zone, at=clock.now())
    rows = [(month, _price(month.price_micros, month.price_currency)) for month in found]
    return show_page(request, "message_months", {"tabs": _tabs("message_months"), "rows": rows})


@require_safe
@desk_page(may_read=MESSAGE_READERS)
def export(request: HttpRequest) -> HttpResponse:
    """What the filters show, at most 20,000 lines, and the months."""
    department = tenant_of(request)
    _form, sought = _sought(request)
    file = message_log.write_message_log(
        messages=message_log.messages_of(department_id=department.id, sought=sought, zone=department.time_zone),
        months=months_of(department_id=department.id, zone=department.time_zone, at=clock.now()),
        zone=department.time_zone,
    )
    answer = HttpResponse(file, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="messages-{_today(department)}.xlsx"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _sought(request: HttpRequest) -> tuple[SearchForm, Sought]:
    """What is mistyped is said on the page and left out of the search."""
    form = SearchForm(request.GET or None)
    values = form.cleaned_data if form.is_bound and (form.is_valid() or form.cleaned_data) else {}
    return form, Sought(
        state=values.get("state") or "",
        channel=values.get("channel") or "",
        name=values.get("name") or "",
        since=values.get("since"),
        until=values.get("until"),
    )


def _price(micros: int | None, currency: str) -> str:
    """A text costs less than a cent: four decimals, with the currency's code."""
    return "" if micros is None or not currency else f"{micros / 1_000_000:.4f} {currency}"


def _tabs(open_tab: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": reverse(f"department:{name}"), "active": name == open_tab}
        for name, label in _TABS.items()
    ]


def _today(department: Tenant) -> str:
    return local_time(clock.now(), department.time_zone).date().isoformat()
