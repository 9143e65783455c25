"""Weeks and months as half-open ranges of local dates, one after the other without a gap. Pure."""

from datetime import date, timedelta
from typing import Literal

Length = Literal["week", "month"]


def start_of_period(day: date, length: Length) -> date:
    """The first day of the week (Monday) or month that holds the day."""
    return day - timedelta(days=day.weekday()) if length == "week" else day.replace(day=1)


def end_of_period(first: date, length: Length) -> date:
    """The first day after the period that begins, or goes on, on that day.

    After a change of length the first period is the rest of a week or month: none overlaps, none is left out.
    """
    if length == "week":
        return first + timedelta(days=7 - first.weekday())
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)
