"""Rows of a duty schedule as stretches of time, each mistake with its row and column. Pure: knows no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from departments.importing.columns import Field, Mistake, looks_like_formula

KINDS = ("duty", "overtime", "court", "leave")
_KIND_WORDS = {
    "duty": "duty", "shift": "duty", "tour": "duty", "regular": "duty", "patrol": "duty", "on duty": "duty",
    "overtime": "overtime", "ot": "overtime", "court": "court", "subpoena": "court", "hearing": "court",
    "leave": "leave", "vacation": "leave", "annual leave": "leave", "holiday": "leave", "pto": "leave",
}  # fmt: skip
LONGEST = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class DutyRow:
    """`who` is a badge or a work address. Half-open, UTC."""

    row: int
    who: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    external_id: str = ""


class _Unreadable(Exception):
    pass


def kind_of(text: str) -> str | None:
    """The kind that a word of theirs means; nothing said is duty."""
    words = text.strip().lower()
    if not words:
        return "duty"
    return _KIND_WORDS.get(words) or next((kind for word, kind in _KIND_WORDS.items() if word in words.split()), None)


def read_duty_rows(
    *,
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    mapping: Mapping[str, int],
    fields: Sequence[Field],
    zone: ZoneInfo,
) -> tuple[list[DutyRow], list[Mistake]]:
    """Moments, or a date with times; an end that is not after its start is of the next day."""
    found: list[DutyRow] = []
    mistakes: list[Mistake] = []
    titles = {name: header[index] if index < len(header) else name for name, index in mapping.items()}
    for number, cells in rows:
        texts = {name: cells[index] if index < len(cells) else "" for name, index in mapping.items()}
        before = len(mistakes)
        for one in fields:
            if one.required and not texts.get(one.name):
                mistakes.append(Mistake(number, titles.get(one.name, one.label), "is empty"))
            elif one.is_code and looks_like_formula(texts.get(one.name, "")):
                mistakes.append(Mistake(number, titles[one.name], "looks like a formula; write the value itself"))
        kind = kind_of(texts.get("kind", ""))
        if kind is None:
            mistakes.append(
                Mistake(number, titles["kind"], f"“{texts['kind'][:30]}” is not a kind: {', '.join(KINDS)}")
            )
        if len(mistakes) > before:
            continue
        try:
            starts_at, ends_at = _stretch(texts, zone)
        except _Unreadable as error:
            mistakes.append(Mistake(number, titles[str(error.args[0])], str(error.args[1])))
            continue
        found.append(
            DutyRow(number, texts["badge_number"], str(kind), starts_at, ends_at, texts.get("external_id", "")[:200])
        )
    return found, mistakes


def overlap_mistakes(rows: Sequence[DutyRow], *, column: str) -> list[Mistake]:
    """Rows of one officer and one kind at the same time: both are named. Linear after sorting."""
    mistakes: list[Mistake] = []
    ordered = sorted(rows, key=lambda one: (one.who, one.kind, one.starts_at, one.ends_at))
    latest: DutyRow | None = None
    for row in ordered:
        if latest is not None and (latest.who, latest.kind) == (row.who, row.kind) and row.starts_at < latest.ends_at:
            for one, other in ((row, latest), (latest, row)):
                mistakes.append(Mistake(one.row, column, f"overlaps row {other.row}: {one.who} has {one.kind} twice"))
            latest = row if row.ends_at > latest.ends_at else latest
        else:
            latest = row
    return sorted(set(mistakes), key=lambda one: (one.row, one.reason))


def local_moment(local: datetime, zone: ZoneInfo) -> datetime:
    """UTC. A local time that the clocks skip, or show twice, is refused: ValueError with a sentence."""
    early = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    late = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(f"{local:%Y-%m-%d %H:%M} does not exist: the clocks skip it. Write the time that they show.")
    if early != late:
        raise ValueError(
            f"{local:%Y-%m-%d %H:%M} comes twice: the clocks go back. Write it with its offset, as -04:00."
        )
    return early


def _stretch(texts: Mapping[str, str], zone: ZoneInfo) -> tuple[datetime, datetime]:
    day = None
    if texts.get("date"):
        try:
            day = date.fromisoformat(texts["date"][:10])
        except ValueError as error:
            raise _Unreadable("date", f"“{texts['date'][:30]}” is not a date like 2026-03-14") from error
    starts_at = _moment("start", texts["start"], day, zone)
    ends_at = _moment("end", texts["end"], day, zone)
    if ends_at <= starts_at and day is not None and _time(texts["end"]) is not None:
        ends_at = _moment("end", texts["end"], day + timedelta(days=1), zone)
    if ends_at <= starts_at:
        raise _Unreadable("end", "is not after the start")
    if ends_at - starts_at > LONGEST:
        raise _Unreadable("end", f"is {(ends_at - starts_at).days} days after the start; at most {LONGEST.days}")
    return starts_at, ends_at


def _moment(name: str, text: str, day: date | None, zone: ZoneInfo) -> datetime:
    clock = _time(text)
    if clock is not None:
        if day is None:
            raise _Unreadable(name, "is a time alone; add a column with the date, or write date and time")
        local = datetime.combine(day, clock)
    else:
        try:
            parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError as error:
            raise _Unreadable(name, f"“{text[:30]}” is not a time like 18:00 or 2026-03-14 18:00") from error
        if parsed.tzinfo is not None:
            return parsed.astimezone(UTC)
        local = parsed
    try:
        return local_moment(local, zone)
    except ValueError as error:
        raise _Unreadable(name, str(error)) from error


def _time(text: str) -> time | None:
    digits = text.strip()
    if digits.isdigit() and len(digits) in (3, 4):
        digits = f"{digits.zfill(4)[:2]}:{digits.zfill(4)[2:]}"
    parts = digits.split(":")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
        return None
    if digits in ("24:00", "24:00:00"):
        return time(0, 0)
    try:
        return time.fromisoformat(":".join(part.zfill(2) for part in parts))
        return time(int(parts[0]), int(parts[1]))
    except ValueError:
        return None
