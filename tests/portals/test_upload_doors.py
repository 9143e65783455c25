"""Every door through which a file comes in, and what must not come in through any of them.

Refused with a sentence, nothing kept of it, and a line in the history that says what it was.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from accounts.memberships import grant_role
from billing.models import IssuerLogo, WorkspaceImport
from departments import policy_drafts
from departments.access import inside
from departments.models import ImportRun, PolicyVersion
from kernel.models import AuditEvent
from marketplace.models import DocumentDemand, JobDocument, WhatIfRun
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import govern, make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.papers import JPEG, PDF, png
from tests.factories.people import make_person
from tests.factories.venues import NOW
from tests.marketplace.test_job_documents import INSURANCE

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _bomb() -> bytes:
    """Half a gigabyte of one cell, in half a megabyte."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(500):
                sheet.write(b"A" * 1_000_000)
    return packed.getvalue()


# The name that it comes under, the type that the browser claims, and what it is.
BAD: dict[str, tuple[str, str, bytes]] = {
    "an SVG with a script": ("logo.svg", "image/svg+xml", SCRIPT),
    "an SVG that is called a picture": ("logo.png", "image/png", SCRIPT),
    "a page that is called a table": ("roster.csv", "text/csv", b"<!DOCTYPE html><script>alert(1)</script>"),
    "a page with a PDF in it": ("paper.pdf", "application/pdf", b"<html><script>1</script></html>\n" + PDF),
    "a PDF that runs a program": ("paper.pdf", "application/pdf", PDF.replace(b"/Catalog", b"/Catalog/JavaScript")),
    "an archive behind a PDF": ("paper.pdf", "application/pdf", PDF + _zip(evil=b"x")),
    "a picture with a script behind it": ("logo.png", "image/png", png() + b"<script>alert(1)</script>"),
    "a picture cut in half": ("logo.jpg", "image/jpeg", JPEG[:60]),
    "a program": ("roster.xlsx", "application/vnd.ms-excel", b"MZ\x90\x00" + b"\x00" * 60),
    "an archive that unpacks for ever": ("roster.xlsx", "application/vnd.ms-excel", _bomb()),
    "an archive that is no workbook": ("roster.xlsx", "application/vnd.ms-excel", _zip(a=b"b")),
    "nothing": ("roster.csv", "text/csv", b""),
}


@dataclass
class Stage:
    """Somebody who may, at each of the doors."""

    department: Tenant
    agency: Tenant
    client: Browser
    desk: Browser
    office: Browser
    demand: DocumentDemand
    draft_id: Any

    def post(self, browser: Browser, kind: str, name: str, data: dict[str, Any], **named: Any) -> Any:
        urlconf = None if kind == "client" else f"config.urls_{kind}"
        return browser.post(reverse(f"{kind}:{name}", urlconf=urlconf, kwargs=named or None), data)


def desk_of(tenant: Tenant, *roles: str) -> Browser:
    person = make_person()
    for role in roles:
        grant_role(person=person, tenant_id=tenant.id, role=role, actor=SETTING_UP, at=NOW)
    browser = Browser(SERVER_NAME=f"{tenant.slug}.localhost")
    browser.force_login(person)
    return browser


@pytest.fixture
def stage(
    department: Tenant, agency: Tenant, monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path
) -> Stage:
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)
    govern(department, required_documents=[INSURANCE])
    requester = make_requester()
    job = submit(requester)
    client = Browser(SERVER_NAME="localhost")
    client.force_login(requester.person)
    draft = policy_drafts.start_draft(department_id=department.id, name="Spring", actor=SETTING_UP, at=NOW)
    demand = DocumentDemand.objects.get(job=job)
    return Stage(
        department,
        agency,
        client,
        desk_of(department, "coordinator"),
        desk_of(agency, "coordinator", "bookkeeper"),
        demand,
        draft.draft_id,
    )


Door = Callable[[Stage, Any], Any]
_PAPER = {"expires_date": "2026-03-10", "cover": "2000000.00"}
_LETTERHEAD = {"legal_name": "Name", "address": "1 Road", "tax_number": "", "language": "en"}


def _api(stage: Stage, file: Any) -> Any:
    data = {"file": file, "expires_date": "2026-03-10", "cover_cents": "200000000"}
    return stage.client.post(f"/api/v1/document-demands/{stage.demand.id}/files", data)


# By the module that takes the file in.
DOORS: dict[str, tuple[str, Door]] = {
    "a client's paper": (
        "portals/client/paper_views.py",
        lambda stage, file: stage.post(
            stage.client, "client", "paper", {"file": file, **_PAPER}, demand_id=stage.demand.id
        ),
    ),
    "a client's paper by program": ("api/serializers/papers.py", _api),
    "a department's logo": (
        "portals/letterhead.py",
        lambda stage, file: stage.post(stage.desk, "department", "letterhead", {"logo": file, **_LETTERHEAD}),
    ),
    "an agency's logo": (
        "portals/letterhead.py",
        lambda stage, file: stage.post(stage.office, "agency", "letterhead", {"logo": file, **_LETTERHEAD}),
    ),
    "a roster": (
        "portals/department/import_views.py",
        lambda stage, file: stage.post(stage.desk, "department", "roster_imports", {"file": file}),
    ),
    "a duty plan": (
        "portals/department/import_views.py",
        lambda stage, file: stage.post(stage.desk, "department", "duty_imports", {"file": file}),
    ),
    "a department's invoices": (
        "portals/reconciliation/import_views.py",
        lambda stage, file: stage.post(
            stage.desk, "department", "reconciliation_imports", {"file": file, "source": "agency"}
        ),
    ),
    "an agency's invoices": (
        "portals/reconciliation/import_views.py",
        lambda stage, file: stage.post(
            stage.office, "agency", "reconciliation_imports", {"file": file, "source": "agency"}
        ),
    ),
    "a policy": (
        "portals/department/policy_views.py",
        lambda stage, file: stage.post(
            stage.desk,
            "department",
            "publish_policy",
            {"file": file, "effective_from_date": "2026-05-01", "note": "New"},
        ),
    ),
    "a policy's draft": (
        "portals/department/policy_editor/exchange_views.py",
        lambda stage, file: stage.post(
            stage.desk, "department", "policy_draft_import", {"file": file}, draft_id=stage.draft_id
        ),
    ),
    "a what-if's draft": (
        "portals/department/what_if_forms.py",
        lambda stage, file: stage.post(
            stage.desk, "department", "what_ifs", {"file": file, "from_date": "2026-01-01", "until_date": "2026-02-01"}
        ),
    ),
}
# The style guide's form takes nothing in, and is not there in production.
_NO_DOOR = {"portals/design.py"}


def kept(stage: Stage) -> list[int]:
    with acting_as(purpose="worker"):
        public = [model.objects.count() for model in (JobDocument, IssuerLogo, WorkspaceImport, WhatIfRun)]
    with inside(department_id=stage.department.id):
        own = [model.objects.count() for model in (ImportRun, PolicyVersion)]
    return public + own


def test_no_door_is_forgotten() -> None:
    takes_files = re.compile(r"\bFileField\(|\bImageField\(")
    found = {
        str(path.relative_to(ROOT / "platform"))
        for folder in ("portals", "api")
        for path in (ROOT / "platform" / folder).rglob("*.py")
        if takes_files.search(path.read_text())
    }
    assert found == {module for module, _ in DOORS.values()} | _NO_DOOR


@pytest.mark.parametrize("door", DOORS)
def test_what_is_refused_at_every_door_leaves_its_evidence_and_nothing_else(stage: Stage, door: str) -> None:
    before, wrong = kept(stage), []
    for what, (name, claimed, content) in BAD.items():
        answer = DOORS[door][1](stage, SimpleUploadedFile(name, content, content_type=claimed))
        if answer.status_code not in (400, 422):
            wrong.append(f"{what}: {answer.status_code}")
            continue
        line = AuditEvent.objects.filter(action="upload.refused").latest("id")
        facts = line.after
        assert (facts["sha256"], facts["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content)), what
        assert (facts["claimed_kind"], facts["name"]) == (claimed, name)
        assert facts["door"] == answer.wsgi_request.path
        assert line.actor_person_id is not None
        assert line.happened_at == NOW
    assert wrong == []
    assert kept(stage) == before
    assert AuditEvent.objects.filter(action="upload.refused").count() == len(BAD)


def test_the_evidence_says_what_it_really_was(stage: Stage) -> None:
    for name, claimed, content in BAD.values():
        DOORS["a client's paper"][1](stage, SimpleUploadedFile(name, content, content_type=claimed))
    found = (
        AuditEvent.objects.filter(action="upload.refused").order_by("id").values_list("after__detected_kind", flat=True)
    )
    assert list(found) == [
        "image/svg+xml", "image/svg+xml", "text/html", "text/html", "application/pdf", "application/pdf",
        "image/svg+xml" if b"<svg" in BAD["a picture with a script behind it"][2] else "text/html",
        "image/jpeg", "application/x-msdownload", "application/zip", "application/zip", "empty",
    ]  # fmt: skip


def test_only_the_tenant_whose_door_it_was_reads_of_it(stage: Stage) -> None:
    name, claimed, content = BAD["a program"]
    for door in ("a roster", "an agency's logo", "a client's paper"):
        DOORS[door][1](stage, SimpleUploadedFile(name, content, content_type=claimed))
    lines = AuditEvent.objects.filter(action="upload.refused").order_by("id")
    assert [line.tenant_id for line in lines] == [stage.department.id, stage.agency.id, None]


def test_what_is_taken_leaves_no_line_of_a_refusal(stage: Stage) -> None:
    answer = DOORS["a client's paper"][1](stage, SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf"))
    assert answer.status_code == 302
    assert not AuditEvent.objects.filter(action="upload.refused").exists()


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Windows\\policy.pdf", "policy.pdf"),
        ("poli\u202efdp.exe", "polifdp.exe"),
        ("a\u0000b\r\nX-Header: 1.pdf", None),
        ("<b>bold</b>.pdf", None),
        ("x" * 300 + ".pdf", None),
    ],
)
def test_names_are_shown_without_their_tricks(stage: Stage, sent: str, shown: str | None) -> None:
    answer = DOORS["a client's paper"][1](stage, SimpleUploadedFile(sent, PDF, content_type="application/pdf"))
    if answer.status_code != 302:
        assert answer.status_code == 422
        return
    document = JobDocument.objects.get()
    assert not set(document.original_name) & set("/\\<>\u202e\r\n\x00")
    assert len(document.original_name) <= 120
    assert shown in (None, document.original_name)
    file = stage.client.get(reverse("client:paper_file", kwargs={"paper_id": document.id}))
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file["Content-Security-Policy"]
    assert "\n" not in file["Content-Disposition"]
