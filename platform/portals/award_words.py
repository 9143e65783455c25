"""How the desk's, the officer's and the public page of an award word its keys, values and kinds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from departments.policy.ordering_keys import KEYS, tenths_in_words
from marketplace.award_reading import AwardReading, BidderLine, Ladder
from portals.department.words import order_words
from portals.wording import date_text, duration_text, moment_text

KIND_WORDS = {
    "closing": _("By the department's order, when bidding closed."),
    "first_come": _("First come: the place went to the first eligible officer."),
    "backup": _("A place came free and went to the next in the order."),
    "manual": _("A person chose instead of the order."),
    "offer": _("Offered by the department's order, and accepted."),
    "relief": _("A backup was asked at short notice to take a place over."),
    "bump": _("An officer who stands before in the order took the place."),
}
_RELATIONS = {
    "ahead": ("success", "circle-check", _("ahead")),
    "behind": ("error", "circle-x", _("behind")),
    "equal": ("neutral", "circle-minus", _("equal")),
}


def value_words(key: str, value: Any, zone: str = "UTC") -> str:
    """A key's value as people say it; the draw's long number is cut, the whole one is on the draw's page."""
    if value is None:
        return "—"
    known = KEYS.get(key)
    unit = known.unit if known else ""
    if unit == "minutes":
        return duration_text(int(value))
    if unit == "date":
        return date_text(datetime.fromisoformat(str(value)))
    if unit == "instant":
        return moment_text(datetime.fromisoformat(str(value)), zone)
    if unit == "tenths":
        return tenths_in_words(value)
    if unit == "draw":
        return f"{str(value)[:8]}…"
    return str(value)


def kind_words(kind: str) -> str:
    return str(KIND_WORDS.get(kind) or kind.replace("_", " ").capitalize() + ".")


@dataclass(frozen=True)
class BidderRow:
    """One line of the ladder. `cut_off_after`: nobody below this line got a place."""

    place: int | None
    name: str
    is_reader: bool
    outcome: str
    values: list[tuple[str, str]]
    sentence: str
    cut_off_after: bool


def bidder_rows(reading: AwardReading) -> list[BidderRow]:
    return [_row(line, reading) for line in reading.ranked]


def left_out_rows(reading: AwardReading) -> list[BidderRow]:
    return [_row(line, reading) for line in reading.left_out]


def _row(line: BidderLine, reading: AwardReading) -> BidderRow:
    zone = reading.award.shift.time_zone
    return BidderRow(
        place=line.place,
        name=line.name,
        is_reader=line.is_reader,
        outcome=line.outcome,
        values=[(order_words(key), value_words(key, value, zone)) for key, value in line.values],
        sentence=line.sentence,
        cut_off_after=line.place is not None and line.place == reading.cut_off_place and line.outcome == "won",
    )


@dataclass(frozen=True)
class RungRow:
    """One key: what the reader had, what the cut-off was, and what that meant."""

    key: str
    own: str
    cut_off: str
    tone: str
    icon: str
    relation: str
    decides: bool


def rung_rows(ladder: Ladder, zone: str) -> list[RungRow]:
    rows = []
    for rung in ladder.rungs:
        tone, icon, relation = _RELATIONS.get(rung.relation, ("neutral", "circle-minus", ""))
        rows.append(
            RungRow(
                order_words(rung.key),
                value_words(rung.key, rung.own, zone),
                value_words(rung.key, rung.cut_off, zone),
                tone,
                icon,
                str(relation),
                rung.decides,
            )
        )
    return rows
