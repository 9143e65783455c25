"""Money, durations and local times in words, following the active language. Plain functions; no templates here."""

from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext

MINUS = "\u2212"
NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
EN_DASH = "\u2013"


def money_text(cents: int, currency: str = "", *, sign: bool = False) -> str:
    """`123450` cents → `$1,234.50`, in French `1 234,50 $`; with a currency its code follows: `$1,234.50 CAD`.

    `sign` puts a plus before what is above zero. Raises TypeError for a float: money is counted in whole cents.
    """
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise TypeError(f"money is counted in whole cents, not {cents!r}")
    whole, rest = divmod(abs(cents), 100)
    prefix = MINUS if cents < 0 else "+" if sign and cents > 0 else ""
    if _language() == "fr":
        amount = f"{prefix}{whole:,}".replace(",", NARROW_SPACE) + f",{rest:02d}{NO_BREAK_SPACE}$"
    else:
        amount = f"{prefix}${whole:,}.{rest:02d}"
    return f"{amount}{NO_BREAK_SPACE}{currency.upper()}" if currency else amount


def decimal_text(value: float, places: int) -> str:
    """`6.24` to one place → `6.2`, in French `6,2`."""
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if _language() == "fr" else text


def duration_text(minutes: int) -> str:
    """`870` → `14 h 30`, `45` → `45 min`, `480` → `8 h`; negative with a minus."""
    whole_minutes = int(minutes)
    prefix = MINUS if whole_minutes < 0 else ""
    hours, rest = divmod(abs(whole_minutes), 60)
    if not hours:
        return f"{prefix}{rest}{NO_BREAK_SPACE}min"
    return f"{prefix}{hours:,}{NO_BREAK_SPACE}h" + (f"{NO_BREAK_SPACE}{rest:02d}" if rest else "")


def local_time(value: datetime, zone: str | tzinfo | None) -> datetime:
    """The moment in the zone (a name or a tzinfo); without one in the active zone. ValueError for a naive datetime."""
    if timezone.is_naive(value):
        raise ValueError(f"a moment needs a time zone: {value!r}")
    if not zone:
        return timezone.localtime(value)
    return value.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def date_text(value: date) -> str:
    """`Sat 5 Dec 2026`, in French `sam 5 déc. 2026`."""
    return _date_text(date(value.year, value.month, value.day), get_language())


# Lists say the same few days and times over and over, and Django takes a pattern apart for each.
@lru_cache(maxsize=4096)
def _date_text(value: date, language: str | None) -> str:
    return _in_lower_case(value, "D j N Y" if _language() == "fr" else "D j M Y")


def short_day_text(value: date) -> str:
    """`5 Dec 2026`, in French `5 déc. 2026`."""
    return _in_lower_case(value, "j N Y" if _language() == "fr" else "j M Y")


def long_day_text(value: date) -> str:
    """`5 December 2026`, in Spanish `5 de diciembre de 2026`."""
    return formats.date_format(value, "j F Y" if _language() == "en" else "DATE_FORMAT")


def weekday_text(value: date) -> str:
    """`Saturday 5 December`, in Spanish `sábado 5 de diciembre`."""
    return formats.date_format(value, r"l j \d\e F" if _language() == "es" else "l j F")


def month_text(value: date, *, with_year: bool = False) -> str:
    """`Dec`, `Dec 2026`."""
    return _in_lower_case(value, "M Y" if with_year else "M")


def _in_lower_case(value: date, pattern: str) -> str:
    """Only English writes months with a capital letter, but Django abbreviates them so in every language."""
    text = formats.date_format(value, pattern)
    return text if _language() == "en" else text.lower()


def time_text(value: datetime | None) -> str:
    """`6:00 PM`, in French and Spanish `18:00`; of a datetime that is local already."""
    return "" if value is None else _time_text(value.hour, value.minute, get_language())


@lru_cache(maxsize=4096)
def _time_text(hour: int, minute: int, language: str | None) -> str:
    return formats.time_format(time(hour, minute), "g:i A" if _language() == "en" else "H:i")


def moment_text(value: datetime, zone: str | tzinfo | None) -> str:
    """`Sat 5 Dec 2026, 6:00 PM EST`: the venue's own time, with its zone named."""
    local = local_time(value, zone)
    return f"{date_text(local)}, {time_text(local)} {local.tzname()}"


def period_text(starts_at: datetime, ends_at: datetime, zone: str | tzinfo | None) -> str:
    """`Sat 5 Dec 2026, 6:00 PM–2:00 AM EST (+1 day)`; over a clock change both zone names are shown."""
    start, end = local_time(starts_at, zone), local_time(ends_at, zone)
    start_zone = "" if start.tzname() == end.tzname() else f" {start.tzname()}"
    text = f"{date_text(start)}, {time_text(start)}{start_zone}{EN_DASH}{time_text(end)} {end.tzname()}"
    days = (end.date() - start.date()).days
    if not days:
        return text
    later = ngettext("+%(days)d day", "+%(days)d days", days) % {"days": days}
    return f"{text} ({later})"


def _language() -> str:
    return (get_language() or "en").split("-")[0]
