"""Numbers without gaps and doubles, whatever fails between the counter and the row; and a command that proves it."""

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from billing.documents import storing
from billing.documents.content import DocumentContent, Party
from billing.documents.issuers import Issuer
from billing.documents.storing import Readers, issue_once
from billing.models import DocumentSeries, IssuedDocument
from tests.documents.test_layout import content
from tests.factories.venues import NOW

ISSUER = Issuer(id=uuid4(), code="LRPS", zone="America/Toronto", party=Party("Lakeshore"), language="en")


def issue(key: str, *, at: datetime = NOW) -> IssuedDocument:
    def write(number: str, issued_on: date) -> DocumentContent:
        return replace(content(), number=number, issued_on=issued_on.isoformat())

    return issue_once(business_key=key, kind="invoice", issuer=ISSUER, readers=Readers(), write=write, at=at)


def verified() -> tuple[dict, bool]:
    said = StringIO()
    try:
        call_command("verify_documents", stdout=said)
    except CommandError:
        return json.loads(said.getvalue()), False
    return json.loads(said.getvalue()), True


@pytest.mark.django_db
def test_a_crash_between_number_and_row_leaves_no_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    assert issue("a").number == "LRPS-INV-2026-00001"
    for step in ("render", "content_hash"):
        with monkeypatch.context() as patch:
            patch.setattr(storing, step, lambda _: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                issue("b")
    assert issue("b").number == "LRPS-INV-2026-00002"
    assert verified()[1]


@pytest.mark.django_db
def test_the_year_turns_at_midnight_where_the_issuer_is() -> None:
    before = issue("a", at=datetime(2027, 1, 1, 4, 59, tzinfo=UTC))
    after = issue("b", at=datetime(2027, 1, 1, 5, 0, tzinfo=UTC))
    late = issue("c", at=datetime(2027, 1, 1, 4, 59, 59, tzinfo=UTC))
    assert [one.number[-10:] for one in (before, after, late)] == ["2026-00001", "2027-00001", "2026-00002"]
    assert [one.content["issued_on"] for one in (before, after)] == ["2026-12-31", "2027-01-01"]


@pytest.mark.usefixtures("committed_database")
def test_eight_at_once_issue_one_document_for_one_fact_and_no_number_is_lost() -> None:
    together = threading.Barrier(8)
    found: list[str] = []

    def work(place: int) -> None:
        try:
            together.wait(timeout=20)
            for round_number in range(2):
                found.append(issue(f"shared:{round_number}").number)
                issue(f"own:{place}:{round_number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 2
    assert IssuedDocument.objects.count() == 18
    assert verified()[1]
    _spoil()
    said, is_in_order = verified()
    assert not is_in_order
    assert {rule: fault["count"] for rule, fault in said["faults"].items()} == {
        "PDF differs from its hash": 1,
        "content differs from its hash": 1,
        "total differs from the content's": 1,
        "series has a gap or a double": 1,
    }


def _spoil() -> None:
    """What somebody with the owner's password could do behind the triggers' back."""
    first, second, third = IssuedDocument.objects.order_by("id").values_list("id", flat=True)[:3]
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE billing_issueddocument DISABLE TRIGGER only_grows")
        cursor.execute("UPDATE billing_issueddocument SET pdf = pdf || '\\x00' WHERE id = %s", [first])
        cursor.execute(
            "UPDATE billing_issueddocument SET content = jsonb_set(content, '{total_cents}', '1') WHERE id = %s",
            [second],
        )
        cursor.execute("DELETE FROM billing_issueddocument WHERE id = %s", [third])
        cursor.execute("ALTER TABLE billing_issueddocument ENABLE TRIGGER only_grows")


@pytest.mark.django_db
def test_a_series_that_counts_too_far_is_found() -> None:
    issue("a")
    DocumentSeries.objects.update(last_number=2)
    said, is_in_order = verified()
    assert not is_in_order
    assert "counter 2, documents 1" in said["faults"]["series has a gap or a double"]["examples"][0]
