"""One offer to many: one statement, consents obeyed, and never a segment more than the month allows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from messaging.consents import CONSENT_WORDING, opt_out
from messaging.dropping import withdraw_offers
from messaging.mass import Recipient, Words, queue_offers
from messaging.models import OutboundMessage, SmsBudget, SmsConsent
from messaging.queueing import queue_sms
from tenants.context import acting_as
from tenants.models import Tenant

AT = datetime(2026, 12, 1, 15, tzinfo=UTC)
WORDS = {
    "en": Words(subject="Work", text="Work near you", html="<p>Work near you</p>", sms="Muster: work near you"),
    "fr-ca": Words(subject="Du travail", text="Du travail", html="<p>Du travail</p>", sms="Muster : du travail"),
}


@pytest.fixture(autouse=True)
def _worker(any_database: None) -> Iterator[None]:
    with acting_as(purpose="worker"):
        yield


def recipients(count: int, *, tenant: Tenant, language: str = "en", wants_email: bool = True) -> list[Recipient]:
    people = [uuid7() for _ in range(count)]
    phones = [f"+1905{index:07d}" for index in range(count)]
    SmsConsent.objects.bulk_create(
        SmsConsent(person_id=person, phone=phone, wording=CONSENT_WORDING, given_at=AT)
        for person, phone in zip(people, phones, strict=True)
    )
    return [
        Recipient(
            reference=person,
            person_id=person,
            tenant_id=tenant.id,
            email=f"{person}@example.org",
            wants_email=wants_email,
            phone=phone,
            language=language,
            due_at=AT,
        )
        for person, phone in zip(people, phones, strict=True)
    ]


def queue(
    people: list[Recipient], *, tenant: Tenant, allowed: int | None = None, key: str = "", about: UUID | None = None
):
    return queue_offers(
        key=key or str(uuid7()),
        about_id=about,
        payer_id=tenant.id,
        allowed_segments=allowed,
        words=WORDS,
        recipients=people,
        expires_at=AT + timedelta(days=1),
        at=AT,
    )


def test_many_are_one_statement_in_their_own_languages(department: Tenant) -> None:
    people = recipients(60, tenant=department) + recipients(1, tenant=department, language="fr-ca")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        queued = queue(people, tenant=department)
    assert len([one for one in captured if "INSERT INTO messaging_outboundmessage" in one["sql"]]) == 1
    assert len(captured) <= 12
    assert (queued.emails, queued.texts, queued.suppressed, queued.segments) == (61, 61, 0, 61)
    assert set(OutboundMessage.objects.filter(person_id=people[-1].person_id).values_list("text", flat=True)) == {
        "Du travail",
        "Muster : du travail",
    }


def test_the_same_offer_reaches_nobody_twice(department: Tenant) -> None:
    people = recipients(3, tenant=department)
    queue(people, tenant=department, allowed=100, key="wave")
    again = queue(people, tenant=department, allowed=100, key="wave")
    assert (again.emails, again.texts, again.segments) == (0, 0, 0)
    assert SmsBudget.objects.get().offer_segments == 3


def test_no_text_without_consent_or_after_stop(department: Tenant) -> None:
    people = recipients(3, tenant=department)
    SmsConsent.objects.filter(person_id=people[0].person_id).update(withdrawn_at=AT)
    opt_out(phone=people[1].phone, source="reply", at=AT)
    queued = queue(people, tenant=department)
    assert (queued.texts, queued.suppressed, queued.segments) == (1, 2, 1)


def test_whoever_wants_texts_alone_and_may_not_be_texted_gets_the_email(department: Tenant) -> None:
    texted, withdrawn, stopped, unverified = recipients(4, tenant=department, wants_email=False)
    SmsConsent.objects.filter(person_id=withdrawn.person_id).update(withdrawn_at=AT)
    opt_out(phone=stopped.phone, source="reply", at=AT)
    queue([texted, withdrawn, stopped, replace(unverified, phone="")], tenant=department)
    emailed = OutboundMessage.objects.filter(channel="email").values_list("person_id", flat=True)
    assert set(emailed) == {one.person_id for one in (withdrawn, stopped, unverified)}


def test_the_first_of_the_list_get_a_text_while_it_lasts_and_the_others_an_email(department: Tenant) -> None:
    people = recipients(5, tenant=department, wants_email=False)
    queued = queue(people, tenant=department, allowed=2)
    assert (queued.texts, queued.emails, queued.suppressed) == (2, 3, 3)
    texted = OutboundMessage.objects.filter(channel="sms", state="queued").values_list("person_id", flat=True)
    assert set(texted) == {one.person_id for one in people[:2]}
    assert set(OutboundMessage.objects.filter(state="suppressed").values_list("last_error", flat=True)) == {
        "The department's text messages of this month are used up."
    }


def test_messages_about_ones_own_shift_leave_less_for_offers_and_are_never_held(department: Tenant) -> None:
    [one, *people] = recipients(4, tenant=department)
    for number in range(3):
        queue_sms(
            business_key=f"own{number}", recipient=one.phone, text="You have it", person_id=one.person_id,
            tenant_id=department.id, at=AT,
        )  # fmt: skip
    assert queue(people, tenant=department, allowed=4).texts == 1
    assert OutboundMessage.objects.filter(is_offer=False, state="queued").count() == 3


def test_the_department_is_told_once_at_80_percent_and_once_at_the_end(department: Tenant) -> None:
    def told() -> list[int]:
        events = OutboxEvent.objects.filter(name="messaging.sms_budget_reached", tenant_id=department.id)
        return [event.payload["percent"] for event in events.order_by("id")]

    people = recipients(12, tenant=department)
    queue(people[:7], tenant=department, allowed=10)
    assert told() == []
    queue(people[7:8], tenant=department, allowed=10)
    queue(people[8:9], tenant=department, allowed=10)
    assert told() == [80]
    queue(people[9:11], tenant=department, allowed=10)
    queue(people[11:], tenant=department, allowed=10)
    assert told() == [80, 100]


def test_what_is_dropped_before_it_left_is_free_again(department: Tenant, other_department: Tenant) -> None:
    shift, other = uuid7(), uuid7()
    queue(recipients(3, tenant=department), tenant=department, allowed=10, about=shift)
    queue(recipients(2, tenant=department)[1:], tenant=other_department, allowed=10, about=other)
    assert withdraw_offers(about_id=shift, reason="The shift is staffed.", at=AT) == 6
    assert SmsBudget.objects.get(tenant_id=department.id).offer_segments == 0
    assert SmsBudget.objects.get(tenant_id=other_department.id).offer_segments == 1
    assert set(OutboundMessage.objects.filter(about_id=other).values_list("state", flat=True)) == {"queued"}


def test_postgresql_refuses_an_overspent_budget(department: Tenant) -> None:
    with pytest.raises(IntegrityError, match="offers_within_sms_budget"), transaction.atomic():
        SmsBudget.objects.create(
            tenant_id=department.id, month_date=AT.date().replace(day=1), allowed_segments=5, offer_segments=6
        )


@pytest.mark.usefixtures("committed_database")
def test_offers_at_the_same_time_do_not_overspend(department: Tenant) -> None:
    people = recipients(40, tenant=department)
    start = Barrier(4)

    def wave(number: int) -> int:
        with acting_as(purpose="worker"):
            start.wait()
            queued = queue(people[number * 10 : number * 10 + 10], tenant=department, allowed=25)
        connection.close()
        return queued.segments

    with ThreadPoolExecutor(4) as threads:
        spent = list(threads.map(wave, range(4)))
    assert sum(spent) == 25
    assert SmsBudget.objects.get().offer_segments == 25
    assert OutboundMessage.objects.filter(channel="sms", state="queued").count() == 25


def test_each_text_ends_with_its_own_answer_and_pays_for_it(department: Tenant) -> None:
    first, second = recipients(2, tenant=department)
    text = "m" * 150
    queued = queue_offers(
        key="with answers",
        about_id=None,
        payer_id=department.id,
        allowed_segments=None,
        words={"en": Words(subject="s", text="t", html="", sms=text)},
        recipients=[replace(first, answer="Reply YES 77."), replace(second, answer="")],
        expires_at=None,
        at=AT,
    )
    texts = set(OutboundMessage.objects.filter(channel="sms").values_list("text", flat=True))
    assert texts == {f"{text} Reply YES 77.", text}
    assert queued.segments == 4
