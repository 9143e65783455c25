"""Money, durations and local times read as people write them, in each language."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from portals.wording import duration_text, moment_text, money_text, period_text


def test_money_in_english_and_french() -> None:
    with translation.override("en"):
        assert money_text(123_450) == "$1,234.50"
        assert money_text(5, "cad") == "$0.05\u00a0CAD"
        assert money_text(-1200) == "\u2212$12.00"
        assert money_text(1200, sign=True) == "+$12.00"
    with translation.override("fr-ca"):
        assert money_text(123_450) == "1\u202f234,50\u00a0$"


@pytest.mark.parametrize("amount", [12.5, True, "12"])
def test_money_is_whole_cents(amount: object) -> None:
    with pytest.raises(TypeError, match="whole cents"):
        money_text(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (45, "45 min"), (480, "8 h"), (870, "14 h 30"), (-65, "\u22121 h 05")]
)
def test_durations(minutes: int, text: str) -> None:
    assert duration_text(minutes).replace("\u00a0", " ") == text


def test_a_moment_names_the_venues_zone() -> None:
    at = datetime(2026, 12, 5, 23, 0, tzinfo=UTC)
    with translation.override("en"):
        assert moment_text(at, "America/Toronto") == "Sat 5 Dec 2026, 6:00 PM EST"
        assert moment_text(at, "America/Chicago") == "Sat 5 Dec 2026, 5:00 PM CST"
    with translation.override("fr-ca"):
        assert "18:00 EST" in moment_text(at, "America/Toronto")


def test_a_period_over_midnight_and_over_a_clock_change() -> None:
    with translation.override("en"):
        overnight = period_text(
            datetime(2026, 12, 5, 23, 0, tzinfo=UTC), datetime(2026, 12, 6, 7, 0, tzinfo=UTC), "America/Toronto"
        )
        assert overnight == "Sat 5 Dec 2026, 6:00 PM\u20132:00 AM EST (+1 day)"
        # Clocks go back on 1 November 2026 at 2:00 AM: the eight hours by the wall are nine in fact.
        changed = period_text(
            datetime(2026, 11, 1, 2, 0, tzinfo=UTC), datetime(2026, 11, 1, 11, 0, tzinfo=UTC), "America/Toronto"
        )
        assert changed == "Sat 31 Oct 2026, 10:00 PM EDT\u20136:00 AM EST (+1 day)"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moment_text(datetime(2026, 12, 5, 23, 0), "America/Toronto")
