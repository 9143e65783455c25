"""Codes and hand-offs: once, in time, at the right place, for the right person."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.codes import issue_code, verify_code
from accounts.hand_off import issue_hand_off, redeem_hand_off
from accounts.models import OneTimeCode, SignInHandOff
from accounts.refusals import CodeExpired, CodeWrong, HandOffInvalid, TooManyAttempts
from tests.factories.people import make_person

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
ADDRESS = {"purpose": "phone", "destination": "+19055550177", "subject_id": None}
pytestmark = pytest.mark.django_db


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_works_once() -> None:
    code = issue_code(**ADDRESS, at=AT)
    verify_code(**ADDRESS, code=f" {code} ", at=AT)
    with pytest.raises(CodeExpired):
        verify_code(**ADDRESS, code=code, at=AT)


def test_a_code_ends_after_ten_minutes() -> None:
    code = issue_code(**ADDRESS, at=AT)
    with pytest.raises(CodeExpired):
        verify_code(**ADDRESS, code=code, at=AT + timedelta(minutes=10))


def test_five_wrong_guesses_end_a_code() -> None:
    code = issue_code(**ADDRESS, at=AT)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as refusal:
            verify_code(**ADDRESS, code=wrong(code), at=AT)
        assert refusal.value.numbers["attempts_left"] == left
    with pytest.raises(TooManyAttempts):
        verify_code(**ADDRESS, code=code, at=AT)


def test_a_new_code_ends_the_one_before() -> None:
    first = issue_code(**ADDRESS, at=AT)
    second = issue_code(**ADDRESS, at=AT + timedelta(seconds=1))
    if first != second:
        with pytest.raises(CodeWrong):
            verify_code(**ADDRESS, code=first, at=AT + timedelta(seconds=2))
    verify_code(**ADDRESS, code=second, at=AT + timedelta(seconds=2))


def test_a_code_is_no_good_at_another_address_or_for_another_purpose() -> None:
    code = issue_code(**ADDRESS, at=AT)
    for change in ({"destination": "+19055550188"}, {"purpose": "e-mail"}):
        with pytest.raises(CodeExpired):
            verify_code(**{**ADDRESS, **change}, code=code, at=AT)


def test_neither_codes_nor_tokens_are_stored_readably() -> None:
    code = issue_code(**ADDRESS, at=AT)
    token = issue_hand_off(person=make_person(), target_host="lakeshore.localhost", at=AT)
    assert code not in OneTimeCode.objects.get().code_hash
    assert token not in SignInHandOff.objects.get().token_hash


def test_a_hand_off_carries_one_person_to_one_host_once() -> None:
    person = make_person()
    token = issue_hand_off(person=person, target_host="lakeshore.localhost", at=AT)
    with pytest.raises(HandOffInvalid):
        redeem_hand_off(token=token, host="cedarbasin.localhost", at=AT)
    assert redeem_hand_off(token=token, host="lakeshore.localhost", at=AT) == person
    with pytest.raises(HandOffInvalid):
        redeem_hand_off(token=token, host="lakeshore.localhost", at=AT)


def test_a_hand_off_ends_after_thirty_seconds() -> None:
    token = issue_hand_off(person=make_person(), target_host="localhost", at=AT)
    with pytest.raises(HandOffInvalid):
        redeem_hand_off(token=token, host="localhost", at=AT + timedelta(seconds=30))
