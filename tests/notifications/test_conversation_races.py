"""Two texts at once, and short numbers given at once: one act, and no number twice on one telephone."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from kernel import clock, outbox
from kernel.identifiers import uuid7
from marketplace import short_codes
from marketplace.models import Bid, ShortCode
from marketplace.short_codes import phone_key
from messaging.models import InboundMessage
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import make_officer
from tests.factories.jobs import make_job, make_shift
from tests.factories.outbox import drain
from tests.factories.threads import run_together
from tests.factories.venues import NOW, STARTS_AT
from tests.notifications.texting import Phone, give_phone

PHONE = Phone()


@pytest.fixture(autouse=True)
def _now(committed_database: None, monkeypatch: pytest.MonkeyPatch, settings):
    settings.TWILIO_AUTH_TOKEN = "token"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with acting_as(purpose="worker"):
        yield


def _deliver(delivery_id) -> bool:
    with acting_as(purpose="worker"):
        return outbox.deliver(delivery_id=delivery_id, at=NOW)


def test_two_yes_at_once_bid_once_and_both_are_answered(department: Tenant) -> None:
    govern(department)
    officer = make_officer(department)
    give_phone(officer, PHONE.number)
    fund(submit(make_requester()))
    drain(at=NOW)
    number = ShortCode.objects.get().number
    for _ in range(2):
        assert PHONE.post(f"YES {number}").status_code == 200
    claimed = outbox.claim_due(at=NOW)
    assert len(claimed) == 2
    assert run_together(*[lambda one=one: _deliver(one) for one in claimed]) == [True, True]
    assert Bid.objects.count() == 1
    assert sorted(InboundMessage.objects.values_list("outcome", flat=True)) == [
        f"yes {number}: bid placed",
        f"yes {number}: refused, already_bid",
    ]
    assert sorted(message.text[:26] for message in PHONE.answers()) == [
        "Muster, 10: you have bid a",
        "Muster: your bid is in: Ha",
    ]


def test_numbers_given_at_once_to_one_telephone_differ(department: Tenant) -> None:
    govern(department)
    officer, shifts = make_officer(department), []
    give_phone(officer, PHONE.number)
    for day in range(4):
        shifts.append(make_shift(make_job(department, at=NOW), starts_at=STARTS_AT + timedelta(days=day), at=NOW))

    def give(shift):
        with acting_as(purpose="worker"), transaction.atomic():
            return short_codes.code_for(officer_id=officer.id, shift_id=shift.id, at=NOW)

    assert sorted(run_together(*[lambda shift=shift: give(shift) for shift in shifts])) == [10, 11, 12, 13]


def test_a_number_rests_a_week_after_its_shift_and_is_given_again(department: Tenant) -> None:
    govern(department)
    officer = make_officer(department)
    give_phone(officer, PHONE.number)
    first = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    second = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT + timedelta(days=30), at=NOW)
    assert short_codes.code_for(officer_id=officer.id, shift_id=first.id, at=NOW) == 10
    assert short_codes.code_for(officer_id=officer.id, shift_id=first.id, at=NOW) == 10
    soon = first.ends_at + timedelta(days=6)
    assert short_codes.code_for(officer_id=officer.id, shift_id=second.id, at=soon) == 11
    ShortCode.objects.filter(number=11).delete()
    later = first.ends_at + timedelta(days=8)
    assert short_codes.code_for(officer_id=officer.id, shift_id=second.id, at=later) == 10
    assert [one.shift_id for one in short_codes.shifts_of_phone(phone=PHONE.number, at=later)] == [second.id]


def test_many_officers_get_their_numbers_in_a_constant_number_of_statements(
    department: Tenant, django_assert_max_num_queries
) -> None:
    govern(department)
    officers = [make_officer(department) for _ in range(6)]
    for index, officer in enumerate(officers):
        # The last two share a telephone.
        give_phone(officer, f"+1905555010{min(index, 4)}")
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    places = [(officer.id, shift.id) for officer in officers]
    with django_assert_max_num_queries(4):
        codes = short_codes.codes_for(places=[*places, (uuid7(), shift.id)], at=NOW)
    assert sorted(codes.values()) == [10, 10, 10, 10, 10, 11]
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone_key FROM marketplace_shortcode")
        keys = {row[0] for row in cursor.fetchall()}
    assert phone_key("+19055550100") in keys
    assert not any("905555" in key for key in keys)
