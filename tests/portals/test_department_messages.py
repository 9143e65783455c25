"""Messages at the desk: what became of each, whom none reaches, what they cost; never a whole number."""

import io
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from kernel.identifiers import uuid7
from marketplace.models import Officer
from messaging.consents import opt_out
from messaging.delivery import note_step
from messaging.models import InboundMessage, MessageStep, OutboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.departments import make_officer
from tests.factories.venues import NOW
from tests.notifications.texting import give_phone
from tests.portals.test_department_requests import address, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]
PHONE = "+19055550177"
# Long enough that no identifier on a page holds it by chance.
MOST_OF_IT = PHONE[5:-1]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.clock.now", lambda: NOW)


def text_to(officer: Officer, **changes: Any) -> OutboundMessage:
    return OutboundMessage.objects.create(
        **{
            "business_key": f"sms:{uuid7()}",
            "channel": "sms",
            "recipient": PHONE,
            "text": "Muster: Harbour fair, Tue 10 Mar. Reply YES 10.",
            "segments": 1,
            "person_id": officer.person_id,
            "tenant_id": officer.home_department_id,
            "state": "delivered",
            "created_at": NOW - timedelta(hours=2),
            "due_at": NOW - timedelta(hours=2),
            "sent_at": NOW - timedelta(hours=2),
            "delivered_at": NOW - timedelta(hours=1),
            **changes,
        }
    )


@pytest.fixture
def officer(department: Tenant) -> Officer:
    found = make_officer(department, given_name="Wilma", family_name="Quartz")
    give_phone(found, PHONE)
    return found


def page(browser: Any, name: str, query: str = "", **where: Any) -> str:
    # A request leaves the session to nobody; the test goes on as whom it was before.
    with acting_as(purpose="request"):
        answer = browser.get(address(name, **where) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_message_is_listed_by_name_with_the_last_two_digits_alone(
    department: Tenant, officer: Officer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        text_to(officer)
    failed = text_to(officer, state="failed", error_code="30006", delivered_at=None)
    browser, _ = staff(department)
    with django_assert_max_num_queries(12):
        listed = page(browser, "messages")
    assert "Wilma Quartz" in listed
    assert "…77" in listed
    assert MOST_OF_IT not in listed
    assert "landline" in listed
    assert str(failed.id) in page(browser, "messages", "?state=failed")
    assert listed.count("/desk/messages/0") > page(browser, "messages", "?state=failed").count("/desk/messages/0")
    assert "None fits" in page(browser, "messages", "?name=nobody")
    assert str(failed.id) in page(browser, "messages", "?name=wil+quartz&channel=sms&since=2026-01-01")
    assert browser.get(address("messages") + "?since=yesterday").status_code == 422


def test_a_message_tells_its_history_error_and_price(department: Tenant, officer: Officer) -> None:
    failed = text_to(officer, state="failed", error_code="30006", attempts=2, provider_reference="SM123")
    note_step(failed, kind=MessageStep.Kind.TRY_FAILED, words="Timeout: no answer", at=NOW - timedelta(minutes=90))
    note_step(failed, kind=MessageStep.Kind.REPORTED, words="undelivered", error_code="30006", at=NOW)
    priced = text_to(officer, price_micros=7_900, price_currency="USD", billed_segments=1)
    browser, _ = staff(department)
    shown = page(browser, "message", message_id=failed.id)
    for words in ("Written and queued", "Timeout: no answer", "SM123", "landline", "verify it again", "Not delivered"):
        assert words in shown
    assert "0.0079 USD" in page(browser, "message", message_id=priced.id)
    assert MOST_OF_IT not in shown


def test_another_departments_message_and_one_that_never_was_are_the_same(
    department: Tenant, other_department: Tenant, officer: Officer
) -> None:
    message = text_to(officer)
    browser, _ = staff(other_department)
    assert browser.get(address("message", message_id=message.id)).status_code == 404
    assert browser.get(address("message", message_id=uuid7())).status_code == 404
    assert "Quartz" not in page(browser, "messages")


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("commander", 200), ("supervisor", 403)])
def test_statements_name_amounts_so_only_who_may_read_those_reads_messages(
    department: Tenant, role: str, status: int
) -> None:
    browser, _ = staff(department, role)
    assert browser.get(address("messages")).status_code == status


def test_whom_no_text_reaches_and_what_to_do(department: Tenant, officer: Officer) -> None:
    browser, _ = staff(department)
    assert "Everybody is reached" in page(browser, "message_gaps")
    text_to(officer, state="failed", error_code="30005")
    make_officer(department, given_name="No", family_name="Number")
    silent = make_officer(department, given_name="Silent", family_name="Stone")
    give_phone(silent, "+19055550188", consent=False)
    shown = page(browser, "message_gaps")
    assert "does not exist any more" in shown
    assert "No verified telephone number" in shown
    assert "Has not agreed" in shown
    text_to(officer, created_at=NOW)
    assert "does not exist any more" not in page(browser, "message_gaps")
    opt_out(phone=PHONE, source="reply", at=NOW)
    assert "Said STOP" in page(browser, "message_gaps")


def test_what_came_back_says_what_was_done_and_not_the_words(department: Tenant, officer: Officer) -> None:
    InboundMessage.objects.create(
        provider_reference="SM9", sender=PHONE, recipient="+15005550006", text="YES 10 my secret", received_at=NOW,
        person_id=officer.person_id, tenant_id=department.id, outcome="yes 10: bid placed",
    )  # fmt: skip
    browser, _ = staff(department)
    shown = page(browser, "message_answers")
    assert "Yes 10: bid placed" in shown
    assert "Wilma Quartz" in shown
    assert "secret" not in shown
    assert MOST_OF_IT not in shown


def test_a_month_is_counted_and_priced_and_leaves_as_a_workbook(department: Tenant, officer: Officer) -> None:
    text_to(officer, price_micros=7_900, price_currency="USD", billed_segments=1)
    text_to(officer, price_micros=15_800, price_currency="USD", billed_segments=2)
    text_to(officer, state="suppressed", segments=0, sent_at=None)
    text_to(officer)
    text_to(officer, channel="email", subject="=1+1", segments=0, recipient="wilma@example.org")
    browser, _ = staff(department)
    shown = page(browser, "message_months")
    assert "0.0237 USD" in shown
    assert "1 text has no price yet" in shown
    answer = browser.get(address("messages_export"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_name("Messages").to_python()
    assert len(rows) == 6
    assert "=1+1" in rows[1] + rows[2] + rows[3] + rows[4] + rows[5]
    assert not any(MOST_OF_IT in str(cell) or "wilma@" in str(cell) for row in rows for cell in row)
    [_, month] = book.get_sheet_by_name("Months").to_python()
    assert month[1:8] == [1, 4, 4, 0, 1, 4, 0.0237]
