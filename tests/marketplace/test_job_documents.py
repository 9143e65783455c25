"""Papers of a job from the demand to the gate: brought, looked at, waived, used again, reminded of."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from kernel.errors import NotFound
from kernel.models import AuditEvent, OutboxEvent
from marketplace.approving import approve_job
from marketplace.documents.checklists import checklist
from marketplace.documents.reviewing import accept_document, reject_document, waive_document
from marketplace.documents.scanning import scan_reminders
from marketplace.documents.uploading import reusable_documents, reuse_document, upload_document, withdraw_document
from marketplace.models import DocumentDemand, Job, JobDocument
from marketplace.posting import propose_change, withdraw_job
from marketplace.refusals_documents import (
    DocumentAlreadyAccepted,
    DocumentAlreadyDecided,
    DocumentsClosed,
    DocumentsMissing,
    DocumentWillNotDo,
)
from marketplace.shifts import mark_contracted, mark_funded
from tenants.models import Tenant
from tests.factories.clients import Requester, govern, make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.papers import PDF, png
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms

pytestmark = pytest.mark.usefixtures("as_worker")

INSURANCE = {
    "code": "insurance",
    "name": "Certificate of insurance",
    "minimum_cover_cents": 200_000_000,
    "due_hours_before_start": 72,
}
PERMIT = {"code": "liquor_permit", "name": "Liquor permit", "when_alcohol": True, "gates": "opening"}
THE_DAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def requester(department: Tenant) -> Requester:
    govern(department, required_documents=[INSURANCE, PERMIT])
    return make_requester()


def bring(job: Job, requester: Requester, *, code: str = "insurance", content: bytes = PDF, **more: Any) -> JobDocument:
    facts = {"expires_date": THE_DAY, "cover_cents": 200_000_000, "at": NOW, **more}
    return upload_document(
        job=job, code=code, file=io.BytesIO(content), name="paper.pdf", actor=requester.actor, **facts
    )


def accept(document: JobDocument) -> JobDocument:
    return accept_document(
        document_id=document.id, department_id=document.governing_department_id, actor=SETTING_UP, at=NOW
    )


def approve(job: Job) -> Job:
    return approve_job(job_id=job.id, department_id=job.governing_department_id, actor=SETTING_UP, at=NOW)


def states(job: Job) -> dict[str, str]:
    return {row.demand.code: row.state for row in checklist(job_id=job.id)}


def files_in(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


def announced(name: str) -> int:
    return OutboxEvent.objects.filter(name=f"marketplace.{name}").count()


def test_a_request_cannot_be_approved_until_its_paper_is_accepted(requester: Requester) -> None:
    job = submit(requester)
    with pytest.raises(DocumentsMissing, match="“Certificate of insurance” is missing") as refused:
        approve(job)
    assert [row["code"] for row in refused.value.numbers["missing"]] == ["insurance"]
    document = bring(job, requester)
    with pytest.raises(DocumentsMissing, match="not been looked at"):
        approve(job)
    reject_document(
        document_id=document.id,
        department_id=job.governing_department_id,
        reason="The venue is not named.",
        actor=SETTING_UP,
        at=NOW,
    )
    with pytest.raises(DocumentsMissing, match="rejected: The venue is not named"):
        approve(job)
    job.refresh_from_db()
    assert job.state == "submitted"
    with pytest.raises(DocumentAlreadyDecided):
        accept(document)
    accept(bring(job, requester, content=png()))
    assert approve(job).state == "approved"
    assert (announced("document_uploaded"), announced("document_rejected")) == (2, 1)


def test_a_waiver_with_its_reason_opens_the_gate_and_stays_visible(requester: Requester) -> None:
    job = submit(requester)
    for _ in range(2):
        waive_document(
            job_id=job.id,
            department_id=job.governing_department_id,
            code="insurance",
            reason="The city insures its own event.",
            actor=SETTING_UP,
            at=NOW,
        )
    assert states(job) == {"insurance": "waived"}
    assert approve(job).state == "approved"
    assert AuditEvent.objects.get(action="document.waived").reason == "The city insures its own event."


@pytest.mark.parametrize(
    ("facts", "said", "field"),
    [
        ({"expires_date": THE_DAY - timedelta(days=1)}, "must be valid through 2026-03-10", "expires_date"),
        ({"expires_date": NOW.date() - timedelta(days=1)}, "It ended on 2026-03-01", "expires_date"),
        ({"expires_date": None}, "Say until when", "expires_date"),
        ({"cover_cents": 199_999_999}, "must cover 2,000,000.00", "cover_cents"),
        ({"cover_cents": None}, "no amount is given", "cover_cents"),
        ({"cover_cents": -1}, "between 0 and", "cover_cents"),
    ],
)
def test_a_paper_that_will_not_do_is_refused_and_nothing_is_stored(
    requester: Requester, files: Path, facts: dict[str, Any], said: str, field: str
) -> None:
    job = submit(requester)
    with pytest.raises(DocumentWillNotDo, match=said) as refused:
        bring(job, requester, **facts)
    assert refused.value.field == field
    assert (JobDocument.objects.count(), files_in(files)) == (0, 0)


def test_the_same_file_twice_is_one_document_and_another_takes_its_place(requester: Requester, files: Path) -> None:
    job = submit(requester)
    first = bring(job, requester)
    assert bring(job, requester) == first
    assert (JobDocument.objects.count(), files_in(files)) == (1, 1)
    second = bring(job, requester, content=png())
    first.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "uploaded")
    accept(second)
    with pytest.raises(DocumentAlreadyAccepted):
        bring(job, requester)
    with pytest.raises(DocumentAlreadyDecided):
        withdraw_document(document=second, actor=requester.actor, at=NOW)
    with pytest.raises(NotFound):
        bring(job, requester, code="liquor_permit")
    assert files_in(files) == 2


def test_a_request_that_is_over_takes_no_papers(requester: Requester) -> None:
    job = withdraw_job(job=submit(requester), actor=requester.actor, at=NOW)
    with pytest.raises(DocumentsClosed):
        bring(job, requester)


def test_another_department_finds_neither_the_document_nor_the_demand(
    requester: Requester, other_department: Tenant
) -> None:
    document = bring(submit(requester), requester)
    with pytest.raises(NotFound):
        accept_document(document_id=document.id, department_id=other_department.id, actor=SETTING_UP, at=NOW)
    with pytest.raises(NotFound):
        waive_document(
            job_id=document.job_id,
            department_id=other_department.id,
            code="insurance",
            reason="x",
            actor=SETTING_UP,
            at=NOW,
        )
    document.refresh_from_db()
    assert document.state == "uploaded"


def test_an_accepted_paper_serves_the_next_request_while_it_holds(requester: Requester, files: Path) -> None:
    earlier = accept(bring(submit(requester), requester, expires_date=THE_DAY + timedelta(days=7)))
    job = submit(requester, terms=job_terms(shifts=(shift_terms(starts_at=STARTS_AT + timedelta(days=7)),)))
    later = submit(requester, terms=job_terms(shifts=(shift_terms(starts_at=STARTS_AT + timedelta(days=8)),)))
    stranger = submit(make_requester(name="Somebody else"))

    assert reusable_documents(demand=job.document_demands.get(), client_id=job.client_id) == [earlier]
    for other in (later, stranger):
        with pytest.raises(NotFound):
            reuse_document(job=other, code="insurance", document_id=earlier.id, actor=requester.actor, at=NOW)
    reused = reuse_document(job=job, code="insurance", document_id=earlier.id, actor=requester.actor, at=NOW)
    assert (reused.state, reused.reused_from, files_in(files)) == ("accepted", earlier, 1)
    assert approve(job).state == "approved"


def test_a_new_date_expires_what_ends_before_it_and_alcohol_asks_for_a_permit(requester: Requester) -> None:
    job = submit(requester)
    document = accept(bring(job, requester))
    later = (shift_terms(starts_at=STARTS_AT + timedelta(days=1)),)
    propose_change(
        job=job, terms=job_terms(shifts=later, alcohol_served=True), reason="", actor=requester.actor, at=NOW
    )
    document.refresh_from_db()
    assert (document.state, announced("document_expired")) == ("expired", 1)
    assert "must be valid through 2026-03-11" in document.decision_reason
    assert states(job) == {"insurance": "expired", "liquor_permit": "missing"}
    propose_change(job=job, terms=job_terms(shifts=later), reason="", actor=requester.actor, at=NOW)
    assert states(job) == {"insurance": "expired"}


@pytest.mark.parametrize("last", ["money", "permit"])
def test_officers_are_invited_when_money_and_permit_are_there(requester: Requester, last: str) -> None:
    job = submit(requester, terms=job_terms(alcohol_served=True))
    accept(bring(job, requester))
    approve(job)
    mark_contracted(job_id=job.id, actor=SETTING_UP, at=NOW)
    permit = bring(job, requester, code="liquor_permit", content=png())
    if last == "money":
        accept(permit)
        assert job.shifts.get().state == "planned"
        mark_funded(job_id=job.id, actor=SETTING_UP, at=NOW)
    else:
        mark_funded(job_id=job.id, actor=SETTING_UP, at=NOW)
        job.refresh_from_db()
        assert (job.shifts.get().state, job.opening_held_at) == ("planned", NOW)
        accept(permit)
    job.refresh_from_db()
    assert (job.shifts.get().state, job.opening_held_at) == ("open", None)


def test_a_reminder_comes_seven_and_two_days_before_it_is_due_and_once_each(requester: Requester) -> None:
    start = NOW + timedelta(days=20)
    job = submit(requester, terms=job_terms(shifts=(shift_terms(starts_at=start),)))
    due = start - timedelta(hours=72)
    moments = [due - timedelta(days=7), due - timedelta(days=2), due]
    sent = []
    for moment in moments:
        sent += [scan_reminders(at=moment - timedelta(seconds=1)), scan_reminders(at=moment), scan_reminders(at=moment)]
    assert sent == [0, 1, 0, 0, 1, 0, 0, 0, 0]
    event = OutboxEvent.objects.filter(name="marketplace.documents_due_soon").first()
    assert event is not None
    assert event.payload == {"job_id": str(job.id), "codes": ["insurance"]}


def test_nobody_is_reminded_of_what_has_come(requester: Requester) -> None:
    start = NOW + timedelta(days=20)
    job = submit(requester, terms=job_terms(shifts=(shift_terms(starts_at=start),)))
    bring(job, requester, expires_date=start.date())
    assert scan_reminders(at=start - timedelta(days=4)) == 0
    assert DocumentDemand.objects.get().next_reminder_at is None
