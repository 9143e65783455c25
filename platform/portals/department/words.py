"""Words for codes that the desk's pages show."""

from typing import Any

from departments.policy.ordering_keys import KEYS
from messaging.spoken import spoken
from portals.client.request_forms import EVENT_LABELS
from portals.states import look_of

ORDER_WORDS = {
    "extra_duty_minutes_this_month": "Fewest extra-duty hours this month",
    "extra_duty_minutes_this_year": "Fewest extra-duty hours this year",
    "seniority_date": "Longest service",
    "rating": "Best rated",
    "draw": "The draw",
    "bid_at": "First to bid",
}
_SUBJECTS = {"job": "Request", "clock_review": "Punch review", "clock_event": "Punch", "payee_account": "Payee account"}


def event_label(code: str) -> str:
    return str(EVENT_LABELS.get(code, code.replace("-", " ").capitalize()))


def state_choices(states: Any, everything: str) -> list[tuple[str, str]]:
    return [("", everything), *((value, str(look_of(value).label)) for value in states)]


def order_words(key: str) -> str:
    known = KEYS.get(key)
    if key in ORDER_WORDS:
        return spoken(ORDER_WORDS[key])
    said = spoken(known.phrase if known else key.replace("_", " "))
    return said[:1].upper() + said[1:]


def audit_words(action: str) -> str:
    """`job.change_proposed` → `Request: change proposed`."""
    subject, _, verb = action.partition(".")
    words = verb.replace("_", " ").replace(".", " ")
    return f"{_SUBJECTS.get(subject, subject.replace('_', ' ').capitalize())}: {words}"
