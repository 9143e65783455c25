"""Documents that a bookkeeper accepts: right to the cent, numbered without gaps, never changed."""

import re
import threading
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from billing.documents.access import document_for_person
from billing.documents.content import DocumentContent
from billing.documents.issuing import issue_invoice, issue_statement
from billing.documents.layout import render
from billing.documents.numbering import next_number
from billing.models import DocumentSeries, IssuedDocument
from kernel.errors import NotFound
from kernel.identifiers import uuid7
from tests.billing.world import World, texan_terms
from tests.factories.people import make_person
from tests.factories.venues import job_terms, shift_terms


def text_of(document: IssuedDocument) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(bytes(document.pdf))).pages)


def worked(world: World, *minutes: int, terms=None):
    contract = world.paid(terms)
    shift = contract.job.shifts.get()
    rank_code = shift.positions.first().rank_code
    assignments = world.work(shift, *minutes, rank_code=rank_code)
    return world.settle(shift), assignments


def cents_in(text: str, label: str) -> int:
    found = re.search(rf"^\s*{re.escape(label)}\s*\n\s*[A-Z]*\$([\d,]+)\.(\d\d)", text, re.MULTILINE)
    assert found, f"{label!r} is not in:\n{text}"
    return int(found[1].replace(",", "")) * 100 + int(found[2])


def test_the_invoice_says_what_was_worked_billed_taxed_paid_and_refunded(ontario: World) -> None:
    terms = job_terms(shifts=(shift_terms(ranks={"constable": 1}),))
    settlement, [assignment] = worked(ontario, 130, terms=terms)
    document = issue_invoice(settlement_id=settlement.id, at=ontario.now)
    assert document is not None
    text = text_of(document)
    assert document.total_cents == settlement.billed_cents
    assert "2.17 h" in text
    assert "3.00 h" in text
    assert "CA$109.75/h" in text
    assert "CA$329.25" in text
    assert assignment.officer.display_name in text
    assert "HST 13 % (registration" in text
    assert cents_in(text, "Total") == settlement.billed_cents
    assert cents_in(text, "Paid in advance for this shift") == settlement.quoted_cents
    assert cents_in(text, "Refunded") == settlement.quoted_cents - settlement.billed_cents


def test_lines_and_taxes_sum_to_the_total(texas: World) -> None:
    settlement, _ = worked(texas, 200, 185, terms=texan_terms(ranks={"officer": 2}))
    document = issue_invoice(settlement_id=settlement.id, at=texas.now)
    assert document is not None
    lines = document.content["lines"]
    assert sum(line["gross_cents"] for line in lines) == document.total_cents
    assert (
        document.content["net_cents"] + sum(tax["cents"] for tax in document.content["taxes"]) == document.total_cents
    )


def test_a_statement_says_who_pays_and_how_much(texas: World) -> None:
    settlement, assignments = worked(texas, 200, 185, terms=texan_terms(ranks={"officer": 2}))
    for assignment in assignments:
        document = issue_statement(settlement_id=settlement.id, assignment_id=assignment.id, at=texas.now)
        assert document.total_cents == settlement.split["officer_cents"][str(assignment.id)]
        text = text_of(document)
        assert "connected account" in text
        assert cents_in(text, "Total") == document.total_cents


def test_a_document_is_issued_once_and_its_bytes_are_reproducible(ontario: World) -> None:
    settlement, _ = worked(ontario, 240, 240)
    first = issue_invoice(settlement_id=settlement.id, at=ontario.now)
    again = issue_invoice(settlement_id=settlement.id, at=ontario.now)
    assert first is not None
    assert again is not None
    assert first.id == again.id
    assert sha256(bytes(first.pdf)).hexdigest() == first.sha256
    assert sha256(render(DocumentContent.from_json(first.content))).hexdigest() == first.sha256


def test_postgresql_refuses_to_change_or_remove_an_issued_document(ontario: World) -> None:
    settlement, _ = worked(ontario, 240)
    document = issue_invoice(settlement_id=settlement.id, at=ontario.now)
    assert document is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedDocument.objects.filter(id=document.id).update(total_cents=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedDocument.objects.filter(id=document.id).delete()


def test_nothing_worked_makes_no_invoice(ontario: World) -> None:
    contract = ontario.paid()
    settlement = ontario.settle(contract.job.shifts.get())
    assert issue_invoice(settlement_id=settlement.id, at=ontario.now) is None


def test_what_people_typed_is_printed_as_text(ontario: World) -> None:
    terms = job_terms(title="<b>Fair</b> & <font size=99>huge</font> =1+1", shifts=(shift_terms(),))
    settlement, _ = worked(ontario, 240, terms=terms)
    document = issue_invoice(settlement_id=settlement.id, at=ontario.now)
    assert document is not None
    flat = " ".join(text_of(document).split())
    assert "<b>Fair</b> & <font size=99>huge</font> =1+1" in flat


def test_only_its_own_people_open_a_document(ontario: World) -> None:
    settlement, _ = worked(ontario, 240)
    document = issue_invoice(settlement_id=settlement.id, at=ontario.now)
    assert document is not None
    client_person = settlement.job.client.members.get().person
    assert document_for_person(person=client_person, membership=None, document_id=document.id) == document
    for identifier in (document.id, uuid7()):
        with pytest.raises(NotFound, match="no such document"):
            document_for_person(person=make_person(), membership=None, document_id=identifier)


@pytest.mark.usefixtures("committed_database")
def test_a_number_of_a_rolled_back_document_is_used_again() -> None:
    issuer = uuid4()

    def take_and_fail() -> None:
        with transaction.atomic():
            next_number(issuer_id=issuer, issuer_code="LRPS", kind="invoice", year=2026)
            raise ZeroDivisionError

    with transaction.atomic():
        assert next_number(issuer_id=issuer, issuer_code="LRPS", kind="invoice", year=2026) == "LRPS-INV-2026-00001"
    with pytest.raises(ZeroDivisionError):
        take_and_fail()
    with transaction.atomic():
        assert next_number(issuer_id=issuer, issuer_code="LRPS", kind="invoice", year=2026) == "LRPS-INV-2026-00002"
    with pytest.raises(RuntimeError, match="leave a gap"):
        next_number(issuer_id=issuer, issuer_code="LRPS", kind="invoice", year=2026)


@pytest.mark.usefixtures("committed_database")
def test_numbers_have_no_gaps_and_no_doubles_under_concurrency() -> None:
    issuer = uuid4()
    numbers: list[str] = []
    together = threading.Barrier(8)

    def issue() -> None:
        try:
            together.wait(timeout=10)
            for _ in range(4):
                with transaction.atomic():
                    numbers.append(next_number(issuer_id=issuer, issuer_code="LRPS", kind="statement", year=2026))
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"LRPS-ST-2026-{number:05d}" for number in range(1, 33)]
    assert DocumentSeries.objects.get(issuer_id=issuer).last_number == 32
