"""How a document says what it says: words from its language's catalogue, figures and dates in its language's way.

Babel would be a large dependency for three languages and two currencies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from billing.documents.languages import english, french, spanish
from kernel.money import format_cents, percent_text

CATALOGUES: Final[dict[str, dict[str, str]]] = {"en": english.WORDS, "fr-CA": french.WORDS, "es": spanish.WORDS}

_NO_BREAK_SPACE = "\u00a0"
_MONTHS: Final[dict[str, str]] = {
    "en": "January February March April May June July August September October November December",
    "fr-CA": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
# Beside a Canadian dollar the other one needs its country, and the other way round.
_FRENCH_CURRENCIES: Final[dict[str, str]] = {"CAD": "$ CA", "USD": "$ US"}


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything that is written in `language`, a key of LANGUAGES."""

    language: str

    def say(self, key: str, **values: object) -> str:
        """Raises KeyError for what no catalogue has."""
        text = CATALOGUES[self.language][key]
        return text.format(**values) if values else text

    def money(self, cents: int, currency: str) -> str:
        """32925 CAD → CA$329.25, in French 329,25 $ CA. North American Spanish writes as English does."""
        if self.language != "fr-CA":
            return format_cents(cents, currency)
        whole, fraction = divmod(abs(cents), 100)
        grouped = f"{whole:,}".replace(",", _NO_BREAK_SPACE)
        sign = "-" if cents < 0 else ""
        symbol = _FRENCH_CURRENCIES.get(currency, currency).replace(" ", _NO_BREAK_SPACE)
        return f"{sign}{grouped},{fraction:02d}{_NO_BREAK_SPACE}{symbol}"

    def figure(self, cents: int, currency: str) -> str:
        """Money in a column, under the heading that names the currency: in French without the country after the $."""
        text = self.money(cents, currency)
        return text.rsplit(_NO_BREAK_SPACE, 1)[0] if self.language == "fr-CA" else text

    def rate(self, cents_per_hour: int, currency: str) -> str:
        """Empty for what has no hourly rate."""
        return f"{self.figure(cents_per_hour, currency)}/h" if cents_per_hour else ""

    def hours(self, minutes: int) -> str:
        """270 → 4.50 h: bookkeepers multiply, so hours are decimal."""
        hundredths = (minutes * 100 + 30) // 60
        return self._point(f"{hundredths // 100}.{hundredths % 100:02d} h")

    def percent(self, basis_points: float) -> str:
        """1300 → 13 %, 997.5 → 9.975 %."""
        return self._point(percent_text(basis_points))

    def day(self, value: date) -> str:
        month = _MONTHS[self.language].split()[value.month - 1]
        if self.language == "fr-CA":
            return f"{'1er' if value.day == 1 else value.day} {month} {value.year}"
        if self.language == "es":
            return f"{value.day} de {month} de {value.year}"
        return f"{month} {value.day}, {value.year}"

    def iso_date(self, text: str) -> str:
        return self.day(date.fromisoformat(text))

    def moment(self, value: datetime, zone: str) -> str:
        local = value.astimezone(ZoneInfo(zone))
        return f"{self.day(local)}, {self._clock(local)} {self._zone(local)}"

    def slot(self, starts_at: datetime, ends_at: datetime, zone: str) -> str:
        """From and to in the venue's zone; the zone is named twice where the clocks change between."""
        starts, ends = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
        first = f"{self.day(starts)}, {self._clock(starts)}"
        if starts.tzname() != ends.tzname():
            first += f" {self._zone(starts)}"
        last = f"{self._clock(ends)} {self._zone(ends)}"
        return f"{first} – {last}" if starts.date() == ends.date() else f"{first} – {self.day(ends)}, {last}"

    def period(self, first: date, last: date) -> str:
        """Both days belong to it."""
        return self.say("from_to", first=self.day(first), last=self.day(last))

    def tax_name(self, name: str) -> str:
        return french.TAX_NAMES.get(name, name) if self.language == "fr-CA" else name

    def tax_label(self, *, name: str, rate_basis_points: float, registration_number: str) -> str:
        values = {"name": self.tax_name(name), "rate": self.percent(rate_basis_points)}
        if registration_number:
            return self.say("tax_registered", number=registration_number, **values)
        return self.say("tax", **values)

    def _point(self, text: str) -> str:
        return text.replace(".", ",") if self.language == "fr-CA" else text

    def _zone(self, local: datetime) -> str:
        name = local.tzname() or ""
        return french.ZONE_NAMES.get(name, name) if self.language == "fr-CA" else name

    def _clock(self, local: datetime) -> str:
        separator = f"{_NO_BREAK_SPACE}h{_NO_BREAK_SPACE}" if self.language == "fr-CA" else ":"
        return f"{local:%H}{separator}{local:%M}"
