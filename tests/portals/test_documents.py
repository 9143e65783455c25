"""Documents on the pages: whose they are, what is found, a month as one file, and what stands at their top."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from accounts.memberships import grant_role
from billing.documents.content import DocumentContent
from billing.documents.credit_note import issue_credit_note
from billing.documents.issuers import profile_of
from billing.documents.issuing import issue_invoice
from billing.documents.receipt import issue_receipt
from billing.models import Charge, IssuedDocument, IssuerLogo, Settlement
from kernel.models import AuditEvent
from tenants.context import acting_as
from tenants.models import Tenant
from tests.documents.rows import settled
from tests.documents.test_logos import picture, zipped
from tests.factories.clients import Requester, govern, make_requester
from tests.factories.departments import SETTING_UP
from tests.factories.people import make_person
from tests.factories.venues import NOW

pytestmark = pytest.mark.django_db
MONTH = f"{NOW:%Y-%m}"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)


@pytest.fixture
def requester(department: Tenant) -> Requester:
    govern(department)
    return make_requester()


@pytest.fixture
def settlement(department: Tenant, requester: Requester) -> Settlement:
    return issued(settled(department, client=requester.client))


def issued(settlement: Settlement) -> Settlement:
    """With invoice, credit note and receipt."""
    with acting_as(purpose="worker"):
        invoice = issue_invoice(settlement_id=settlement.id, at=NOW)
        assert invoice is not None
        issue_credit_note(invoice=invoice, amount_cents=1_130, reason="Late", business_key=f"c:{invoice.id}", at=NOW)
        for charge in Charge.objects.filter(job=settlement.job):
            issue_receipt(charge_id=charge.id, at=NOW)
    return settlement


def at_market(requester: Requester) -> Browser:
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(requester.person)
    return browser


def staff_of(tenant: Tenant, role: str) -> Browser:
    person = make_person()
    grant_role(person=person, tenant_id=tenant.id, role=role, actor=SETTING_UP, at=NOW)
    browser = Browser(SERVER_NAME=f"{tenant.slug}.localhost")
    browser.force_login(person)
    return browser


def numbers(**about: object) -> set[str]:
    return set(IssuedDocument.objects.filter(**about).values_list("number", flat=True))


def test_a_client_finds_invoices_with_their_credit_notes_and_nobody_elses(
    department: Tenant,
    requester: Requester,
    settlement: Settlement,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    foreign = issued(settled(department))
    browser = at_market(requester)
    with django_assert_max_num_queries(12):
        text = browser.get(reverse("client:documents")).content.decode()
    assert all(number in text for number in numbers(job_id=settlement.job_id))
    assert not any(number in text for number in numbers(job_id=foreign.job_id))
    [note] = numbers(kind="credit_note", job_id=settlement.job_id)
    only = browser.get(reverse("client:documents"), {"kind": "invoice", "month": MONTH}).content.decode()
    assert f"{note}</a>, −$11.30" in only
    assert "credited by" in only
    assert "Nothing fits" in browser.get(reverse("client:documents"), {"number": "zzz"}).content.decode()
    nonsense = browser.get(reverse("client:documents"), {"kind": "statement", "month": "2026-99", "page": "x"})
    assert note in nonsense.content.decode()


def test_a_month_is_one_file_with_a_list_of_what_is_in_it(requester: Requester, settlement: Settlement) -> None:
    browser = at_market(requester)
    answer = browser.get(reverse("client:documents_archive"), {"month": MONTH})
    with ZipFile(BytesIO(b"".join(answer))) as archive:
        assert archive.testzip() is None
        rows = list(csv.DictReader(StringIO(archive.read("documents.csv").decode("utf-8-sig"))))
        assert {row["number"] for row in rows} == numbers(job_id=settlement.job_id)
        assert {row["total"] for row in rows} == {"1130.00", "-11.30"}
        assert all(archive.read(row["file"]).startswith(b"%PDF-") for row in rows)
    refused = browser.get(reverse("client:documents_archive"), follow=True)
    assert "Choose a month first" in refused.content.decode()


def test_department_and_agency_see_their_own(
    department: Tenant,
    other_department: Tenant,
    agency: Tenant,
    settlement: Settlement,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    supplied = issued(settled(department, agency=agency, paid=False))
    desk = reverse("department:documents", urlconf="config.urls_department")
    browser = staff_of(department, "payroll")
    with django_assert_max_num_queries(12):
        text = browser.get(desk).content.decode()
    assert all(number in text for number in numbers(job_id=settlement.job_id))
    assert not any(number in text for number in numbers(job_id=supplied.job_id))
    with django_assert_max_num_queries(12):
        told = browser.get(reverse("department:statements", urlconf="config.urls_department")).content.decode()
    assert f"{desk}?kind=self_billed_invoice" in told
    assert "No documents yet" in staff_of(other_department, "payroll").get(desk).content.decode()
    assert staff_of(department, "supervisor").get(desk).status_code == 403
    bookkeeper = staff_of(agency, "bookkeeper")
    with django_assert_max_num_queries(12):
        text = bookkeeper.get(reverse("agency:documents", urlconf="config.urls_agency")).content.decode()
    assert all(number in text for number in numbers(job_id=supplied.job_id))
    assert not any(number in text for number in numbers(job_id=settlement.job_id))


LETTERHEAD = {
    "legal_name": "Regional Police Services Board",
    "address": "1 Quay Road\r\nOakville ON",
    "tax_number": "10000 0001 RT0001",
    "regional_tax_number": "",
    "language": "fr-CA",
}


@pytest.mark.parametrize("kind", ["department", "agency"])
def test_name_tax_number_and_logo_are_on_documents_to_come(kind: str, request: pytest.FixtureRequest) -> None:
    tenant: Tenant = request.getfixturevalue(kind)
    browser = staff_of(tenant, "payroll" if kind == "department" else "bookkeeper")
    address = reverse(f"{kind}:letterhead", urlconf=f"config.urls_{kind}")
    assert tenant.name in browser.get(address).content.decode()
    logo = SimpleUploadedFile("logo.png", picture())
    saved = browser.post(address, {**LETTERHEAD, "logo": logo}, follow=True)
    assert "Saved for documents to come" in saved.content.decode()
    shown = browser.get(reverse(f"{kind}:letterhead_logo", urlconf=f"config.urls_{kind}"))
    assert shown.content.startswith(b"\x89PNG")
    assert AuditEvent.objects.get(action="issuer_profile.changed").tenant_id == tenant.id
    kept = browser.post(address, LETTERHEAD, follow=True)
    assert "letterhead/logo.png" in kept.content.decode()
    browser.post(address, {**LETTERHEAD, "removes_logo": "on"})
    assert profile_of(tenant_id=tenant.id).logo_id is None


def test_a_picture_that_is_something_else_is_refused_with_what_was_typed_kept(department: Tenant) -> None:
    browser = staff_of(department, "payroll")
    address = reverse("department:letterhead", urlconf="config.urls_department")
    for content in (b"<svg/>", picture("JPEG") + zipped()):
        answer = browser.post(address, {**LETTERHEAD, "logo": SimpleUploadedFile("logo.png", content)})
        assert answer.status_code == 422
        assert "Regional Police Services Board" in answer.content.decode()
    assert browser.post(address, {**LETTERHEAD, "legal_name": "x" * 161}).status_code == 422
    assert not IssuerLogo.objects.exists()
    assert staff_of(department, "auditor").post(address, LETTERHEAD).status_code == 403


def test_an_invoice_shows_the_letterhead_that_was_there_when_it_was_issued(
    department: Tenant, requester: Requester
) -> None:
    browser = staff_of(department, "payroll")
    logo = SimpleUploadedFile("logo.jpg", picture("JPEG", size=(600, 60)))
    browser.post(reverse("department:letterhead", urlconf="config.urls_department"), {**LETTERHEAD, "logo": logo})
    market = at_market(requester)
    chosen = market.post(reverse("language"), {"language": "es"}, follow=True)
    assert "Español" in chosen.content.decode()
    settlement = issued(settled(department, client=requester.client))
    invoice = IssuedDocument.objects.get(kind="invoice", settlement=settlement)
    page = PdfReader(BytesIO(bytes(invoice.pdf))).pages[0]
    text = page.extract_text()
    assert "Regional Police Services Board" in text
    assert "Registro fiscal GST/HST 10000 0001 RT0001" in text
    assert "Factura" in text
    assert len(page.images) == 1
    assert DocumentContent.from_json(invoice.content).language == "es"


def test_a_language_that_nobody_speaks_here_is_refused(requester: Requester) -> None:
    browser = at_market(requester)
    assert browser.post(reverse("language"), {"language": "tlh"}).status_code == 422
    requester.person.refresh_from_db()
    assert requester.person.language == "en"
