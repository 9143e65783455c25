"""The domain's English sentences in another language.

Verdicts, awards and punches are explained by pure code, and what they said is kept as it was said: the snapshot that an
officer contests holds the English sentence. So the words are not chosen where the sentence is formed, but found again
where it is read: each sentence has its shape, a message of the catalogue with a name for each thing in it, and what
stands in those places is said in the reader's language in turn.

In English nothing is looked for. A sentence without a shape (a policy author's own text, an officer's reason) stays as
it was written.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from django.utils import formats, translation
from django.utils.translation import gettext

from messaging.sentence_shapes import SHAPES

_PLACE = re.compile(r"%\((\w+)\)s")
# A sentence within a sentence, as "Denied: … (policy v7)", and no deeper than people nest them.
_DEEPEST: Final = 5


def _read(text: str, pattern: str) -> datetime:
    """Wall time, in whatever zone it was written. Raises ValueError."""
    return datetime.strptime(text, pattern).replace(tzinfo=UTC)


def _clock(moment: datetime) -> str:
    return formats.date_format(moment, "g:i A" if translation.get_language() == "en" else "H:i")


def _day(text: str) -> str:
    return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")


def _minute(text: str) -> str:
    """`2026-12-05 18:00`, in the time of the policy."""
    moment = datetime.fromisoformat(text)
    return f"{formats.date_format(moment, 'DATE_FORMAT')}, {_clock(moment)}"


def _weekday_minute(text: str) -> str:
    """`Sat 05 Dec 18:00`, or with its year before the time."""
    for pattern in ("%a %d %b %H:%M", "%a %d %b %Y %H:%M", "%a %d %b %Y"):
        # A leap year, since a text without a year may be of 29 February.
        written = text if "%Y" in pattern else f"2024 {text}"
        try:
            moment = _read(written, pattern if "%Y" in pattern else f"%Y {pattern}")
        except ValueError:
            continue
        # Without its year the weekday cannot be worked out again, so it is left out.
        words = formats.date_format(moment, "DATE_FORMAT" if "%Y" in pattern else "MONTH_DAY_FORMAT")
        return words if "%H" not in pattern else f"{words}, {_clock(moment)}"
    return text


def _date_in_words(text: str) -> str:
    """`05 December 2026`."""
    return formats.date_format(_read(text, "%d %B %Y"), "DATE_FORMAT")


def _value(text: str) -> str:
    """A key's value: a number, a day, or an instant, whose day is enough."""
    return _day(text[:10]) if re.match(r"\d{4}-\d\d-\d\d", text) else text


def _as_it_is(text: str) -> str:
    return text


def _ordinal(text: str) -> str:
    """`3rd` → in French `3e`, in Spanish `3.º`; the number alone where the language has no short form."""
    number = re.sub(r"\D", "", text)
    language = translation.get_language() or ""
    if language.startswith("fr"):
        return f"{number}{'er' if number == '1' else 'e'}"
    return f"{number}.º" if language.startswith("es") else text


def _keys(text: str) -> str:
    """`tier and seniority date`."""
    *before, said = (_say(one, depth=_DEEPEST) for one in text.split(" and "))
    for one in reversed(before):
        said = gettext("%(key)s and %(keys)s") % {"key": one, "keys": said}
    return said


def _credentials(text: str) -> str:
    """`“first aid” or “traffic”`: the codes are the department's own."""
    first, *more = text.split("” or “")
    said = first
    for one in more:
        said = gettext("%(code)s or %(other_code)s") % {"code": f"{said}”", "other_code": f"“{one}"}
    return said


@dataclass(frozen=True, slots=True)
class _Kind:
    """What may stand in a place: a pattern without groups, and how it is said."""

    pattern: str
    say: Callable[[str], str]


_NUMBER = _Kind(r"\d[\d,]*", _as_it_is)
_KINDS: Final[Mapping[str, _Kind]] = {
    **dict.fromkeys(("count", "places", "place", "version", "metres", "accuracy", "radius", "distance"), _NUMBER),
    **dict.fromkeys(("minutes", "days", "limit_count", "number", "miles", "seconds", "hours_count"), _NUMBER),
    **dict.fromkeys(
        ("hours", "added", "total", "limit", "needed", "had"),
        _Kind(r"-?\d+ (?:h(?: \d{1,2})?|min|s)", lambda text: text.replace(" ", "\u00a0")),
    ),
    **dict.fromkeys(("day", "last_day", "first_day"), _Kind(r"\d{4}-\d\d-\d\d", _day)),
    **dict.fromkeys(("minute", "first_minute", "last_minute"), _Kind(r"\d{4}-\d\d-\d\d \d\d:\d\d", _minute)),
    **dict.fromkeys(("moment", "first", "last"), _Kind(r"\w{3} \d\d \w{3}(?: \d{4})?(?: \d\d:\d\d)?", _weekday_minute)),
    "date_in_words": _Kind(r"\d\d \w+ \d{4}", _date_in_words),
    "value": _Kind(r"[\d.:T+\-]+Z?", _value),
    "other_value": _Kind(r"[\d.:T+\-]+Z?", _value),
    "instant": _Kind(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", _as_it_is),
    "keys": _Kind(r"[\w ,\-]+", _keys),
    "credentials": _Kind(r"“.+”", _credentials),
    "pseudonym": _Kind(r"[A-Z2-7]{4,8}", _as_it_is),
    "ordinal": _Kind(r"\d+(?:st|nd|rd|th)", _ordinal),
    "ticket": _Kind(r"\w{1,8}", _as_it_is),
    "other_ticket": _Kind(r"\w{1,8}", _as_it_is),
    "rule": _Kind(r"[\w.:\-“” ]+", _as_it_is),
}


@dataclass(frozen=True, slots=True)
class _Shape:
    message: str
    pattern: re.Pattern[str]
    places: tuple[str, ...]


def spoken(text: str) -> str:
    """The sentence, or the sentences, in the active language."""
    if not text or (translation.get_language() or "en").startswith("en"):
        return text
    return _say(text, depth=0)


def _say(text: str, *, depth: int) -> str:
    if depth > _DEEPEST:
        return text
    for shape in _shapes():
        found = shape.pattern.fullmatch(text)
        if found is None:
            continue
        said = {name: _say_place(name, found[name], depth) for name in shape.places}
        message = gettext(shape.message)
        return message % said if said else message
    return text


def _say_place(name: str, text: str, depth: int) -> str:
    if kind := _KINDS.get(name):
        return kind.say(text)
    said = _say(text, depth=depth + 1)
    if said != text or text.endswith("."):
        return said
    # Within another sentence the full stop is left out.
    whole = _say(f"{text}.", depth=depth + 1)
    return text if whole == f"{text}." else whole.removesuffix(".")


@lru_cache(maxsize=1)
def _shapes() -> tuple[_Shape, ...]:
    """Those with the most words of their own first: "Denied: %(said)s" must not catch what has a shape to itself."""
    return tuple(sorted(map(_compiled, SHAPES), key=lambda one: -len(_PLACE.sub("", one.message))))


def _compiled(message: str) -> _Shape:
    places: list[str] = []
    pattern = "".join(_pieces(message, places))
    return _Shape(message, re.compile(pattern, re.DOTALL), tuple(places))


def _pieces(message: str, places: list[str]) -> Iterable[str]:
    at = 0
    for place in _PLACE.finditer(message):
        name = place[1]
        kind = _KINDS.get(name)
        yield re.escape(message[at : place.start()])
        yield f"(?P<{name}>{kind.pattern if kind else '.+'})"
        places.append(name)
        at = place.end()
    yield re.escape(message[at:])
