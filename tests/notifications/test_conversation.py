"""An officer's telephone talks to the platform: signed webhooks in, one act, one answer of one segment."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from kernel import clock
from kernel.subscriptions import Event
from marketplace import short_codes
from marketplace.availability import set_availability
from marketplace.awarding import award_shift, scan_closings
from marketplace.bidding import place_bid
from marketplace.models import Assignment, Bid, Offer, Officer, Shift, ShortCode
from marketplace.officers import end_service
from messaging.consents import may_text
from messaging.gsm import segments_of
from messaging.models import InboundMessage, OptOut
from notifications.conversation.answering import answer_text
from notifications.officer import invite_to_bid
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.outbox import drain
from tests.factories.people import actor_for
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms
from tests.notifications.texting import Phone, give_phone

pytestmark = pytest.mark.usefixtures("as_worker")
PHONE = Phone()


@pytest.fixture(autouse=True)
def _quiet_clock(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    settings.TWILIO_AUTH_TOKEN = "token"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert django_settings.TWILIO_AUTH_TOKEN == "token"


@pytest.fixture
def governed(department: Tenant) -> Tenant:
    govern(department)
    drain(at=NOW)
    return department


@pytest.fixture
def officer(governed: Tenant) -> Officer:
    made = make_officer(governed)
    give_phone(made, PHONE.number)
    drain(at=NOW)
    return made


def open_shift(*, headcount: int = 1, days: int = 0) -> Shift:
    terms = job_terms(
        shifts=(
            shift_terms(
                ranks={"constable": headcount},
                starts_at=STARTS_AT + timedelta(days=days),
                ends_at=STARTS_AT + timedelta(days=days, hours=4),
            ),
        )
    )
    job = fund(submit(make_requester(), terms=terms))
    drain(at=NOW)
    return job.shifts.get()


def number_of(officer: Officer, shift: Shift) -> int:
    return ShortCode.objects.get(officer=officer, shift=shift).number


def outcomes() -> list[str]:
    return list(InboundMessage.objects.order_by("received_at", "id").values_list("outcome", flat=True))


def test_the_invitation_carries_the_number_and_yes_with_it_bids(officer: Officer) -> None:
    shift = open_shift()
    number = number_of(officer, shift)
    [invitation] = PHONE.received()
    assert invitation.text.endswith(f"Reply YES {number}.")
    assert segments_of(invitation.text) == 1
    answer = PHONE.says(f"Yes, {number}! 👍")
    assert "your bid is in" in answer
    assert f"DROP {number}" in answer
    assert segments_of(answer) == 1
    assert Bid.objects.get().officer == officer
    assert "you have bid already" in PHONE.says(f"YES {number}")
    assert Bid.objects.count() == 1


def test_the_same_text_delivered_twice_and_handled_twice_acts_and_answers_once(officer: Officer) -> None:
    number = number_of(officer, open_shift())
    for _ in range(2):
        assert PHONE.post(f"YES {number}", reference="SM-once").status_code == 200
        drain(at=NOW)
    [message] = InboundMessage.objects.all()
    again = Event(
        id=message.id, name="x", tenant_id=None, payload={"inbound_message_id": str(message.id)}, announced_at=NOW
    )
    answer_text(event=again, at=NOW)
    assert outcomes() == [f"yes {number}: bid placed"]
    assert Bid.objects.count() == 1
    assert len(PHONE.answers()) == 1


def test_a_lone_yes_takes_the_only_invitation_and_asks_when_there_are_two(officer: Officer) -> None:
    assert "nothing waits" in PHONE.says("YES")
    first = open_shift()
    second = open_shift(days=2)
    which = PHONE.says("yes")
    assert f"YES {number_of(officer, first)}:" in which
    assert f"YES {number_of(officer, second)}:" in which
    assert not Bid.objects.exists()
    PHONE.says(f"NO {number_of(officer, second)}")
    assert "your bid is in" in PHONE.says("Yes please")
    assert Bid.objects.get().shift == first


def test_who_said_no_is_not_invited_to_that_shift_again(officer: Officer) -> None:
    shift = open_shift()
    assert "no more texts" in PHONE.says(f"NO {number_of(officer, shift)}")
    assert short_codes.who_declined(shift_id=shift.id) == {officer.id}
    before = len(PHONE.received())
    event = Event(
        id=shift.id, name="marketplace.shift_short_staffed", tenant_id=None, payload={"shift_id": str(shift.id)},
        announced_at=NOW,
    )  # fmt: skip
    invite_to_bid(event=event, at=NOW)
    assert len(PHONE.received()) == before


def test_stop_ends_it_a_lone_yes_begins_it_again_and_bids_on_nothing(officer: Officer) -> None:
    shift = open_shift()
    number = number_of(officer, shift)
    assert PHONE.says("STOP") == ""
    assert not may_text(phone=PHONE.number, person_id=officer.person_id)
    assert PHONE.says(f"YES {number}") == ""
    assert not Bid.objects.exists()
    assert PHONE.says("YES") == ""
    assert not OptOut.objects.exists()
    assert not Bid.objects.exists()
    assert "your bid is in" in PHONE.says("YES")
    assert outcomes() == [
        "opted out",
        "said STOP before",
        "opted in",
        f"yes {number}: bid placed",
    ]


def test_other_words_for_stop_are_obeyed_and_confirmed_once(officer: Officer) -> None:
    assert "no more texts" in PHONE.says("Stop texting me!!")
    [confirmation] = PHONE.answers()
    assert confirmation.state == "queued"
    assert PHONE.says("MENU") == ""
    assert PHONE.says("Stop texting me!!") == "", "A machine that answers with it would be answered for ever."
    assert "YES 77 bids" in PHONE.says("START")
    assert "no more texts" in PHONE.says("Stop texting me!!")


def test_hours_next_and_menu(officer: Officer) -> None:
    assert "no coming shift" in PHONE.says("NEXT")
    shift = open_shift()
    place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=shift.closes_at)
    drain(at=NOW)
    answer = PHONE.says("next")
    assert shift.job.meeting_point[:20] in answer
    assert f"DROP {number_of(officer, shift)}" in answer
    hours = PHONE.says("HOURS")
    assert re.search(r"\d+ h", hours)
    menu = PHONE.says("MENU")
    for text in (answer, hours, menu):
        assert segments_of(text) == 1
    assert PHONE.says("HELP") == ""


def test_dropping_states_what_it_costs_before_anything_is_done(department: Tenant) -> None:
    order = {
        "keys": ["counted_minutes", "draw"],
        "counters": {"debits": ["worked", "awarded", "given_up"], "percent": {"given_up": 50}},
        "call_off": {"until_hours_before_start": 12, "text": "Half the shift counts against you."},
    }
    govern(department, award_order=order)
    officer = make_officer(department)
    give_phone(officer, PHONE.number)
    drain(at=NOW)
    shift = open_shift()
    number = number_of(officer, shift)
    place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    assert "withdrawn" in PHONE.says(f"DROP {number}")
    PHONE.says(f"YES {number}")
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=shift.closes_at)
    drain(at=NOW)
    asked = PHONE.says(f"drop {number}")
    assert f"2 h count against you. Reply DROP {number} OK" in asked
    assert Assignment.objects.get().state == Assignment.State.CONFIRMED
    assert "you are off" in PHONE.says(f"DROP {number} ok")
    assert Assignment.objects.get().state == Assignment.State.CALLED_OFF
    assert "no place" in PHONE.says(f"DROP {number} OK")


def test_a_drop_without_a_number_is_asked_about_first(officer: Officer) -> None:
    assert "no coming shift" in PHONE.says("DROP")
    shift = open_shift()
    place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=shift.closes_at)
    drain(at=NOW)
    assert f"Reply DROP {number_of(officer, shift)}." in PHONE.says("DROP")
    assert Assignment.objects.get().state == Assignment.State.CONFIRMED


def test_dropping_too_late_sends_the_officer_to_the_coordinator(
    officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = open_shift()
    number = number_of(officer, shift)
    place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=shift.closes_at)
    late = STARTS_AT + timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert "Call your coordinator" in PHONE.says(f"DROP {number} OK", at=late)
    assert Assignment.objects.get().state == Assignment.State.CONFIRMED


def test_a_filled_job_an_unknown_number_and_several_commands_change_nothing(governed: Tenant, officer: Officer) -> None:
    shift = open_shift()
    number = number_of(officer, shift)
    place_bid(officer=make_officer(governed), shift_id=shift.id, actor=SETTING_UP, at=NOW)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=shift.closes_at)
    drain(at=NOW)
    assert "every place is taken" in PHONE.says(f"YES {number}")
    assert "no shift of yours" in PHONE.says("YES 998")
    assert "one thing at a time" in PHONE.says(f"YES {number} DROP {number}")
    assert f"YES {number}" in PHONE.says(f"{number}")
    assert "did not understand" in PHONE.says("what?? 🤷")
    assert PHONE.says(f"Liked “Muster: Reply YES {number}.”") == ""
    assert not Bid.objects.filter(officer=officer).exists()


def test_nobody_we_know_or_without_consent_gets_no_answer_and_nothing_happens(governed: Tenant) -> None:
    silent = make_officer(governed)
    give_phone(silent, PHONE.number, consent=False)
    shift = open_shift()
    number = number_of(silent, shift)
    assert PHONE.says(f"YES {number}") == ""
    assert Phone("+14165550100").says(f"YES {number}") == ""
    assert not Bid.objects.exists()
    assert sorted(outcomes()) == ["no consent to texts", "unknown number"]


def test_an_officer_who_left_is_told_so(officer: Officer) -> None:
    number = number_of(officer, open_shift())
    end_service(officer_id=officer.id, actor=SETTING_UP, at=NOW)
    assert "no longer lists you" in PHONE.says(f"YES {number}")
    assert not Bid.objects.exists()


def test_two_officers_with_one_telephone_are_told_apart_by_the_number(governed: Tenant, officer: Officer) -> None:
    other = make_officer(governed)
    give_phone(other, PHONE.number)
    shift = open_shift(headcount=2)
    numbers = {number_of(officer, shift), number_of(other, shift)}
    assert len(numbers) == 2
    PHONE.says(f"YES {number_of(other, shift)}")
    assert Bid.objects.get().officer == other
    assert "two officers use this number" in PHONE.says("HOURS")
    assert "your bid is in" in PHONE.says("YES")
    assert set(Bid.objects.values_list("officer_id", flat=True)) == {officer.id, other.id}


def test_an_offer_is_accepted_declined_and_expires(department: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_example(department, award_order={"method": "automatic", "keys": ["seniority_date", "draw"]})
    officers = [make_officer(department), make_officer(department)]
    phones = [Phone("+19055550101"), Phone("+19055550102")]
    for one, phone in zip(officers, phones, strict=True):
        give_phone(one, phone.number)
        set_availability(
            officer=one, wants_offers=True, weekly=[], blocked_dates=[], actor=actor_for(one.person), at=NOW
        )
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    Shift.objects.filter(id=shift.id).update(closes_at=NOW)
    scan_closings(at=NOW)
    drain(at=NOW)
    offer = Offer.objects.get()
    asked = phones[officers.index(next(one for one in officers if one.id == offer.officer_id))]
    following = next(phone for phone in phones if phone is not asked)
    [text] = asked.received()
    number = int(re.findall(r"YES (\d+)", text.text)[0])
    assert "declined" in asked.says(f"NO {number}")
    second = Offer.objects.exclude(id=offer.id).get()
    number = number_of(second.officer, shift)
    late = second.answer_by + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert "time to answer ended" in following.says(f"YES {number}", at=late)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert "the shift is yours" in following.says("yes")
    assert Assignment.objects.get().state == Assignment.State.CONFIRMED


def test_a_flood_from_one_telephone_is_met_with_silence(officer: Officer) -> None:
    answers = [PHONE.says("MENU") for _ in range(23)]
    assert all(answers[:20])
    assert not any(answers[20:])


def test_the_answer_is_in_the_officers_language_setting(officer: Officer) -> None:
    officer.person.language = "es"
    officer.person.save(update_fields=["language"])
    number = number_of(officer, open_shift())
    PHONE.says(f"Sí {number}")
    assert Bid.objects.get().officer == officer
