"""The read model: what rows show, how they follow the facts, what people decide; a bystander sees nothing."""

from dataclasses import fields
from datetime import timedelta

import pytest

from billing.models import PayrollLine, Transfer, WorkspaceNote, WorkspaceRow
from billing.refusals.workspace import NothingToAccept, NothingToExplain, PartsDoNotSum, WorkspaceRowNotFound
from billing.workspace import books, deciding, facts, keeping, reading
from billing.workspace.deciding import Part
from billing.workspace.reading import Filter
from kernel.errors import InvalidInput
from kernel.identifiers import uuid7
from kernel.models import AuditEvent
from kernel.subscriptions import Event
from marketplace.models import Assignment, Timesheet
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.departments import make_officer
from tests.factories.people import actor_for, make_person
from tests.workspace.conftest import AFTER, MARCH, Work, bill, line, punch, rebuilt

pytestmark = pytest.mark.django_db


@pytest.fixture
def bookkeeper():  # type: ignore[no-untyped-def]
    return actor_for(make_person(given_name="Bo", family_name="Keeper"))


def test_a_row_shows_award_schedule_gps_hours_bill_and_payout(work: Work, department: Tenant) -> None:
    sheet = work()
    (row,) = rebuilt(department)
    assert row.assignment_id == sheet.assignment_id
    assert (row.scheduled_minutes, row.clock_minutes, row.worked_minutes) == (240, 240, 240)
    assert (row.billable_minutes, row.billed_minutes) == (240, 240)
    assert (row.invoice_cents, row.shared_cents) == (43_900, 2_001)
    assert (row.pay_cents, row.due_cents, row.paid_cents, row.payout_state) == (30_000, 30_000, 30_000, "payroll")
    assert (row.officer_name, row.client_name, row.clock_verdict) == ("Robin Alderly", "Harbour Fair", "VERIFIED")
    assert (row.state, row.difference_kind) == ("matched", "")
    assert row.reason.startswith("4 h 00 worked, GPS 4 h 00, billed 4 h 00")


def test_a_missing_punch_is_no_gps_time_and_only_time_within_the_shift_counts(work: Work, department: Tenant) -> None:
    work(gps=None)
    half = work(days=1, gps=None)
    punch(half, minutes=240, kinds=("in",))
    early = work(days=2, gps=None)
    punch(early, minutes=300)
    rows = rebuilt(department)
    assert [(row.clock_minutes, row.difference_kind) for row in rows] == [
        (None, "gps_missing"), (None, "gps_missing"), (240, ""),
    ]  # fmt: skip


def test_every_cent_of_a_bill_is_in_some_row(work: Work, department: Tenant) -> None:
    first = work(billed=False)
    shift, job = first.assignment.shift, first.assignment.shift.job
    sheets = [first]
    for number in range(2):
        officer = make_officer(department, family_name=f"Birch{number}")
        assignment = Assignment.objects.create(
            shift=shift, position=first.assignment.position, officer=officer, award=first.assignment.award,
            state="checked_out", period=(shift.starts_at, shift.ends_at), pay_rate_cents_per_hour=7_500,
            authorised_ends_at=shift.ends_at, created_at=shift.starts_at,
        )  # fmt: skip
        sheets.append(
            Timesheet.objects.create(
                assignment=assignment,
                state="approved",
                worked_starts_at=shift.starts_at,
                worked_ends_at=shift.ends_at,
                worked_minutes=240,
                billable_minutes=240,
                payable_minutes=240,
                submitted_at=shift.ends_at,
            )
        )
        punch(sheets[-1], minutes=240)
    settlement = bill(first, shared=0)
    lines = [line(sheet.assignment_id, minutes=240, gross=43_901, pay=30_000) for sheet in sheets]
    settlement.price = {
        "lines": [
            *lines,
            line(None, minutes=0, gross=1_000, pay=0, kind="vehicle"),
            line(None, minutes=0, gross=77, pay=0, kind="service_fee", supplier="platform"),
        ]
    }
    settlement.save()
    rows = [row for row in rebuilt(department) if row.job_id == job.id]
    assert len(rows) == 3
    assert sum((row.invoice_cents or 0) + (row.shared_cents or 0) for row in rows) == 3 * 43_901 + 1_077
    (total,) = reading.totals(rows[0].month)
    assert total.sums["invoice_cents"] + total.sums["shared_cents"] == 3 * 43_901 + 1_077
    assert sum(total.states.values()) == total.rows == 3


def test_rows_follow_what_is_announced(work: Work, department: Tenant) -> None:
    sheet = work(billed=False)
    event = Event(uuid7(), "marketplace.timesheet_approved", department.id, {"timesheet_id": str(sheet.id)}, AFTER)
    keeping.on_work_changed(event=event, at=AFTER)
    row = WorkspaceRow.objects.get()
    assert (row.state, row.difference_kind) == ("open", "not_billed")
    settlement = bill(sheet)
    event = Event(uuid7(), "billing.shift_settled", department.id, {"shift_id": str(settlement.shift_id)}, AFTER)
    keeping.on_work_changed(event=event, at=AFTER)
    keeping.on_work_changed(event=event, at=AFTER + timedelta(hours=1))
    row = WorkspaceRow.objects.get()
    assert (row.state, row.updated_at) == ("matched", AFTER)


def test_time_alone_turns_a_row_to_missing_hours(work: Work, department: Tenant) -> None:
    sheet = work(gps=None, billed=False)
    assignment = sheet.assignment
    sheet.delete()
    during, afterwards = assignment.shift.starts_at, assignment.shift.ends_at
    keeping.refresh_open_months(at=during)
    assert WorkspaceRow.objects.get().difference_kind == "to_be_worked"
    assert keeping.refresh_open_months(at=afterwards) == 1
    assert WorkspaceRow.objects.get().difference_kind == "hours_missing"
    assert keeping.refresh_open_months(at=afterwards) == 0


def test_tolerances_are_the_tenants_own(work: Work, department: Tenant, bookkeeper) -> None:  # type: ignore[no-untyped-def]
    work(gps=228)
    assert rebuilt(department)[0].difference_kind == "gps"
    with pytest.raises(InvalidInput):
        books.set_tolerances(tenant_id=department.id, minutes=121, cents=0, actor=bookkeeper, at=AFTER)
    books.set_tolerances(tenant_id=department.id, minutes=12, cents=0, actor=bookkeeper, at=AFTER)
    assert rebuilt(department)[0].state == "matched"


def test_matches_are_accepted_one_by_one_and_all_at_once(work: Work, department: Tenant, bookkeeper) -> None:  # type: ignore[no-untyped-def]
    for days in range(3):
        work(days=days, gps=240 if days else 100)
    differs, first, second = rebuilt(department)
    with pytest.raises(NothingToAccept):
        deciding.accept(tenant_id=department.id, row_id=differs.id, actor=bookkeeper, at=AFTER)
    deciding.accept(tenant_id=department.id, row_id=first.id, actor=bookkeeper, at=AFTER)
    accepted = deciding.accept_all(
        tenant_id=department.id, first_date=MARCH, chosen=Filter(), actor=bookkeeper, at=AFTER
    )
    assert accepted == 1
    for row in WorkspaceRow.objects.exclude(id=differs.id):
        assert (row.decision, row.decided_by, row.decided_at) == ("accepted", "Bo Keeper", AFTER)
    assert AuditEvent.objects.filter(action="workspace.row_accepted", subject_id=first.id).count() == 1
    assert AuditEvent.objects.filter(action="workspace.matches_accepted").get().after["rows"] == 1
    assert second.id != first.id


def test_a_difference_is_explained_disputed_or_taken_back(work: Work, department: Tenant, bookkeeper) -> None:  # type: ignore[no-untyped-def]
    work(gps=100)
    work(days=1)
    differs, agrees = rebuilt(department)
    same = {"tenant_id": department.id, "row_id": differs.id, "actor": bookkeeper, "at": AFTER}
    with pytest.raises(InvalidInput):
        deciding.explain(note=" ", **same)
    with pytest.raises(NothingToExplain):
        deciding.explain(**{**same, "row_id": agrees.id}, note="x")
    assert deciding.explain(note="The phone was flat.", **same).state == "explained"
    assert deciding.dispute(note="Nobody saw him.", **same).state == "disputed"
    assert deciding.take_back(**same).state == "differs"
    assert rebuilt(department)[0].state == "differs"


def test_a_split_leaves_no_remainder(work: Work, department: Tenant, bookkeeper) -> None:  # type: ignore[no-untyped-def]
    work(gps=100)
    (row,) = rebuilt(department)
    same = {"tenant_id": department.id, "row_id": row.id, "actor": bookkeeper, "at": AFTER}
    with pytest.raises(PartsDoNotSum) as refused:
        deciding.split(parts=[Part(100, 0, "flat phone"), Part(39, 0, "briefing")], **same)
    assert refused.value.numbers == {"minutes": 1, "cents": 0}
    row = deciding.split(parts=[Part(100, 0, "flat phone"), Part(40, 0, "briefing")], **same)
    assert row.state == "split"
    assert sum(part.minutes for part in row.parts.all()) == row.difference_minutes == 140
    deciding.take_back(**same)
    assert row.parts.count() == 0


def test_a_decision_falls_when_the_figures_change(work: Work, department: Tenant, bookkeeper) -> None:  # type: ignore[no-untyped-def]
    sheet = work()
    (row,) = rebuilt(department)
    deciding.accept(tenant_id=department.id, row_id=row.id, actor=bookkeeper, at=AFTER)
    assert rebuilt(department, at=AFTER + timedelta(days=1))[0].decision == "accepted"
    PayrollLine.objects.filter(assignment_id=sheet.assignment_id).update(pay_cents=31_000)
    row = rebuilt(department)[0]
    assert (row.decision, row.state, row.difference_kind, row.difference_cents) == ("", "differs", "overpaid", 1_000)
    assert "Bo Keeper had accepted this row" in WorkspaceNote.objects.get().text


def test_filters_totals_and_pages_are_of_the_same_rows(work: Work, department: Tenant) -> None:
    for days in range(7):
        work(days=days, gps=240 if days % 3 else 100)
    rows = rebuilt(department)
    month = rows[0].month
    seen, after = [], ""
    while True:
        page = reading.read_page(month, Filter(), after=after, size=3)
        seen += [row.id for row in page.rows]
        if not (after := page.after):
            break
    assert seen == [row.id for row in rows]
    last = reading.read_page(month, Filter(), after=reading._cursor(rows[5]), size=3)
    back = reading.read_page(month, Filter(), before=last.before, size=3)
    assert [row.id for row in back.rows] == seen[3:6]
    assert [row.id for row in reading.read_page(month, Filter(), after="nonsense", size=3).rows] == seen[:3]
    chosen = Filter(state="differs", kind="gps", officer="alder", client="harbour", job=rows[3].job_reference)
    (total,) = reading.totals(month, chosen)
    found = reading.read_page(month, chosen).rows
    assert [row.id for row in found] == [rows[3].id]
    assert (total.rows, total.difference_minutes) == (1, 140)
    (whole,) = reading.totals(month)
    for of_these, shown in ((whole, Filter()), (total, chosen)):
        (above,) = reading.list_totals(month, shown)
        assert (above.currency, above.rows, above.accepted) == ("CAD", of_these.rows, of_these.accepted)
        assert above.difference_minutes == of_these.difference_minutes
        assert above.difference_cents == of_these.difference_cents
        listed = set(of_these.sums) & {one.name for one in fields(above)}
        assert {name: getattr(above, name) for name in listed} == {name: of_these.sums[name] for name in listed}
        assert len(listed) == 6
    assert reading.list_totals(month, Filter(officer="nobody of that name")) == []
    assert [(one.kind, one.rows, one.minutes) for one in whole.outstanding] == [("to_accept", 4, 0), ("gps", 3, 420)]
    days = Filter(from_date=rows[2].work_date, until_date=rows[4].work_date)
    assert [row.id for row in reading.read_page(month, days).rows] == seen[2:5]


def test_an_agency_sees_its_own_assignments_and_its_payout(work: Work, department: Tenant, agency: Tenant) -> None:
    sheet = work()
    settlement = bill_for_agency(sheet, agency)
    keeping.refresh_shifts(shift_ids=[settlement.shift_id], at=AFTER)
    ours = WorkspaceRow.objects.get(tenant_id=agency.id)
    assert WorkspaceRow.objects.get(tenant_id=department.id).id != ours.id
    assert (ours.due_cents, ours.paid_cents, ours.difference_kind) == (45_901, 0, "payout_missing")
    assert Transfer.objects.count() == 0


def bill_for_agency(sheet: Timesheet, agency: Tenant):  # type: ignore[no-untyped-def]
    settlement = sheet.assignment.shift.settlement
    settlement.contract.payee_mode, settlement.contract.agency_id = "agency", agency.id
    settlement.contract.save()
    return settlement


def test_a_bystander_sees_nothing_and_changes_nothing(
    work: Work, department: Tenant, other_department: Tenant, bookkeeper
) -> None:  # type: ignore[no-untyped-def]
    work()
    (row,) = rebuilt(department)
    with acting_as(purpose="request", tenant_id=other_department.id):
        assert WorkspaceRow.objects.count() == 0
        for act in (deciding.accept, deciding.take_back):
            with pytest.raises(WorkspaceRowNotFound):
                act(tenant_id=other_department.id, row_id=row.id, actor=bookkeeper, at=AFTER)
        with pytest.raises(WorkspaceRowNotFound):
            # Even with the right tenant's name: the wall compares who is asking.
            deciding.accept(tenant_id=department.id, row_id=row.id, actor=bookkeeper, at=AFTER)
    assert not list(facts.of_month(tenant_id=other_department.id, first_date=MARCH, until_date=AFTER.date(), at=AFTER))
    with acting_as(purpose="request", tenant_id=department.id):
        assert WorkspaceRow.objects.get().decision == ""
