"""Refunds and payments on paper: what was invoiced is credited, what was only paid in advance is receipted."""

from datetime import timedelta

import pytest

from billing.documents.content import DocumentContent
from billing.documents.credit_note import credited_cents, issue_credit_note
from billing.documents.issuing import issue_invoice
from billing.documents.receipt import issue_receipt
from billing.documents.refunded import issue_for_refund
from billing.models import Charge, IssuedDocument, Settlement
from billing.refusals.documents import ChargeNotReceived, CreditExceedsInvoice
from marketplace.models import ClientMember
from messaging.models import OutboundMessage
from tenants.models import Tenant
from tests.documents.rows import HST, QST, pay, refund, settled
from tests.factories.clients import govern
from tests.factories.outbox import drain
from tests.factories.people import make_person
from tests.factories.venues import NOW

pytestmark = pytest.mark.usefixtures("as_worker")
Kind = IssuedDocument.Kind


@pytest.fixture
def settlement(department: Tenant) -> Settlement:
    govern(department)
    return settled(department, taxes=(HST, QST))


def credit(invoice: IssuedDocument, cents: int, key: str) -> IssuedDocument:
    return issue_credit_note(invoice=invoice, amount_cents=cents, reason="Came late", business_key=key, at=NOW)


def invoice_of(settlement: Settlement) -> IssuedDocument:
    invoice = issue_invoice(settlement_id=settlement.id, at=NOW)
    assert invoice is not None
    return invoice


def test_a_credit_note_names_its_invoice_and_takes_tax_in_proportion(settlement: Settlement) -> None:
    invoice = invoice_of(settlement)
    note = credit(invoice, 12_298, "a")
    said = DocumentContent.from_json(note.content)
    assert note.total_cents == -12_298
    assert invoice.number in said.facts[0].text
    assert (said.net_cents, [tax.cents for tax in said.taxes]) == (10_000, [1_300, 998])
    assert [tax.registration_number for tax in said.taxes] == ["10000 0001 RT0001", "1200 TQ0001"]
    assert credit(invoice, 12_298, "a").id == note.id


def test_notes_never_exceed_their_invoice_and_the_last_takes_every_part_exactly(settlement: Settlement) -> None:
    invoice = invoice_of(settlement)
    first, second = credit(invoice, 333, "a"), credit(invoice, invoice.total_cents - 333, "b")
    taken = [DocumentContent.from_json(note.content) for note in (first, second)]
    assert sum(note.net_cents or 0 for note in taken) == 100_000
    assert sum(tax.cents for note in taken for tax in note.taxes) == 22_975
    assert credited_cents(invoice) == invoice.total_cents
    with pytest.raises(CreditExceedsInvoice, match="stands for 0 cents") as refused:
        credit(invoice, 1, "c")
    assert refused.value.numbers == {"left_cents": 0, "asked_cents": 1}
    assert IssuedDocument.objects.filter(kind=Kind.CREDIT_NOTE).count() == 2


@pytest.mark.parametrize("cents", [0, -5, 122_976])
def test_nothing_less_than_a_cent_and_nothing_above_the_invoice(settlement: Settlement, cents: int) -> None:
    with pytest.raises(CreditExceedsInvoice):
        credit(invoice_of(settlement), cents, "a")


def test_a_refund_of_billed_money_is_credited_once(settlement: Settlement) -> None:
    done = refund(settlement, 5_000)
    [note] = issue_for_refund(refund_id=done.id, at=NOW)
    assert (note.kind, note.total_cents) == (Kind.CREDIT_NOTE, -5_000)
    assert "A corporal came late" in str(note.content)
    assert issue_for_refund(refund_id=done.id, at=NOW) == [note]


def test_the_client_and_nobody_else_hears_of_a_credit_note(settlement: Settlement) -> None:
    issue_for_refund(refund_id=refund(settlement, 5_000).id, at=NOW)
    drain(at=NOW)
    [told] = OutboundMessage.objects.filter(subject__contains="credit note")
    assert told.recipient == settlement.job.client.billing_email


def test_a_refund_of_money_that_was_never_billed_is_receipted(settlement: Settlement) -> None:
    pay(settlement, 7_000)
    done = refund(settlement, 7_000, takes_back=False)
    [receipt] = issue_for_refund(refund_id=done.id, at=NOW)
    assert (receipt.kind, receipt.total_cents) == (Kind.RECEIPT, -7_000)
    assert not IssuedDocument.objects.filter(kind=Kind.CREDIT_NOTE).exists()


def test_what_a_shift_did_not_use_is_no_correction_of_its_invoice(settlement: Settlement) -> None:
    pay(settlement, 7_000)
    done = refund(settlement, 7_000, key=f"refund:settlement:{settlement.id}:x", takes_back=False)
    [receipt] = issue_for_refund(refund_id=done.id, at=NOW)
    assert receipt.kind == Kind.RECEIPT
    said = DocumentContent.from_json(invoice_of(settlement).content)
    assert [(total.term, total.cents) for total in said.totals] == [
        ("total", 122_975),
        ("prepaid", 129_975),
        ("refunded", 7_000),
    ]


def test_a_refund_of_both_kinds_gets_both_documents(settlement: Settlement) -> None:
    pay(settlement, 3_000)
    done = refund(settlement, 2_000)
    assert [one.total_cents for one in issue_for_refund(refund_id=done.id, at=NOW)] == [-2_000]
    done = refund(settlement, 3_000, takes_back=False)
    assert [one.kind for one in issue_for_refund(refund_id=done.id, at=NOW)] == [Kind.RECEIPT]


def test_other_shifts_prepaid_money_does_not_hide_a_credit(department: Tenant, settlement: Settlement) -> None:
    pay(settlement, 50_000)
    done = refund(settlement, 4_000)
    [note] = issue_for_refund(refund_id=done.id, at=NOW)
    assert (note.kind, note.total_cents, note.settlement_id) == (Kind.CREDIT_NOTE, -4_000, settlement.id)


def test_the_invoice_that_the_refund_names_is_credited_first(department: Tenant, settlement: Settlement) -> None:
    later = settled(department, job=settlement.job, at=NOW + timedelta(days=2))
    done = refund(settlement, 130_000, key=f"refund:dispute:{settlement.id}")
    first, second = issue_for_refund(refund_id=done.id, at=NOW)
    assert (first.settlement_id, first.total_cents) == (settlement.id, -122_975)
    assert (second.settlement_id, second.total_cents) == (later.id, -(130_000 - 122_975))


def test_a_payment_has_one_receipt_and_an_open_one_none(settlement: Settlement) -> None:
    charge = Charge.objects.get(job=settlement.job)
    receipt = issue_receipt(charge_id=charge.id, at=NOW)
    assert receipt.total_cents == charge.amount_cents
    assert "not a tax invoice" in receipt.content["notes"][0]
    assert issue_receipt(charge_id=charge.id, at=NOW).id == receipt.id
    other = pay(settlement, 1)
    Charge.objects.filter(id=other.id).update(state="open")
    with pytest.raises(ChargeNotReceived):
        issue_receipt(charge_id=other.id, at=NOW)


def test_a_client_who_reads_french_gets_a_french_invoice(settlement: Settlement) -> None:
    person = make_person()
    person.language = "fr"
    person.save()
    ClientMember.objects.create(client=settlement.job.client, person=person, started_at=NOW)
    said = DocumentContent.from_json(invoice_of(settlement).content)
    assert said.language == "fr-CA"
    assert said.lines[0].description == "Constable"


def test_an_agency_invoices_in_its_own_name(department: Tenant, agency: Tenant) -> None:
    govern(department)
    settlement = settled(department, agency=agency, paid=False)
    invoice = invoice_of(settlement)
    assert (invoice.kind, invoice.issuer_id, invoice.agency_id) == (Kind.AGENCY_INVOICE, agency.id, agency.id)
    assert invoice.department_id is None
    assert invoice.issuer_name == agency.name
