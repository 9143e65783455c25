"""What the desk's and the officers' fairness pages share: the filter, the charts, and the report's context."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portals.charts import bars, curve_points, polyline
from portals.wording import local_time, month_text
from reports.fairness_report import LONGEST_MONTHS, SOURCE, FairnessReport, Period
from tenants.models import Tenant

_PAGE_SIZE = 50
_USUAL_MONTHS = 6


class PeriodForm(forms.Form):
    """Every field may be empty; what cannot be read is said beside it, and the usual period is shown."""

    from_date = forms.DateField(label=_("From"), required=False)
    until_date = forms.DateField(label=_("To"), required=False)
    group = forms.CharField(label=_("Group"), required=False, max_length=40)

    def __init__(self, *arguments: Any, today: date, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        from_date, until_date = cleaned.get("from_date"), cleaned.get("until_date")
        if from_date and until_date:
            if until_date < from_date:
                self.add_error("until_date", _("This is before the first day."))
            elif until_date - from_date > timedelta(days=31 * LONGEST_MONTHS):
                self.add_error("until_date", _("Choose at most 36 months."))
        return cleaned

    def period(self, zone: str) -> Period:
        """The last day that was typed counts in full."""
        cleaned = self.cleaned_data if self.is_valid() else {}
        until_date = cleaned.get("until_date") or self.today
        from_date = cleaned.get("from_date") or _months_before(until_date, _USUAL_MONTHS - 1)
        if from_date > until_date or until_date - from_date > timedelta(days=31 * LONGEST_MONTHS):
            from_date = _months_before(until_date, _USUAL_MONTHS - 1)
        return Period(from_date, until_date + timedelta(days=1), zone)

    def group_chosen(self) -> str:
        return str(self.cleaned_data.get("group", "")).replace("\x00", "") if self.is_valid() else ""


def period_form(request: HttpRequest, *, department: Tenant, at: Any) -> PeriodForm:
    """Bound, with the usual period where nothing was asked for, so that the fields say what is shown."""
    today = local_time(at, department.time_zone).date()
    asked = request.GET.copy()
    if not asked.get("until_date"):
        asked["until_date"] = today.isoformat()
    if not asked.get("from_date"):
        asked["from_date"] = _months_before(today, _USUAL_MONTHS - 1).isoformat()
    return PeriodForm(asked, today=today)


def report_context(
    request: HttpRequest, report: FairnessReport, form: PeriodForm, rank_names: dict[str, str]
) -> dict[str, Any]:
    points = curve_points(report.curve)
    return {
        "report": report,
        "filter": form,
        "groups": [
            ("", _("Everybody")),
            *((code, rank_names.get(code, code)) for code in report.ranks),
            ("visiting", _("Other departments")),
        ],
        "page": Paginator(report.officers, _PAGE_SIZE).get_page(request.GET.get("page")),
        "rank_names": rank_names,
        "coefficient": f"{float(report.coefficient):.2f}",
        "curve": points,
        "curve_line": polyline(points),
        # Nobody is more equal than another where nothing was worked.
        "months": [(one, f"{float(one.coefficient):.2f}" if one.worked_minutes else "—") for one in report.months],
        "bars": bars(
            [(month_text(one.month), one.coefficient if one.worked_minutes else None) for one in report.months]
        ),
        "last_date": report.period.until_date - timedelta(days=1),
        "source": SOURCE,
        "query": request.GET.urlencode(),
    }


def _months_before(day: date, count: int) -> date:
    """The first of the month so many months earlier."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
