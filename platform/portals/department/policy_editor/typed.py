"""What people type for a part of a policy, and the value that it means. What means nothing is kept as it was typed."""

import re
from collections.abc import Callable
from typing import Any

from departments.policy.plain_numbers import percent
from departments.policy.schema_reading import Part
from departments.policy.wording import duration
from departments.policy.yaml_reading import read_yaml
from departments.policy.yaml_writing import dump

_TIME = re.compile(
    r"(?P<sign>[-−])?\s*(?:(?P<days>\d{1,5})\s*(?:d|days?))?\s*(?:(?P<hours>\d{1,6})\s*(?:h|hours?))?"
    r"\s*(?:(?P<minutes>\d{1,7})\s*(?:m|min|minutes?)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")
_AMOUNT = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?\s*(?:[A-Za-z]{3})?")
_PERCENT = re.compile(r"(\d{1,6})(?:[.,](\d{1,4}))?\s*%?")
_WHOLE = re.compile(r"-?\d{1,12}")

HINTS = {
    "minutes": "Say hours or minutes, like 16 h, 16 h 30 or 45 min.",
    "cents": "Enter an amount, like 109.75.",
    "basis_points": "Enter a percentage, like 13 or 7.25.",
    "integer": "Enter a whole number.",
    "date": "Enter a date, like 2026-01-31.",
    "time": "Enter a time of day, like 18:00.",
    "mapping": "Write one a line: the name, a colon, the value.",
    "free": "This is not readable as YAML.",
}


class NotMeant(ValueError):
    """The text is no value of that part. `args[0]` says what to type instead."""


def text_of_value(part: Part, value: Any) -> str:
    """What stands in the field. What does not fit the part is shown as it was typed."""
    if value is None:
        return ""
    if isinstance(value, str) and part.kind != "free":
        return value
    if isinstance(value, float) and part.kind == "basis_points":
        return percent(value).removesuffix(" %")
    if isinstance(value, int) and not isinstance(value, bool):
        match part.kind:
            case "minutes":
                return duration(value)
            case "cents":
                return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
            case "basis_points":
                return percent(value).removesuffix(" %")
        return str(value)
    if part.kind == "values" and isinstance(value, list) and part.item is not None:
        return "\n".join(text_of_value(part.item, one) for one in value)
    if part.kind == "mapping" and isinstance(value, dict) and part.item is not None:
        return "\n".join(f"{key}: {_in_one_line(part.item, one)}" for key, one in value.items())
    return dump(value).strip() if not isinstance(value, (bool, float)) else str(value)


def value_of_text(part: Part, text: str) -> Any:
    """Raises NotMeant. The empty text is the caller's business."""
    reader = _READERS.get(part.kind)
    return reader(part, text.strip()) if reader else text.strip()


def _minutes(_: Part, text: str) -> int:
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * 60 + int(clock[2])
    found = _TIME.fullmatch(text)
    said = found.groupdict() if found else {}
    named = bool(re.search(r"[a-zA-Z]", text))
    if not named or not any(said.get(unit) for unit in ("days", "hours", "minutes")):
        raise NotMeant(HINTS["minutes"])
    minutes = int(said["days"] or 0) * 1440 + int(said["hours"] or 0) * 60 + int(said["minutes"] or 0)
    return -minutes if said["sign"] else minutes


def _cents(_: Part, text: str) -> int:
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise NotMeant(HINTS["cents"])
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))


def _basis_points(part: Part, text: str) -> float:
    """Whole where it can be; taxes and fees may have two decimals more."""
    found = _PERCENT.fullmatch(text)
    millionths = int(found[1]) * 10_000 + int((found[2] or "0").ljust(4, "0")) if found else 0
    whole, rest = divmod(millionths, 100)
    if not found or (rest and part.definition != "fine_basis_points"):
        raise NotMeant(HINTS["basis_points"])
    return millionths / 100 if rest else whole


def _integer(_: Part, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise NotMeant(HINTS["integer"])
    return int(text)


def _choice(part: Part, text: str) -> Any:
    return next((code for code, _ in part.choices if str(code) == text), text)


def _values(part: Part, text: str) -> list[Any]:
    assert part.item is not None
    apart = r"\n" if part.item.definition == "name" or part.item.kind == "long_text" else r"[\n,;]"
    return [_item(part.item, one.strip()) for one in re.split(apart, text.replace("\r", "")) if one.strip()]


def _item(part: Part, text: str) -> Any:
    """One wrong line is kept among the right ones: the mistake then names it."""
    try:
        return value_of_text(part, text)
    except NotMeant:
        return text


def _mapping(part: Part, text: str) -> dict[str, Any]:
    assert part.item is not None
    found: dict[str, Any] = {}
    for line in text.replace("\r", "").split("\n"):
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        if not colon or not key.strip() or key.strip() in found:
            raise NotMeant(HINTS["mapping"])
        found[key.strip()] = _item(part.item, value.strip())
    return found


def _free(_: Part, text: str) -> Any:
    value, mistakes = read_yaml(text)
    if mistakes:
        raise NotMeant(f"{HINTS['free']} {mistakes[0].message}")
    return value


def _in_one_line(part: Part, value: Any) -> str:
    return text_of_value(part, value).replace("\n", ", ")


_READERS: dict[str, Callable[[Part, str], Any]] = {
    "minutes": _minutes,
    "cents": _cents,
    "basis_points": _basis_points,
    "integer": _integer,
    "choice": _choice,
    "values": _values,
    "mapping": _mapping,
    "free": _free,
}
