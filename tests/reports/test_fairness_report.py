"""The fairness report: hours, ledger and months added up, the same for desk and members, who read pseudonyms."""

import io
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from departments.access import inside
from departments.models import FairnessEntry
from kernel.identifiers import uuid7
from marketplace.models import Assignment, Award, Officer, Timesheet
from marketplace.pseudonyms import pseudonym_of
from reports.fairness_report import FairnessReport, Period, fairness_report
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.jobs import make_job, make_shift
from tests.marketplace.awarded import NOW
from tests.portals.test_department_requests import address, staff
from tests.portals.test_officer import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1), "America/Toronto")
# 1 March 03:00 UTC is still February in Toronto.
STILL_FEBRUARY = datetime(2026, 3, 1, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_the_end_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: datetime(2026, 3, 31, 12, tzinfo=UTC))


@pytest.fixture
def officers(department: Tenant) -> list[Officer]:
    govern(department)
    return [make_officer(department, family_name=name) for name in ("Alder", "Birch", "Cedar")]


def work(
    department: Tenant, officer: Officer, *, starts_at: datetime, minutes: int, kind: str = "closing", **snapshot: Any
) -> Award:
    shift = make_shift(make_job(department, at=NOW), starts_at=starts_at, at=NOW)
    position = shift.positions.get()
    award = Award.objects.create(
        shift=shift, position=position, decided_at=starts_at - timedelta(days=1), decided_by="Dana Whitlock",
        engine_version="1", policy_version=1, policy_sha256="x",
        snapshot={"kind": kind, "bids": [], "ranking": None, "judgements": {}, **snapshot},
    )  # fmt: skip
    assignment = Assignment.objects.create(
        shift=shift, position=position, officer=officer, award=award, period=(shift.starts_at, shift.ends_at),
        state="checked_out", pay_rate_cents_per_hour=6500, authorised_ends_at=shift.ends_at, created_at=NOW,
    )  # fmt: skip
    Timesheet.objects.create(
        assignment=assignment, worked_starts_at=starts_at, worked_ends_at=starts_at + timedelta(minutes=minutes),
        worked_minutes=minutes, billable_minutes=minutes, payable_minutes=minutes, submitted_at=NOW, state="approved",
    )  # fmt: skip
    return award


def note(department: Tenant, officer_id: UUID, kind: str, minutes: int = 0) -> None:
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    with inside(department_id=department.id):
        FairnessEntry.objects.create(
            business_key=str(uuid7()), kind=kind, officer_id=officer_id, minutes=minutes, happened_at=at, recorded_at=at
        )


def by_name(report: FairnessReport) -> dict[str, Any]:
    return {one.name: one for one in report.officers}


def test_hours_ledger_and_idle_members_add_up(
    department: Tenant, other_department: Tenant, officers: list[Officer]
) -> None:
    govern(other_department, name="us")
    alder, birch, cedar = officers
    guest = make_officer(other_department, family_name="Guest")
    work(department, alder, starts_at=datetime(2026, 3, 5, 15, tzinfo=UTC), minutes=240)
    work(department, alder, starts_at=datetime(2026, 3, 8, 15, tzinfo=UTC), minutes=120)
    work(department, birch, starts_at=STILL_FEBRUARY, minutes=600)
    work(department, guest, starts_at=datetime(2026, 3, 9, 15, tzinfo=UTC), minutes=60)
    for kind in ("offered", "offered", "refused", "unreachable"):
        note(department, birch.id, kind)
    note(department, cedar.id, "credit", 90)
    # The bystander's ledger knows the same officer, and says nothing here.
    note(other_department, cedar.id, "refused")
    report = fairness_report(department=department, period=MARCH)
    rows = by_name(report)
    assert set(rows) == {one.display_name for one in (*officers, guest)}
    first, second = rows[alder.display_name], rows[birch.display_name]
    assert (first.worked_minutes, first.awarded_shifts, first.awarded_minutes) == (360, 2, 480)
    assert (second.worked_minutes, second.offers, second.refusals, second.unreachable) == (0, 2, 1, 1)
    assert (rows[cedar.display_name].credit_minutes, rows[cedar.display_name].refusals) == (90, 0)
    # 0, 0, 60, 360 over four people.
    assert report.coefficient == Fraction(-3 * 0 - 0 + 60 + 3 * 360, 4 * 420)
    [month] = report.months
    assert (month.people, month.working, month.worked_minutes, month.coefficient) == (4, 2, 420, report.coefficient)
    visiting = fairness_report(department=department, period=MARCH, group="visiting")
    assert [one.name for one in visiting.officers] == [guest.display_name]
    assert {one.name for one in fairness_report(department=department, period=MARCH, group="constable").officers} == {
        one.display_name for one in officers
    }
    theirs = fairness_report(department=other_department, period=MARCH)
    assert by_name(theirs)[cedar.display_name].refusals == 1
    assert theirs.worked_minutes == 0


def test_overrides_name_who_and_why(department: Tenant, officers: list[Officer]) -> None:
    at = datetime(2026, 3, 5, 15, tzinfo=UTC)
    work(department, officers[0], starts_at=at, minutes=60, kind="manual", reason="Speaks Portuguese.")
    work(department, officers[1], starts_at=at, minutes=60)
    [one] = fairness_report(department=department, period=MARCH).overrides
    assert (one.made_by, one.reason) == ("Dana Whitlock", "Speaks Portuguese.")


def test_the_desk_reads_names_in_constant_queries_and_takes_the_figures_along(
    department: Tenant, officers: list[Officer], django_assert_max_num_queries: Any
) -> None:
    work(department, officers[0], starts_at=datetime(2026, 3, 5, 15, tzinfo=UTC), minutes=240)
    desk, _ = staff(department)
    for query in ("", "?from_date=2026-03-01&until_date=2026-03-31", "?from_date=never&group=%00", "?page=99"):
        with django_assert_max_num_queries(12):
            text = desk.get(address("fairness") + query).content.decode()
        assert officers[0].display_name in text
        assert "<desc" in text
    assert (
        "before the first day"
        in desk.get(address("fairness") + "?from_date=2026-03-31&until_date=2026-03-01").content.decode()
    )
    book = desk.get(address("fairness_workbook")).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == [officers[0].display_name, "constable", 4.0]
    figures = desk.get(address("fairness_figures")).json()
    assert (figures["people"], figures["worked_minutes"], figures["gini"]) == (3, 240, 0.6667)
    assert sum(month["worked_minutes"] for month in figures["months"]) == 240


def test_members_read_pseudonyms_and_their_own_name(
    department: Tenant, officers: list[Officer], django_assert_max_num_queries: Any
) -> None:
    alder, birch, cedar = officers
    work(department, birch, starts_at=datetime(2026, 3, 5, 15, tzinfo=UTC), minutes=240)
    client = signed_in(alder)
    with django_assert_max_num_queries(12):
        text = client.get(reverse("officer:fairness")).content.decode()
    assert alder.display_name in text
    for other in (birch, cedar):
        assert pseudonym_of(department_id=department.id, officer_id=other.id) in text
        for secret in (other.display_name, other.person.email, str(other.id)):
            assert secret not in text
