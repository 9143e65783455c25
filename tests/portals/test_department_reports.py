"""Reports at the desk: figures, charts with their tables, workbook and paper; money only for those who may read it."""

import io
import re
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from reports.charts import Chart, Series, limits_of, value_text
from reports.charts.geometry import lay_out
from tenants.models import Tenant
from tests.factories.departments import make_officer, publish_example
from tests.factories.hours import finished, on_payroll
from tests.factories.venues import STARTS_AT
from tests.portals.test_department_requests import address, staff

WEEK = "kind=week&from=2026-03-10"


def chart(kind: str, *values: list[float | None], unit: str = "count") -> Chart:
    series = [Series(f"Series {number}", one) for number, one in enumerate(values)]
    return Chart(kind=kind, title="T", description="D", labels=[str(n) for n in range(len(values[0]))], series=series,
                 unit=unit, n="1", period="P", source="S")  # type: ignore[arg-type]  # fmt: skip


def test_bars_stand_in_proportion_on_one_base() -> None:
    plot = lay_out(chart("bars", [1, 4, 0, None]), width=400, height=200)
    small, large = plot.bars
    assert large.height == pytest.approx(4 * small.height)
    assert {round(bar.y + bar.height, 6) for bar in plot.bars} == {plot.base}
    stacked = lay_out(chart("stacked", [1], [3]), width=400, height=200)
    below, above = stacked.bars
    assert above.y + above.height == pytest.approx(below.y)
    assert [tick.text for tick in stacked.ticks] == ["0", "1", "2", "3", "4"]


def test_lines_break_where_nothing_was_measured() -> None:
    plot = lay_out(chart("lines", [0.5, 1, None, 1, 1], unit="share"), width=400, height=200)
    assert [len(path.points) for path in plot.paths] == [2, 2]
    assert len(plot.dots) == 4
    assert plot.ticks[-1].text == "100.0 %"


def test_limits_need_eight_points_and_follow_the_moving_range() -> None:
    assert limits_of([1.0] * 7) == []
    mean, upper, lower = limits_of([10, 12, 10, 12, None, 10, 12, 10, 12])
    assert (mean.value, upper.value, lower.value) == pytest.approx((11, 16.32, 5.68))
    assert value_text(90, "minutes") == "1.5 h"


@pytest.fixture
def worked(department: Tenant, monkeypatch: pytest.MonkeyPatch, as_worker: None) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: STARTS_AT + timedelta(days=7))
    publish_example(department)
    officer = make_officer(department, home=None, family_name="Ashdown")
    on_payroll(finished(department, officer, starts_at=STARTS_AT, minutes=210), pay_cents=29_017, billed_cents=61_019)


@pytest.mark.django_db
@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("role", ["payroll", "auditor", "supervisor"])
def test_who_sees_money_sees_it_everywhere_and_nobody_else_does(department: Tenant, role: str) -> None:
    browser, _ = staff(department, role)
    page = browser.get(f"{address('report')}?{WEEK}").content.decode()
    book = browser.get(f"{address('report_workbook')}?{WEEK}")
    read = CalamineWorkbook.from_filelike(io.BytesIO(book.content))
    cells = [cell for name in read.sheet_names for row in read.get_sheet_by_name(name).to_python() for cell in row]
    assert read.sheet_names == ["Summary", "By day", "By officer", "By job"]
    assert ("610.19" in page, 610.19 in cells, 290.17 in cells) == (role != "supervisor",) * 3
    assert "3.5 h" in page
    assert 3.5 in cells
    assert browser.get(f"{address('report_paper')}?{WEEK}").content.startswith(b"%PDF")


@pytest.mark.django_db
@pytest.mark.usefixtures("worked")
def test_every_chart_has_a_name_a_table_and_its_source(
    department: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser, _ = staff(department)
    with django_assert_max_num_queries(12):
        page = browser.get(f"{address('report')}?{WEEK}").content.decode()
    assert page.count("<figure") == page.count("<figcaption>n = ") == 6
    for plot in re.findall(r"<svg class=\"chart-plot.*?</svg>", page, flags=re.S):
        named = re.search(r'aria-labelledby="(\S+) (\S+)"', plot)
        assert named is not None
        assert all(f'id="{one}"' in plot for one in named.groups())
    assert "style=" not in page
    assert page.count("chart-figures") == page.count("chart-narrow")


@pytest.mark.django_db
@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("query", ["kind=day&from=2026-03-10", "kind=range&from=2026-01-01&until=2026-04-30", "from=x"])
def test_any_period_is_shown_printed_and_written(department: Tenant, query: str) -> None:
    browser, _ = staff(department)
    for name in ("report", "report_workbook", "report_paper"):
        assert browser.get(f"{address(name)}?{query}").status_code == 200, name


@pytest.mark.django_db
@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("first", ["2026-03-10", "2020-01-01"])
def test_a_period_that_cannot_be_is_told_and_nothing_fails(department: Tenant, first: str) -> None:
    browser, _ = staff(department)
    answer = browser.get(f"{address('report')}?kind=range&from={first}&until=2026-03-01")
    assert answer.status_code == 422
    assert "cannot be shown" in answer.content.decode()
