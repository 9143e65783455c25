"""Documents on the pages and in the API: brought by the client, decided on at the desk, read by nobody else."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.memberships import grant_role
from marketplace.models import DocumentDemand, Job, JobDocument
from messaging.models import OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import Requester, govern, make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.outbox import drain
from tests.factories.papers import PDF
from tests.factories.people import make_person
from tests.factories.venues import NOW
from tests.marketplace.test_job_documents import INSURANCE

pytestmark = pytest.mark.usefixtures("as_worker")
TEXT = {"text": "It names the municipality as additional insured."}


@pytest.fixture(autouse=True)
def _today_and_files(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)


@pytest.fixture
def requester(department: Tenant) -> Requester:
    govern(department, required_documents=[{**INSURANCE, **TEXT}])
    return make_requester()


@pytest.fixture
def job(requester: Requester) -> Job:
    return submit(requester)


@pytest.fixture
def client(requester: Requester) -> Browser:
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(requester.person)
    return browser


def desk_of(tenant: Tenant, role: str = "coordinator") -> Browser:
    person = make_person(given_name="Dana", family_name="Whitlock")
    grant_role(person=person, tenant_id=tenant.id, role=role, actor=SETTING_UP, at=NOW)
    browser = Browser(SERVER_NAME=f"{tenant.slug}.localhost")
    browser.force_login(person)
    return browser


def desk_url(name: str, **parameters: Any) -> str:
    return reverse(f"department:{name}", urlconf="config.urls_department", kwargs=parameters)


def demand_url(job: Job) -> str:
    return reverse("client:paper", kwargs={"demand_id": DocumentDemand.objects.get(job=job).id})


def paper(content: bytes = PDF, **more: str) -> dict[str, Any]:
    file = SimpleUploadedFile("my policy.pdf", content, content_type="text/html")
    return {"file": file, "expires_date": "2026-03-10", "cover": "2000000.00", **more}


def test_a_client_brings_it_and_a_coordinator_accepts_it(
    department: Tenant, client: Browser, job: Job, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    job_url = reverse("client:job", kwargs={"job_id": job.id})
    desk, request_url = desk_of(department), desk_url("request", job_id=job.id)
    with django_assert_max_num_queries(12):
        page = client.get(job_url).content.decode()
    assert "One document is missing" in page
    assert demand_url(job) in page
    form = client.get(demand_url(job)).content.decode()
    assert 'enctype="multipart/form-data"' in form
    assert 'accept="application/pdf,image/jpeg,image/png"' in form
    assert "additional insured" in form
    assert "“Certificate of insurance” is missing" in desk.get(request_url).content.decode()

    assert client.post(demand_url(job), paper())["Location"] == job_url
    document = JobDocument.objects.get()
    assert (document.cover_cents, document.original_name) == (200_000_000, "my policy.pdf")
    with django_assert_max_num_queries(12):
        page = desk.get(request_url).content.decode()
    assert "my policy.pdf" in page
    file = desk.get(desk_url("paper_file", paper_id=document.id))
    assert file["Content-Disposition"] == 'attachment; filename="my policy.pdf"'
    assert (file["Content-Type"], file["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert b"".join(file.streaming_content) == PDF
    desk.post(desk_url("accept_paper", paper_id=document.id))
    desk.post(desk_url("approve", job_id=job.id), {"note": ""})
    job.refresh_from_db()
    assert job.state == "approved"
    assert "One document is missing" not in client.get(job_url).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (paper(b"<svg onload='x'>"), "markup"),
        (paper(b""), "empty"),
        (paper(expires_date="2026-03-09"), "must be valid through 2026-03-10"),
        (paper(expires_date="2026-02-30"), "Enter a date."),
        (paper(cover="1999999.99"), "must cover 2,000,000.00"),
        (paper(cover="NaN"), "Enter an amount."),
        ({"expires_date": "2026-03-10", "cover": "2000000"}, "Choose a file"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(client: Browser, job: Job, typed: dict[str, Any], said: str) -> None:
    if "file" in typed:
        typed["file"].seek(0)
    answer = client.post(demand_url(job), typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not JobDocument.objects.exists()


def test_a_rejected_one_is_told_with_its_reason_and_waived_with_another(
    department: Tenant, client: Browser, job: Job
) -> None:
    client.post(demand_url(job), paper())
    document, desk = JobDocument.objects.get(), desk_of(department)
    desk.post(desk_url("reject_paper", paper_id=document.id), {"reason": " "})
    desk.post(desk_url("reject_paper", paper_id=document.id), {"reason": "The venue is not named."})
    with acting_as(purpose="worker"):
        drain(at=NOW)
        letter = OutboundMessage.objects.get(subject__contains="was not accepted", recipient="pay@example.org")
    assert "The venue is not named." in letter.text
    assert "The venue is not named." in client.get(demand_url(job)).content.decode()
    desk.post(desk_url("waive_paper", demand_id=document.demand_id), {"reason": "The city insures it."})
    page = desk.get(desk_url("request", job_id=job.id)).content.decode()
    assert "The city insures it." in page
    assert desk_url("approve", job_id=job.id) in page


def test_nobody_else_finds_it(department: Tenant, other_department: Tenant, client: Browser, job: Job) -> None:
    client.post(demand_url(job), paper())
    document = JobDocument.objects.get()
    govern(other_department, name="us")
    strangers_desk, auditor = desk_of(other_department), desk_of(department, "auditor")
    stranger = Browser(SERVER_NAME="localhost")
    stranger.force_login(make_requester(name="Somebody else").person)
    file_url = reverse("client:paper_file", kwargs={"paper_id": document.id})
    withdraw_url = reverse("client:withdraw_paper", kwargs={"paper_id": document.id})
    assert [stranger.get(demand_url(job)).status_code, stranger.post(demand_url(job), paper()).status_code] == [
        404,
        404,
    ]
    assert [stranger.get(file_url).status_code, stranger.post(withdraw_url).status_code] == [404, 404]
    accept_url = desk_url("accept_paper", paper_id=document.id)
    assert [strangers_desk.post(accept_url).status_code, auditor.post(accept_url).status_code] == [404, 403]
    assert strangers_desk.get(desk_url("paper_file", paper_id=document.id)).status_code == 404
    assert auditor.get(desk_url("paper_file", paper_id=document.id)).status_code == 200
    assert Browser(SERVER_NAME="localhost").get(file_url).status_code == 302
    document.refresh_from_db()
    assert document.state == "uploaded"


@pytest.mark.parametrize("path", ["/client/papers/", "/api/v1/document-demands/"])
def test_a_hundred_megabytes_are_refused_before_they_are_read(client: Browser, job: Job, path: str) -> None:
    answer = client.generic(
        "POST", path, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(100 * 1024 * 1024)
    )
    assert answer.status_code == 413
    assert "more than 25 MB" in answer.content.decode()


def test_the_client_is_told_at_submission_and_reminded(client: Browser, job: Job) -> None:
    with acting_as(purpose="worker"):
        drain(at=NOW)
        letter = OutboundMessage.objects.get(subject__contains="we have your request", recipient="pay@example.org")
    assert "Certificate of insurance: by" in letter.text


def test_programs_bring_list_and_decide(department: Tenant, client: Browser, job: Job) -> None:
    listed = client.get(f"/api/v1/jobs/{job.id}/documents").json()
    assert [(row["code"], row["state"]) for row in listed] == [("insurance", "missing")]
    address = f"/api/v1/document-demands/{listed[0]['demand_id']}/files"
    refused = client.post(address, {"file": SimpleUploadedFile("x.pdf", b"MZ\x90"), "expires_date": "2026-03-10"})
    assert (refused.status_code, refused.json()["code"]) == (400, "file_refused")
    form = {"file": SimpleUploadedFile("x.pdf", PDF), "expires_date": "2026-03-10", "cover_cents": "200000000"}
    brought = client.post(address, form)
    assert (brought.status_code, brought.json()["state"]) == (201, "uploaded")
    desk = desk_of(department)
    approve_url, accept_url = (
        f"/api/v1/desk/{path}" for path in (f"jobs/{job.id}/approve", f"job-documents/{brought.json()['id']}/accept")
    )
    blocked = desk.post(approve_url, {"note": ""}, content_type="application/json")
    assert (blocked.status_code, blocked.json()["numbers"]["missing"][0]["state"]) == (409, "uploaded")
    assert desk.post(accept_url).json()["state"] == "accepted"
    assert desk.post(approve_url, {"note": ""}, content_type="application/json").json()["state"] == "approved"
