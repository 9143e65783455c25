"""Reading the files that people write beside a policy: every mistake with its path, and with its line in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from departments.policy.canonical import plain
from departments.policy.documents import Policy
from departments.policy.fact_names import FACTS
from departments.policy.refusals import Mistake
from departments.policy.yaml_reading import line_of_paths, nearest_line, read_yaml
from kernel.errors import Refusal

_CLOCK = re.compile(r"^([01]\d|2[0-4]):([0-5]\d)$")
_MOST_MISTAKES = 50
Group = Literal["officer", "shift", "venue", "client", "job"]


class CasesInvalid(Refusal):
    """`mistakes` have a path (`cases[2].shift.from`), and a line when a text was read."""

    code = "cases_invalid"

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        listed = "; ".join(str(mistake) for mistake in self.mistakes[:20])
        super().__init__(f"These cases cannot be read until this is corrected: {listed}", mistakes=len(self.mistakes))


class Reader:
    """Takes values out of plain data and notes what is wrong with them; a wrong value reads as its default."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.mistakes: list[Mistake] = []

    def wrong(self, path: str, message: str) -> None:
        mistake = Mistake(path, message)
        # A schedule that many cases share is read by each of them.
        if len(self.mistakes) < _MOST_MISTAKES and mistake not in self.mistakes:
            self.mistakes.append(mistake)

    def mapping(self, value: Any, path: str, known: Iterable[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.wrong(path, "must be a mapping (name: value)")
            return {}
        names = sorted(set(known))
        for key in value:
            if key not in names:
                self.wrong(f"{path}.{key}" if path else str(key), f"is not known here; choose from {', '.join(names)}")
        return value

    def items(self, value: Any, path: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(path, "must be a list")
            return []
        return value

    def text(self, data: Mapping[str, Any], key: str, path: str, default: str = "") -> str:
        value = data.get(key)
        if value is None:
            return default
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            self.wrong(f"{path}.{key}", "must be text")
            return default
        return str(value)

    def texts(self, data: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
        found = []
        for index, value in enumerate(self.items(data.get(key), f"{path}.{key}")):
            if isinstance(value, str):
                found.append(value)
            else:
                self.wrong(f"{path}.{key}[{index}]", "must be text")
        return tuple(found)

    def whole(self, data: Mapping[str, Any], key: str, path: str, *, lowest: int = 0) -> int | None:
        value = data.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= 10**9:
            self.wrong(f"{path}.{key}", f"must be a whole number of at least {lowest}")
            return None
        return value

    def yes_no(self, data: Mapping[str, Any], key: str, path: str, default: bool = False) -> bool:
        value = data.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(f"{path}.{key}", "must be true or false")
            return default
        return value

    def number(self, data: Mapping[str, Any], key: str, path: str) -> float | None:
        value = data.get(key)
        if value is None:
            return None
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            self.wrong(f"{path}.{key}", "must be a number")
            return None
        return float(value)

    def day(self, data: Mapping[str, Any], key: str, path: str) -> date | None:
        value = data.get(key)
        if value is None:
            return None
        try:
            return date.fromisoformat(value[:10])
        except (TypeError, ValueError):
            self.wrong(f"{path}.{key}", f"{value!r} is not a date; write 2026-03-14")
            return None

    def instant(self, value: Any, path: str) -> datetime | None:
        """“2026-03-14 18:00” in the file's zone, or with an offset of its own. 24:00 is the next midnight."""
        if not isinstance(value, str):
            self.wrong(path, f"{value!r} is not a time; write “2026-03-14 18:00”")
            return None
        text, later = value.strip(), timedelta(0)
        if text[11:] == "24:00":
            text, later = f"{text[:11]}00:00", timedelta(days=1)
        try:
            read = datetime.fromisoformat(text) + later
        except ValueError:
            self.wrong(path, f"{value!r} is not a time; write “2026-03-14 18:00”")
            return None
        return (read if read.tzinfo is not None else read.replace(tzinfo=self.zone)).astimezone(UTC)

    def span(self, data: Mapping[str, Any], path: str) -> tuple[datetime, datetime] | None:
        """`from`, and one of `until` (a time of day is the next one after), `hours`, `minutes`."""
        if data.get("from") is None:
            self.wrong(f"{path}.from", "is needed")
            return None
        start = self.instant(data["from"], f"{path}.from")
        ends = [key for key in ("until", "hours", "minutes") if data.get(key) is not None]
        if len(ends) != 1:
            self.wrong(path, "needs exactly one of until, hours, minutes")
            return None
        if start is None:
            return None
        end = self._end(start, ends[0], data[ends[0]], f"{path}.{ends[0]}")
        if end is not None and end <= start:
            self.wrong(f"{path}.{ends[0]}", "must be after from")
            return None
        return (start, end) if end is not None else None

    def _end(self, start: datetime, key: str, value: Any, path: str) -> datetime | None:
        if key == "until":
            return self.clock_after(start, value) or self.instant(value, path)
        minutes = value * 60 if key == "hours" and isinstance(value, (int, float)) else value
        if not isinstance(minutes, (int, float)) or isinstance(value, bool) or minutes != int(minutes):
            self.wrong(path, "must come to whole minutes")
            return None
        return start + timedelta(minutes=int(minutes))

    def clock_after(self, start: datetime, value: Any) -> datetime | None:
        """The first instant after `start` at which the local clock shows `value`; None when it is no time of day."""
        found = _CLOCK.match(value) if isinstance(value, str) else None
        if found is None:
            return None
        local = start.astimezone(self.zone)
        wanted = local.replace(hour=int(found[1]) % 24, minute=int(found[2]), second=0, microsecond=0, fold=0)
        if wanted.replace(tzinfo=None) <= local.replace(tzinfo=None):
            wanted += timedelta(days=1)
        return wanted.astimezone(UTC)

    def facts(self, value: Any, path: str, group: Group, *, beside: Iterable[str] = ()) -> dict[str, Any]:
        """The facts of one group, by their full names; `beside` are keys that somebody else reads."""
        prefix = f"{group}."
        known = {name.removeprefix(prefix): one.kind for name, one in FACTS.items() if name.startswith(prefix)}
        also = {"attributes", *beside} | ({"opens_at", "closes_at"} if group == "venue" else set())
        data = self.mapping(value, path, [*known, *also])
        found: dict[str, Any] = {}
        for key, item in data.items():
            if key in known and key not in beside and item is not None:
                if _fits(known[key], item):
                    found[f"{prefix}{key}"] = item
                else:
                    self.wrong(f"{path}.{key}", f"{item!r} does not fit: {FACTS[prefix + key].meaning}")
        attributes = data.get("attributes")
        if attributes is not None and isinstance(attributes, Mapping):
            found |= {f"{prefix}attributes.{key}": item for key, item in attributes.items()}
        elif attributes is not None:
            self.wrong(f"{path}.attributes", "must be a mapping (name: value)")
        if data.get("opens_at") is not None or data.get("closes_at") is not None:
            found["venue.hours"] = {
                "from": self._clock(data, "opens_at", path),
                "until": self._clock(data, "closes_at", path),
            }
        return found

    def _clock(self, data: Mapping[str, Any], key: str, path: str) -> str:
        value = data.get(key)
        if isinstance(value, str) and _CLOCK.match(value):
            return value.replace("24:", "00:")
        self.wrong(f"{path}.{key}", "must be a time of day like “20:00”; opens_at and closes_at belong together")
        return "00:00"


def read_source(source: str | Mapping[str, Any], *, time_zone: str) -> tuple[Any, Reader]:
    """The file's plain data and a reader in its zone. Raises CasesInvalid when it is no mapping at all."""
    data: Any = source
    if isinstance(source, str):
        data, mistakes = read_yaml(source)
        if mistakes:
            raise CasesInvalid(mistakes)
    data = plain(data)
    if not isinstance(data, Mapping):
        raise CasesInvalid([Mistake("", "must be a mapping of sections", 1)])
    name = data.get("time_zone") or time_zone
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise CasesInvalid(
            with_lines([Mistake("time_zone", f"“{name}” is not a time zone; write one like America/Toronto")], source)
        ) from error
    return data, Reader(zone)


def refuse_mistakes(reader: Reader, source: str | Mapping[str, Any]) -> None:
    """Raises CasesInvalid when anything was noted."""
    if reader.mistakes:
        raise CasesInvalid(with_lines(reader.mistakes, source))


def with_lines(mistakes: Iterable[Mistake], source: str | Mapping[str, Any]) -> list[Mistake]:
    if not isinstance(source, str):
        return list(mistakes)
    lines = line_of_paths(source)
    return [Mistake(one.path, one.message, nearest_line(lines, one.path)) for one in mistakes]


def policy_for(policies: Iterable[Policy], *, on_date: date) -> Policy | None:
    """The version in force on a local date: of those that have begun and not ended, the one that began last."""
    begun = [
        policy
        for policy in policies
        if policy.effective_from_date <= on_date
        and (policy.effective_until_date is None or on_date < policy.effective_until_date)
    ]
    return max(begun, key=lambda policy: (policy.effective_from_date, policy.version), default=None)


def _fits(kind: str, value: Any) -> bool:
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "yes_no":
        return isinstance(value, bool)
    if kind == "codes":
        return isinstance(value, list)
    if kind == "hours":
        return isinstance(value, Mapping) and set(value) == {"from", "until"}
    return isinstance(value, (str, int)) and not isinstance(value, bool)
