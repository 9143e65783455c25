"""Reads JSON of unknown shape into typed values, naming the path of whatever does not fit."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marketplace.refusals_terms import TermsUnreadable

_REQUIRED: Any = object()
_MOST_ANSWERS = 20
_LONGEST_ANSWER = 200


class Reader:
    """One JSON object. Every method raises TermsUnreadable with the dotted path of the field."""

    def __init__(self, data: object, path: str = "") -> None:
        if not isinstance(data, Mapping):
            raise TermsUnreadable(path.rstrip(".") or "terms", "an object")
        self._data = data
        self._path = path

    def text(self, name: str, default: Any = _REQUIRED) -> str:
        value = self._value(name, default)
        if not isinstance(value, str):
            raise TermsUnreadable(self._path + name, "text")
        return value

    def number(self, name: str, default: Any = _REQUIRED) -> int:
        """A whole number; text such as "3" is taken too, as forms send it."""
        value = self._value(name, default)
        if isinstance(value, str) and value.strip().lstrip("+-").isdecimal() and len(value) < 12:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise TermsUnreadable(self._path + name, "a whole number")
        return value

    def optional_number(self, name: str) -> int | None:
        return None if self._value(name, None) in (None, "") else self.number(name)

    def degrees(self, name: str) -> float:
        """Range and NaN are the point's own business."""
        value = self._value(name, _REQUIRED)
        try:
            if isinstance(value, bool):
                raise ValueError
            return float(value)
        except (TypeError, ValueError, OverflowError):
            raise TermsUnreadable(self._path + name, "a number of degrees") from None

    def optional_degrees(self, name: str) -> float | None:
        return None if self._value(name, None) in (None, "") else self.degrees(name)

    def flag(self, name: str, default: Any = _REQUIRED) -> bool:
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise TermsUnreadable(self._path + name, "true or false")
        return value

    def moment(self, name: str) -> datetime:
        """ISO 8601 with an offset; answers in UTC."""
        value = self.text(name)
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise TermsUnreadable(self._path + name, "a date and time with its offset from UTC") from None

    def answers(self, name: str) -> dict[str, bool | int | str]:
        """A few short answers by name, none where nothing is given."""
        value = self._value(name, None) or {}
        wanted = "an object of short texts, whole numbers, true or false"
        if not isinstance(value, Mapping) or len(value) > _MOST_ANSWERS:
            raise TermsUnreadable(self._path + name, wanted)
        for key, answer in value.items():
            is_short = not isinstance(answer, str) or (len(answer) <= _LONGEST_ANSWER and "\x00" not in answer)
            is_plain = isinstance(answer, (bool, int, str)) and is_short
            if not isinstance(key, str) or len(key) > _LONGEST_ANSWER or "\x00" in key or not is_plain:
                raise TermsUnreadable(self._path + name, wanted)
        return dict(value)

    def part(self, name: str) -> "Reader":
        return Reader(self._value(name, _REQUIRED), f"{self._path}{name}.")

    def parts(self, name: str) -> list["Reader"]:
        value = self._value(name, _REQUIRED)
        if not isinstance(value, (list, tuple)):
            raise TermsUnreadable(self._path + name, "a list")
        return [Reader(item, f"{self._path}{name}.{index}.") for index, item in enumerate(value)]

    def _value(self, name: str, default: Any) -> Any:
        value = self._data.get(name, default)
        if value is _REQUIRED:
            raise TermsUnreadable(self._path + name, "given")
        return value
