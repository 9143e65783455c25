"""How documents write hours, rates and moments."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kernel.money import format_cents, percent_text


def hours(minutes: int) -> str:
    """270 → 4.50 h: bookkeepers multiply, so hours are decimal."""
    whole, rest = divmod(minutes * 100, 60)
    return f"{(minutes * 100 + 30) // 60 / 100:.2f} h" if rest else f"{whole / 100:.2f} h"


def moment(value: datetime, zone: str) -> str:
    return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"


def slot(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    starts, ends = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    until = f"{ends:%H:%M %Z}" if starts.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M %Z}"
    return f"{starts:%Y-%m-%d %H:%M} to {until}"


def rate(cents_per_hour: int, currency: str) -> str:
    return f"{format_cents(cents_per_hour, currency)}/h" if cents_per_hour else ""


def percent(basis_points: float) -> str:
    """1300 → 13 %, 975 → 9.75 %, 997.5 → 9.975 %."""
    return percent_text(basis_points)
