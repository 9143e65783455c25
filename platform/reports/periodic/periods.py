"""Days, weeks, months and free ranges of local dates, half-open, each with the one before it. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from kernel.errors import InvalidInput

Kind = Literal["day", "week", "month", "range"]
MAXIMUM_DAYS = 400


@dataclass(frozen=True, slots=True)
class Period:
    """`until_date` is the first day after it."""

    kind: Kind
    from_date: date
    until_date: date

    @property
    def days(self) -> int:
        return (self.until_date - self.from_date).days

    @property
    def last_date(self) -> date:
        return self.until_date - timedelta(days=1)

    def before(self) -> "Period":
        """The one of the same kind that ends where this begins; of a range, as many days."""
        if self.kind == "month":
            return period_of(kind="month", on_date=self.from_date - timedelta(days=1))
        return Period(self.kind, self.from_date - timedelta(days=self.days), self.from_date)

    def after(self) -> "Period":
        if self.kind == "month":
            return period_of(kind="month", on_date=self.until_date)
        return Period(self.kind, self.until_date, self.until_date + timedelta(days=self.days))

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """Its bounds as instants: local midnights, so a day of a clock change has 23 or 25 hours."""
        at = ZoneInfo(zone)
        return (
            datetime.combine(self.from_date, time(), at).astimezone(UTC),
            datetime.combine(self.until_date, time(), at).astimezone(UTC),
        )


def period_of(*, kind: str, on_date: date, until_date: date | None = None, week_starts_on: int = 0) -> Period:
    """The day, week or month that holds `on_date`, or the range from it to before `until_date`.

    `week_starts_on` 0 is Monday. Raises InvalidInput for a range that is empty or longer than 400 days.
    """
    if kind == "day":
        return Period("day", on_date, on_date + timedelta(days=1))
    if kind == "month":
        first = on_date.replace(day=1)
        return Period("month", first, (first + timedelta(days=32)).replace(day=1))
    if kind == "range":
        until = until_date or on_date + timedelta(days=1)
        if until <= on_date:
            raise InvalidInput("The last day must not be before the first.", field="until")
        if (until - on_date).days > MAXIMUM_DAYS:
            raise InvalidInput(f"A report covers at most {MAXIMUM_DAYS} days.", field="until", maximum=MAXIMUM_DAYS)
        return Period("range", on_date, until)
    first = on_date - timedelta(days=(on_date.weekday() - week_starts_on) % 7)
    return Period("week", first, first + timedelta(days=7))
