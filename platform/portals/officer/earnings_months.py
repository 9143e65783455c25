"""What an officer earned month by month, as a picture with its figures."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portals.officer.earnings import EarnedRow
from portals.wording import local_time, month_text
from reports.charts import Chart, Series

MONTHS = 6


def months_chart(*, rows: Sequence[EarnedRow], currency: str, zone: str, at: datetime) -> Chart:
    """The last six months with the present one, by the local day on which a shift was settled. One currency: amounts of
    two cannot be added, and those of others stand in the rows."""
    months = _last_months(local_time(at, zone).date())
    earned = dict.fromkeys(months, 0)
    count = 0
    for row in rows:
        day = local_time(row.earning.settled_at, zone).date().replace(day=1)
        if row.earning.currency == currency and day in earned:
            earned[day] += row.earning.amount_cents
            count += 1
    return Chart(
        kind="bars",
        title=_("Earned by month"),
        description=_("One column a month; the table has the same figures."),
        labels=[month_text(month) for month in months],
        series=[Series(_("Earned"), list(earned.values()))],
        unit="cents",
        currency=currency,
        n=ngettext("%(count)s shift", "%(count)s shifts", count) % {"count": count},
        period=f"{month_text(months[0], with_year=True)} – {month_text(months[-1], with_year=True)}",
        source=_("settled shifts"),
        label_heading=_("Month"),
    )


def _last_months(today: date) -> list[date]:
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months
