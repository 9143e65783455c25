"""Refusals in few words and in the reader's language; one that is not listed here is said in its own sentence."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext

from kernel.errors import Refusal
from messaging.spoken import spoken
from notifications import wording


def words_of_refusal(refusal: Refusal, *, zone: str) -> str:
    words = _WORDS.get(refusal.code)
    return spoken(refusal.message) if words is None else words(refusal, zone)


def _moment(refusal: Refusal, name: str, zone: str) -> str:
    return wording.moment(datetime.fromisoformat(refusal.numbers[name]), zone)


_WORDS: dict[str, Callable[[Refusal, str], str]] = {
    "shift_already_filled": lambda refusal, zone: gettext("every place is taken. Look for another shift."),
    "shift_not_open": lambda refusal, zone: gettext("it takes no bids any more."),
    "bidding_closed": lambda refusal, zone: (
        gettext("bidding closed %(when)s.") % {"when": _moment(refusal, "closes_at", zone)}
    ),
    "already_bid": lambda refusal, zone: gettext("you have bid already, and that bid counts."),
    "bids_not_taken": lambda refusal, zone: gettext("this department offers its shifts itself, without bids."),
    "offer_already_answered": lambda refusal, zone: gettext("this offer is closed already."),
    "offer_expired": lambda refusal, zone: (
        gettext("the time to answer ended %(when)s. It went to the next officer.")
        % {"when": _moment(refusal, "answer_by", zone)}
    ),
    "bid_already_decided": lambda refusal, zone: gettext("it is decided already. If you have the place: DROP."),
    "not_on_roster": lambda refusal, zone: gettext("your department no longer lists you. Ask your coordinator."),
    "call_off_too_late": lambda refusal, zone: (
        gettext("it could be given up until %(when)s. Call your coordinator.")
        % {"when": _moment(refusal, "until", zone)}
    ),
    "assignment_has_begun": lambda refusal, zone: gettext("it has begun, or is over. Call your coordinator."),
    "not_found": lambda refusal, zone: gettext("you have no bid and no place there. Nothing was done."),
}
