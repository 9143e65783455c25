"""Which dates of a job a page shows: all of an ordinary job, and of one that goes on for long those around now."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from marketplace.job_totals import DatesOfJob, JobTotals
from marketplace.models import Shift

# A page holds some hundred and fifty officers, however they are spread over its dates.
_MOST_DATES, _MOST_OFFICERS = 20, 150


def page_of_dates(
    shifts: "QuerySet[Shift]", *, totals: JobTotals, dates: DatesOfJob, number: str | None
) -> "Page[Shift]":
    """In the order of their beginning. Without a number the page that holds the first date which is not over yet.

    `shifts` are those that `dates.listed` counts.
    """
    on_each = max(totals.wanted // max(totals.dates, 1), 1)
    size = max(2, min(_MOST_DATES, _MOST_OFFICERS // on_each))
    paginator: Any = Paginator(shifts.order_by("starts_at", "number"), size)
    # Counted already, with the totals.
    paginator.count = dates.listed
    around_now = min(dates.past, max(dates.listed - 1, 0)) // size + 1
    page: Page[Shift] = paginator.get_page(number or around_now)
    page.object_list = list(page.object_list)
    return page
