"""Invoices of an agency and of officers: checked row by row, kept whole or not at all, compared with ours."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from billing.models import WorkspaceImport, WorkspaceInvoice, WorkspaceInvoiceLine, WorkspaceRow
from billing.refusals.workspace import ImportHasMistakes, ImportIsOver, WorkspaceImportNotFound
from billing.workspace import keeping
from billing.workspace.importing import runs
from billing.workspace.importing.lines import cents_of, minutes_of
from departments.refusals import FileRefused
from kernel.actors import Actor
from tenants.context import acting_as
from tenants.models import Tenant
from tests.portals.test_department_requests import staff
from tests.workspace.conftest import AFTER, Work, rebuilt
from tests.workspace.test_pages import address

HEADER = "Invoice number,Invoice date,Invoice total,Reference,Job,Work date,Officer,Hours,Amount,Currency"
BOOKKEEPER = Actor(kind="person", label="Bo Keeper")


def line(row: WorkspaceRow, **changes: str) -> str:
    """A line by reference that agrees with the row."""
    texts = {
        "number": "2026-014", "date": "2026-03-31", "total": "439.00", "reference": row.reference, "job": "", "day": "",
        "officer": row.officer_name, "hours": "4:00", "amount": "439.00", "currency": "CAD", **changes,
    }  # fmt: skip
    return ",".join(f'"{text}"' for text in texts.values())


def upload(tenant: Tenant, *lines: str, source: str = "agency", content: bytes | None = None) -> WorkspaceImport:
    return runs.upload(
        tenant_id=tenant.id, source=source, file_name="invoices.csv", actor=BOOKKEEPER, at=AFTER,
        content=content if content is not None else "\n".join([HEADER, *lines]).encode(),
    )  # fmt: skip


def applied(tenant: Tenant, *lines: str, **more: Any) -> WorkspaceImport:
    run = upload(tenant, *lines, **more)
    return runs.apply(tenant_id=tenant.id, run_id=run.id, actor=BOOKKEEPER, at=AFTER)


@settings(max_examples=25)
@given(st.integers(1, 100_000_000))
def test_amounts_are_read_to_the_cent_in_every_usual_spelling(cents: int) -> None:
    whole, rest = divmod(cents, 100)
    for text in (f"{whole}.{rest:02d}", f"${whole:,}.{rest:02d}", f"{whole},{rest:02d} $", f"CA${whole}.{rest:02d}"):
        assert cents_of(text) == cents, text


def test_what_is_no_amount_or_time_is_not_guessed() -> None:
    assert [cents_of(text) for text in ("", "x", "1.234", "1.2.3", "1e5", "٣")] == [None, None, None, None, None, None]
    assert [minutes_of(text) for text in ("4:15", "4.25", "4,25", "4 h 15", "4.33", "4")] == [
        255,
        255,
        255,
        255,
        260,
        240,
    ]
    assert [minutes_of(text) for text in ("4:75", "soon", "")] == [None, None, None]


@pytest.mark.django_db
def test_matched_lines_stand_beside_ours(work: Work, department: Tenant) -> None:
    for days in range(2):
        work(days=days)
    agrees, differs = rebuilt(department)
    by_work = {
        "reference": "",
        "job": differs.job_reference,
        "day": str(differs.work_date),
        "officer": "robin  ALDERLY",
    }
    run = applied(
        department, line(agrees, total="938.00"), line(differs, total="938.00", hours="4.5", amount="499.00", **by_work)
    )
    assert (run.state, run.counts["invoices"], run.counts["lines"]) == ("applied", 1, 2)
    agrees, differs = WorkspaceRow.objects.order_by("starts_at")
    assert (agrees.state, agrees.own_cents, agrees.own_numbers) == ("matched", 43_900, "2026-014")
    assert agrees.reason.endswith("own invoice 2026-014 agrees.")
    assert (differs.difference_kind, differs.difference_minutes, differs.difference_cents) == ("own_invoice", 30, 6_000)
    assert differs.reason == (
        "The own invoice 2026-014 says CA$499.00, ours CA$439.00: 30 min apart and CA$60.00 apart."
    )
    with pytest.raises(ImportIsOver):
        runs.apply(tenant_id=department.id, run_id=run.id, actor=BOOKKEEPER, at=AFTER)


@pytest.mark.django_db
def test_officers_invoices_are_compared_with_what_they_earned(work: Work, department: Tenant) -> None:
    work()
    (row,) = rebuilt(department)
    applied(department, line(row, total="300.00", amount="300.00"), source="officer")
    row = WorkspaceRow.objects.get()
    assert (row.state, row.claimed_cents, row.claimed_numbers) == ("matched", 30_000, "2026-014")
    applied(department, line(row, number="2026-015", total="1.00", amount="1.00"), source="officer")
    row = WorkspaceRow.objects.get()
    assert (row.difference_kind, row.claimed_cents, row.difference_cents) == ("officer_invoice", 30_100, 100)


@pytest.mark.django_db
def test_every_mistake_is_named_with_its_row_and_nothing_is_kept(
    work: Work, department: Tenant, other_department: Tenant
) -> None:
    work()
    work(days=1)
    row, second = rebuilt(department)
    applied(department, line(second, number="USED"))
    elsewhere = {"reference": "", "job": row.job_reference, "day": str(row.work_date), "officer": "Nobody"}
    cases: list[tuple[str, str, str]] = [
        (line(row, total="440.00"), "Invoice total", "sum to 439.00"),
        (line(row, number="USED"), "Invoice number", "is here already"),
        (line(row, reference="ZZZZ-000000"), "Reference", "is none of the work in this workspace"),
        (line(row, reference="", job="ZZZZ", day="2026-03-10"), "Job", "is none of the work in this workspace"),
        (line(row, officer="Nobody Known"), "Officer", "is not the work of"),
        (
            line(row, **elsewhere),
            "Officer",
            "did not work",
        ),
        (line(row, amount="=439"), "Amount", "looks like a formula"),
        (line(row, amount="-439.00"), "Amount", "looks like a formula or is negative"),
        (line(row, amount="0.00"), "Amount", "is zero"),
        (line(row, amount="99999999.00"), "Amount", "is above"),
        (line(row, amount="four"), "Amount", "is not an amount"),
        (line(row, hours="90:00"), "Hours", "is not a time"),
        (line(row, date="31/03/2026"), "Invoice date", "is not a date"),
        (line(row, currency="USD"), "Currency", "this work is in CAD"),
        (line(row, currency="EUR"), "Currency", "is none of"),
        (line(row, number=""), "Invoice number", "is empty"),
    ]
    for text, column, reason in cases:
        run = upload(department, text)
        assert [(one["row"], one["column"]) for one in run.mistakes] == [(2, column)], (text, run.mistakes)
        assert reason in run.mistakes[0]["reason"]
        with pytest.raises(ImportHasMistakes):
            runs.apply(tenant_id=department.id, run_id=run.id, actor=BOOKKEEPER, at=AFTER)
    twice = upload(department, line(row, total="878.00"), line(row, total="878.00"))
    assert twice.mistakes == [{"row": 3, "column": "Invoice number", "reason": "bills the work of row 2 a second time"}]
    dates = upload(department, line(row, total="878.00"), line(second, total="878.00", date="2026-04-01"))
    assert [one["row"] for one in dates.mistakes] == [3]
    # Another agency's line reads like one that never was.
    foreign = upload(other_department, line(row))
    assert foreign.mistakes[0]["reason"] == f"“{row.reference}” is none of the work in this workspace"
    assert WorkspaceInvoice.objects.count() == 1


@pytest.mark.django_db
def test_files_that_cannot_be_read_whole_are_refused(work: Work, department: Tenant) -> None:
    mixed = "\n".join([HEADER, "é"]).encode() + b"\n\xff\xfe\xe9"
    for content, reason in (
        (b"", "empty"), (b"Officer,Amount\nx,1", "no column for: Invoice number"),
        (mixed, "Row 3 is not in the encoding"),
        (b"PK\x03\x04nonsense", "cannot be opened"),
        ("\n".join([HEADER, *["x"] * 5_001]).encode(), "5,001 lines"),
    ):  # fmt: skip
        with pytest.raises(FileRefused, match=reason):
            upload(department, content=content)
    assert WorkspaceImport.objects.count() == 0


@pytest.mark.django_db
def test_a_spreadsheet_reads_like_text(work: Work, department: Tenant) -> None:
    work()
    (row,) = rebuilt(department)
    target = io.BytesIO()
    book = Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.split(","))
    sheet.write_row(1, 0, ["7", "2026-03-31", 439, row.reference, "", "", row.officer_name, 4, 439.0, "CAD"])
    book.close()
    run = upload(department, content=target.getvalue())
    assert (run.mistakes, run.counts["cents"]) == ([], 43_900)


@pytest.mark.django_db
def test_a_failure_half_way_leaves_nothing(work: Work, department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    work()
    (row,) = rebuilt(department)
    run = upload(department, line(row))

    def fail(**_: Any) -> int:
        assert WorkspaceInvoiceLine.objects.count() == 1
        raise RuntimeError("killed")

    monkeypatch.setattr(keeping, "refresh_shifts_of", fail)
    with pytest.raises(RuntimeError):
        runs.apply(tenant_id=department.id, run_id=run.id, actor=BOOKKEEPER, at=AFTER)
    assert WorkspaceInvoice.objects.count() == 0
    assert runs.import_of(tenant_id=department.id, run_id=run.id).state == "previewed"


@pytest.mark.django_db
def test_the_pages_take_a_file_to_its_end(
    work: Work, department: Tenant, other_department: Tenant, monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    monkeypatch.setattr("kernel.clock.now", lambda: AFTER)
    work()
    (row,) = rebuilt(department)
    browser, _ = staff(department, "payroll")
    page = address(department, "reconciliation_imports")
    assert browser.post(page, {"source": "agency"}).status_code == 422

    def bring(text: str) -> Any:
        return browser.post(page, {"source": "agency", "file": SimpleUploadedFile("march.csv", text.encode())})

    bad = bring("\n".join([HEADER, line(row, officer="=cmd()")]))
    text = browser.get(bad.url).content.decode()
    assert "Nothing can be imported yet" in text
    assert "looks like a formula" in browser.get(f"{bad.url}mistakes.csv").content.decode()
    good = bring("\n".join([HEADER, line(row)]))
    with django_assert_max_num_queries(12):
        assert "Put them beside ours" in browser.get(good.url).content.decode()
    assert "1 invoices stand beside ours now." in browser.post(f"{good.url}apply", follow=True).content.decode()
    browser.post(f"{bad.url}cancel")
    with django_assert_max_num_queries(12):
        assert "march.csv" in browser.get(page).content.decode()
    assert "2026-014" in browser.get(f"{page}template.csv").content.decode()
    stranger, _ = staff(other_department, "payroll")
    assert stranger.get(good.url).status_code == 404
    assert stranger.post(f"{good.url}apply").status_code == 404
    with acting_as(purpose="request", tenant_id=other_department.id):
        assert WorkspaceImport.objects.count() == WorkspaceInvoice.objects.count() == 0
        with pytest.raises(WorkspaceImportNotFound):
            runs.import_of(tenant_id=department.id, run_id=WorkspaceImport().id)
