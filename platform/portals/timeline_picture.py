"""A member's days as a picture: one row a day, one bar a stretch. Drawn on the server: styles may not be inline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from departments.policy.facts import Commitment
from geo.timezones import zone_named
from portals.wording import date_text, local_time, time_text

# Bucket: words, and the class that fills its bars. Words stand beside every bar for those who see no colour.
BUCKETS = {
    "duty": (_("Duty"), "fill-info"),
    "overtime": (_("Overtime"), "fill-warning"),
    "court": (_("Court"), "fill-neutral"),
    "leave": (_("Leave"), "fill-base-300"),
    "extra_duty": (_("Extra duty"), "fill-primary"),
    "other_employer": (_("Other employers"), "fill-error"),
}
ROW_HEIGHT = 22
DAY_WIDTH = 720
_LABEL_WIDTH = 96


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    css_class: str
    title: str


@dataclass(frozen=True)
class Day:
    on_date: date
    y: int
    label: str
    is_today: bool


@dataclass(frozen=True)
class Picture:
    days: list[Day]
    bars: list[Bar]
    width: int
    height: int
    hours: list[tuple[int, str]]
    legend: list[tuple[str, str, str]]


def draw(*, commitments: Iterable[Commitment], first_date: date, days: int, zone: str, today: date) -> Picture:
    """From `first_date` on, in local time: a bar at 6:00 stands a quarter into its day, also when the clocks change."""
    rows = [
        Day(
            on_date=first_date + timedelta(days=index),
            y=_row(index),
            label=_row_label(first_date + timedelta(days=index)),
            is_today=first_date + timedelta(days=index) == today,
        )
        for index in range(days)
    ]
    bars = [bar for one in commitments for bar in _bars(one, first_date, days, zone)]
    return Picture(
        days=rows,
        bars=bars,
        width=_LABEL_WIDTH + DAY_WIDTH,
        height=_row(days) + 4,
        hours=[(_LABEL_WIDTH + DAY_WIDTH * hour // 24, f"{hour:02d}") for hour in range(0, 24, 6)],
        legend=[(code, str(words), css_class) for code, (words, css_class) in BUCKETS.items()],
    )


def _bars(one: Commitment, first_date: date, days: int, zone: str) -> Iterable[Bar]:
    words, css_class = BUCKETS[one.bucket]
    start, end = local_time(one.starts_at, zone), local_time(one.ends_at, zone)
    title = f"{words}: {date_text(start)} {time_text(start)}–{time_text(end)}"
    for index in range(days):
        midnight = datetime.combine(first_date + timedelta(days=index), time(), zone_named(zone))
        next_midnight = datetime.combine(first_date + timedelta(days=index + 1), time(), zone_named(zone))
        if start >= next_midnight or end <= midnight:
            continue
        begins = 0 if start < midnight else start.hour * 60 + start.minute
        ends = 1440 if end >= next_midnight else end.hour * 60 + end.minute
        x = _LABEL_WIDTH + DAY_WIDTH * begins // 1440
        yield Bar(x, _row(index) + 3, max(2, DAY_WIDTH * max(0, ends - begins) // 1440), css_class, title)


def _row_label(day: date) -> str:
    """`Sat 05 Dec`."""
    return formats.date_format(day, "D d M")


def _row(index: int) -> int:
    return 18 + index * ROW_HEIGHT
