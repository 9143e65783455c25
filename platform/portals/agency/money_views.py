"""What the agency owes and is owed, by period and job."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.desk_roles import AGENCY_MONEY_HANDLERS
from billing.agencies import money as agency_money
from billing.agencies.money import JobAccount, PayOwed
from billing.paying_out import payees
from kernel import clock
from marketplace.models import Officer
from portals.agency.desk import PAGE_SIZE, agency_page, show_page
from portals.doors import tenant_of
from portals.wording import date_text
from reports.agency_money import money_csv, money_workbook
from reports.workbooks import XLSX

_LONGEST = timedelta(days=400)


class PeriodForm(forms.Form):
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)


@dataclass(frozen=True)
class _Found:
    form: PeriodForm
    since: date
    until: date
    accounts: list[JobAccount]
    pay: list[PayOwed]
    names: dict[Any, str]

    @property
    def period(self) -> str:
        return f"{date_text(self.since)} – {date_text(self.until)}"


@require_safe
@agency_page(may_read=AGENCY_MONEY_HANDLERS)
def money(request: HttpRequest) -> HttpResponse:
    """Without dates: this calendar month, in the agency's own zone."""
    agency, found = tenant_of(request), _found(request)
    context = {
        "form": found.form,
        "period": found.period,
        "page": Paginator(found.accounts, PAGE_SIZE).get_page(request.GET.get("page")),
        "totals": agency_money.totals_of(found.accounts),
        "pay": [{"name": found.names.get(one.officer_id, "—"), "one": one} for one in found.pay],
        "account": payees.payee_account_of(owner_kind="agency", owner_id=agency.id, currency=agency.currency),
        "query": f"since={found.since.isoformat()}&until={found.until.isoformat()}",
    }
    return show_page(request, "money", context, status=422 if found.form.errors else 200)


@require_safe
@agency_page(may_read=AGENCY_MONEY_HANDLERS)
def export_xlsx(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    pay = [
        (found.names.get(one.officer_id, "—"), one.payable_minutes, one.pay_cents, one.currency) for one in found.pay
    ]
    content = money_workbook(accounts=found.accounts, pay=pay, period=found.period, zone=tenant_of(request).time_zone)
    return _file(content, XLSX, "money.xlsx")


@require_safe
@agency_page(may_read=AGENCY_MONEY_HANDLERS)
def export_csv(request: HttpRequest) -> HttpResponse:
    content = money_csv(accounts=_found(request).accounts, zone=tenant_of(request).time_zone)
    return _file(content.encode("utf-8-sig"), "text/csv; charset=utf-8", "money.csv")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _found(request: HttpRequest) -> _Found:
    agency = tenant_of(request)
    zone = ZoneInfo(agency.time_zone)
    today = clock.now().astimezone(zone).date()
    form = PeriodForm(request.GET or None)
    typed: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    since = typed.get("since") or today.replace(day=1)
    until = typed.get("until") or max(today, since)
    if not timedelta(0) <= until - since <= _LONGEST:
        form.add_error("until", "Choose at most 400 days, the first before the last.")
        since, until = today.replace(day=1), today
    form.initial = {"since": since, "until": until}
    period = {"from_at": _midnight(since, zone), "until_at": _midnight(until + timedelta(days=1), zone)}
    pay = agency_money.pay_owed(agency_id=agency.id, **period)
    officers = Officer.objects.filter(id__in=[one.officer_id for one in pay])
    return _Found(
        form=form,
        since=since,
        until=until,
        accounts=agency_money.accounts_of_agency(agency_id=agency.id, **period),
        pay=pay,
        names=dict(officers.values_list("id", "display_name")),
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
