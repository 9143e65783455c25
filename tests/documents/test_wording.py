"""Three languages that say the same, and figures as each writes them."""

import string
from datetime import UTC, date, datetime
from functools import cache

import pytest
from reportlab.pdfbase import pdfmetrics

from billing.documents.kinds import KINDS
from billing.documents.rendering import register_fonts
from billing.documents.wording import CATALOGUES, Wording
from billing.models import IssuedDocument
from kernel.languages import LANGUAGES, language_of


@cache
def places(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_catalogue_has_every_key_with_the_same_places() -> None:
    english = CATALOGUES["en"]
    assert set(CATALOGUES) == set(LANGUAGES)
    for words in CATALOGUES.values():
        assert words.keys() == english.keys()
        assert {key: places(text) for key, text in words.items()} == {
            key: places(text) for key, text in english.items()
        }
        assert all(text.strip() for text in words.values())


def test_french_and_spanish_are_no_copies_of_english() -> None:
    for language in ("fr-CA", "es"):
        same = {key for key, text in CATALOGUES[language].items() if text == CATALOGUES["en"][key]}
        assert len(same) <= 8, same


def test_every_kind_has_a_title_and_headings_that_fill_the_page() -> None:
    assert set(KINDS) == set(IssuedDocument.Kind)
    for kind in KINDS.values():
        for language in LANGUAGES:
            assert Wording(language).say(kind.title)
            assert all(Wording(language).say(column.heading) for column in kind.columns)
        assert sum(column.width for column in kind.columns) == pytest.approx(1)


def test_the_embedded_font_has_every_letter_of_every_catalogue() -> None:
    register_fonts()
    letters = {letter for words in CATALOGUES.values() for text in words.values() for letter in text}
    letters |= set("œŒ’«»ñ¿¡ẞøŁł–\u00a0$€")
    for name in ("Muster-Regular", "Muster-Semibold", "Muster-Bold"):
        known = pdfmetrics.getFont(name).face.charToGlyph
        assert {letter for letter in letters if ord(letter) not in known} == set()


@pytest.mark.parametrize(
    ("asked", "language"),
    [("en", "en"), ("fr", "fr-CA"), ("fr-ca", "fr-CA"), ("fr_CA", "fr-CA"), ("es", "es"), ("de", "en"), ("", "en")],
)
def test_a_recorded_language_leads_to_a_catalogue(asked: str, language: str) -> None:
    assert language_of(asked) == language


def test_money_hours_and_percentages_are_written_as_the_language_writes_them() -> None:
    english, french, spanish = (Wording(language) for language in LANGUAGES)
    assert english.money(123_456_789, "CAD") == "CA$1,234,567.89"
    assert french.money(-123_456_789, "CAD") == "-1\u00a0234\u00a0567,89\u00a0$\u00a0CA"
    assert french.money(5, "USD") == "0,05\u00a0$\u00a0US"
    assert french.figure(5, "USD") == "0,05\u00a0$"
    assert spanish.money(150, "USD") == "$1.50"
    assert (english.hours(215), french.hours(215)) == ("3.58 h", "3,58 h")
    assert (english.percent(997.5), french.percent(997.5)) == ("9.975 %", "9,975 %")
    assert french.tax_label(name="HST", rate_basis_points=1300, registration_number="1") == "TVH 13 % (inscription 1)"


def test_dates_and_slots() -> None:
    english, french, spanish = (Wording(language) for language in LANGUAGES)
    first = date(2026, 8, 1)
    assert [one.day(first) for one in (english, french, spanish)] == [
        "August 1, 2026",
        "1er août 2026",
        "1 de agosto de 2026",
    ]
    night = datetime(2026, 11, 1, 2, tzinfo=UTC), datetime(2026, 11, 1, 8, tzinfo=UTC)
    slot = english.slot(*night, "America/Toronto")
    assert slot == "October 31, 2026, 22:00 EDT – November 1, 2026, 03:00 EST"
    assert french.slot(*night, "America/Toronto").startswith("31 octobre 2026, 22\u00a0h\u00a000 HAE")
