"""Rows of a roster file as members, each mistake with its row and column. Pure: knows no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from departments.importing.columns import Field, Mistake, looks_like_formula

_LENGTHS = {
    "badge_number": 20,
    "employee_number": 40,
    "given_name": 80,
    "family_name": 80,
    "work_email": 254,
    "unit": 60,
}
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%Y%m%d")
STATUSES = ("active", "probation", "leave", "sick", "light_duty", "suspended")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """What one row says. A field whose column the file lacks is not in `values`: it stays as it is."""

    row: int
    badge_number: str
    values: dict[str, str | date | None]
    supervisor_badge: str | None = None
    credentials: dict[str, date | None] | None = None


@dataclass(slots=True)
class RosterReading:
    rows: list[RosterRow] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read_roster_rows(
    *,
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    mapping: Mapping[str, int],
    fields: Sequence[Field],
    ranks: Mapping[str, str],
) -> RosterReading:
    """`ranks`: how a rank may be written (lower case) → its code."""
    reading = RosterReading()
    titles = {name: header[index] if index < len(header) else name for name, index in mapping.items()}
    for number, cells in rows:
        texts = {name: cells[index] if index < len(cells) else "" for name, index in mapping.items()}
        before = len(reading.mistakes)
        reading.mistakes += _shape_mistakes(number, texts, titles, fields)
        row = _read_row(number, texts, titles, ranks, reading.mistakes)
        if len(reading.mistakes) == before:
            reading.rows.append(row)
    for name in ("badge_number", "work_email", "employee_number"):
        reading.mistakes += _doubles(reading.rows, name, titles)
    reading.mistakes.sort(key=lambda one: (one.row, one.column))
    return reading


def _shape_mistakes(
    number: int, texts: Mapping[str, str], titles: Mapping[str, str], fields: Sequence[Field]
) -> list[Mistake]:
    found: list[Mistake] = []
    for one in fields:
        if one.name not in texts:
            continue
        text = texts[one.name]
        if one.required and not text:
            found.append(Mistake(number, titles[one.name], "is empty"))
        elif one.is_code and looks_like_formula(text):
            found.append(
                Mistake(number, titles[one.name], f"“{text[:30]}” looks like a formula; write the value itself")
            )
        elif len(text) > _LENGTHS.get(one.name, 1000):
            found.append(Mistake(number, titles[one.name], f"has {len(text)} characters; at most {_LENGTHS[one.name]}"))
    return found


def _read_row(
    number: int, texts: Mapping[str, str], titles: Mapping[str, str], ranks: Mapping[str, str], mistakes: list[Mistake]
) -> RosterRow:
    values: dict[str, str | date | None] = {}
    for name in ("employee_number", "given_name", "family_name", "unit"):
        if name in texts:
            values[name] = texts[name]
    if texts.get("work_email"):
        values["work_email"] = texts["work_email"].lower()
        try:
            validate_email(texts["work_email"])
        except ValidationError:
            mistakes.append(Mistake(number, titles["work_email"], f"“{texts['work_email'][:60]}” is not an address"))
    if texts.get("rank_code"):
        code = ranks.get(texts["rank_code"].lower())
        if code is None:
            known = ", ".join(dict.fromkeys(ranks.values()))
            mistakes.append(Mistake(number, titles["rank_code"], f"“{texts['rank_code'][:40]}” is not a rank: {known}"))
        values["rank_code"] = code
    for name in ("seniority_date", "rank_since_date"):
        if texts.get(name):
            values[name] = _date(texts[name])
            if values[name] is None:
                mistakes.append(Mistake(number, titles[name], f"“{texts[name][:30]}” is not a date like 2020-05-31"))
        elif name in texts and name == "rank_since_date":
            values[name] = None
    if texts.get("status"):
        status = texts["status"].lower().replace("-", "_").replace(" ", "_")
        if status not in STATUSES:
            mistakes.append(
                Mistake(number, titles["status"], f"“{texts['status'][:30]}” is not a status: {', '.join(STATUSES)}")
            )
        values["status"] = status
    credentials = _credentials(number, texts, titles, mistakes) if "credentials" in texts else None
    return RosterRow(number, texts.get("badge_number", ""), values, texts.get("supervisor"), credentials)


def _credentials(
    number: int, texts: Mapping[str, str], titles: Mapping[str, str], mistakes: list[Mistake]
) -> dict[str, date | None]:
    """`code` or `code:last day`, separated by semicolons."""
    found: dict[str, date | None] = {}
    for part in texts["credentials"].split(";"):
        code, colon, until = (piece.strip() for piece in part.partition(":"))
        if not code:
            continue
        expires = _date(until) if until else None
        if len(code) > 40 or (colon and expires is None):
            mistakes.append(
                Mistake(number, titles["credentials"], f"“{part.strip()[:50]}” is not like “cpr” or “cpr:2027-06-30”")
            )
        found[code] = expires
    return found


def _doubles(rows: Sequence[RosterRow], name: str, titles: Mapping[str, str]) -> list[Mistake]:
    seen: dict[str, list[int]] = {}
    for row in rows:
        value = row.badge_number if name == "badge_number" else str(row.values.get(name) or "")
        if value:
            seen.setdefault(value, []).append(row.row)
    found: list[Mistake] = []
    for value, numbers in seen.items():
        if len(numbers) > 1:
            for number in numbers:
                others = ", ".join(str(other) for other in numbers if other != number)[:120]
                found.append(Mistake(number, titles[name], f"“{value}” is also in row {others}"))
    return found


def _date(text: str) -> date | None:
    for pattern in _DATES:
        try:
            found = datetime.strptime(text.strip()[:10] if pattern == "%Y-%m-%d" else text.strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
        return found if 1900 <= found.year <= 2200 else None
    return None
