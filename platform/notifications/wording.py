"""How times, places and money read in mails and texts."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from kernel.money import format_cents
from marketplace.models import Job, Shift
from messaging import gsm
from messaging.gsm import shorten


def moment(value: datetime, zone: str) -> str:
    """Sat 12 Dec 2026, 14:00 EST; days and months in the language that is spoken."""
    return date_format(value.astimezone(ZoneInfo(zone)), "D j M Y, H:i T")


def clock_time(value: datetime, zone: str) -> str:
    """14:00."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


def slot(shift: Shift) -> str:
    """Sat 12 Dec 2026, 14:00–18:00 EST; both dates when it runs past midnight."""
    zone = ZoneInfo(shift.time_zone)
    starts, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    if starts.date() == ends.date():
        return f"{date_format(starts, 'D j M Y, H:i')}–{date_format(ends, 'H:i T')}"
    return f"{moment(shift.starts_at, shift.time_zone)} – {moment(shift.ends_at, shift.time_zone)}"


def short_slot(shift: Shift) -> str:
    """For one SMS segment: Sat 12 Dec 14:00-18:00, plain characters only."""
    zone = ZoneInfo(shift.time_zone)
    starts, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    return f"{date_format(starts, 'D j M H:i')}-{ends:%H:%M}"


def short_moment(value: datetime, zone: str) -> str:
    """Sat 12 Dec 14:00, for a text message."""
    return date_format(value.astimezone(ZoneInfo(zone)), "D j M H:i")


def money(cents: int, currency: str) -> str:
    return format_cents(cents, currency)


def place(job: Job) -> str:
    return ", ".join(filter(None, [job.venue.name, job.venue.address]))


def hours(minutes: int) -> str:
    """270 → 4 h 30."""
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest:02d}" if rest else f"{whole} h"


def plain(text: str, limit: int = 160) -> str:
    """One GSM-7 segment: typographic signs would make it UCS-2, which halves what fits."""
    return shorten(gsm.plain(text), limit)
