"""An iCalendar file as a table of duty, so that it takes the same way as a spreadsheet.

Whose it is: X-MUSTER-BADGE of the event, the address of its only ATTENDEE, or X-MUSTER-BADGE of the whole calendar
(one calendar per officer). What it is: CATEGORIES, else SUMMARY, by the same words as in a spreadsheet. UID is its
reference.
"""

from datetime import date, datetime
from typing import Any

from icalendar import Calendar

from departments.importing.tables import MAXIMUM_BYTES, MAXIMUM_ROWS, Table
from departments.refusals import FileRefused

HEADER = ("badge", "kind", "start", "end", "reference")


def is_calendar(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"


def read_calendar(*, content: bytes) -> Table:
    """Events in their order, numbered from 1. Raises FileRefused; a repeating event must be written out."""
    if len(content) > MAXIMUM_BYTES:
        raise FileRefused(f"The calendar has more than {MAXIMUM_BYTES // 1_000_000} MB. Export a shorter time.")
    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise FileRefused(f"The calendar cannot be read: {str(error)[:120]}.") from error
    rows: list[tuple[int, tuple[str, ...]]] = []
    for calendar in calendars:
        whole = str(calendar.get("X-MUSTER-BADGE", ""))
        for event in calendar.walk("VEVENT"):
            number = len(rows) + 1
            if number > MAXIMUM_ROWS:
                raise FileRefused(f"The calendar has more than {MAXIMUM_ROWS:,} events. Export a shorter time.")
            if "RRULE" in event or "RDATE" in event:
                raise FileRefused(f"Event {number} repeats. Export the single dates of the time you need.", row=number)
            rows.append((number, _cells(number, event, whole)))
    if not rows:
        raise FileRefused("The calendar holds no events.")
    return Table(header=HEADER, rows=tuple(rows), encoding="icalendar")


def _cells(number: int, event: Any, badge_of_calendar: str) -> tuple[str, ...]:
    return (
        str(event.get("X-MUSTER-BADGE", "")) or _attendee(event) or badge_of_calendar,
        _words(event),
        _moment(number, event, "DTSTART"),
        _moment(number, event, "DTEND"),
        str(event.get("UID", ""))[:200],
    )


def _attendee(event: Any) -> str:
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    return str(attendees[0]).lower().removeprefix("mailto:") if len(attendees) == 1 else ""


def _words(event: Any) -> str:
    categories = event.get("CATEGORIES")
    if categories is not None:
        first = categories[0] if isinstance(categories, list) else categories
        return str(getattr(first, "cats", [first])[0])
    return str(event.get("SUMMARY", ""))


def _moment(number: int, event: Any, name: str) -> str:
    stated = event.get(name)
    value = getattr(stated, "dt", None)
    if value is None and name == "DTEND" and event.get("DURATION") is not None and event.get("DTSTART") is not None:
        value = event["DTSTART"].dt + event["DURATION"].dt
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00"
    raise FileRefused(f"Event {number} has no {name}.", row=number)
