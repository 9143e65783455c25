"""The catalogues are whole, in step with their sources, and break neither places nor markup."""

import ast
import gettext
import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from config.settings.paths import ROOT
from config.translated_sources import LOCALES, is_translated_source, translated_sources
from messaging.gsm import plain, segments_of
from messaging.sentence_shapes import SHAPES
from tests.languages.catalogues import Entry, catalogue

_CALLS = {
    "_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2, "pgettext": 1,
    "pgettext_lazy": 1,
}  # fmt: skip
_WITH_CONTEXT = ("pgettext", "pgettext_lazy")
_PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
# What templatize leaves of a template is no Python: its calls are found by their shape.
_TEMPLATE_CALL = re.compile(
    r"\b(gettext|ngettext|pgettext)\(\s*u?((?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|,|\s|u(?=['\"]))+)"
)
_TEXTS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def _messages_of_python(source: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in _CALLS and node.args:
                said = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                if name in _WITH_CONTEXT and len(said) > 1:
                    yield said[0], said[1]
                elif said and isinstance(node.args[0], ast.Constant):
                    yield "", said[0]


def _messages_of_template(source: str) -> Iterator[tuple[str, str]]:
    for call in _TEMPLATE_CALL.finditer(templatize(source)):
        said = [ast.literal_eval(text) for text in _TEXTS.findall(call[2])]
        if call[1] == "pgettext":
            yield said[0], said[1]
        else:
            yield "", said[0]


def messages_of(path: Path) -> set[tuple[str, str]]:
    source = path.read_text()
    found = _messages_of_template(source) if path.suffix == ".html" else _messages_of_python(source)
    return {(context, message) for context, message in found if message}


@lru_cache
def _by_key(locale: str) -> dict[tuple[str, str], Entry]:
    return {entry.key: entry for entry in catalogue(locale)}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_that_an_officer_may_read_is_translated(locale: str) -> None:
    known = _by_key(locale)
    missing = [
        f"{path.relative_to(ROOT)}: {message!r}"
        for path in translated_sources()
        for context, message in sorted(messages_of(path))
        if not (entry := known.get((context, message))) or entry.is_fuzzy or not all(entry.forms.values())
    ]
    assert not missing, "Run `make messages`, then translate:\n" + "\n".join(missing)


def test_the_reader_of_sources_finds_what_is_marked() -> None:
    """Without this, a reader that finds nothing would pass."""
    assert ("", "Bid for this shift") in messages_of(ROOT / "templates/officer/_card.html")
    assert ("", "%(places)s place") in messages_of(ROOT / "templates/officer/_card.html")
    assert ("engagement", "End") in messages_of(ROOT / "templates/officer/agencies.html")
    assert ("", "Your bid is withdrawn. You can bid again while bidding is open.") in messages_of(
        ROOT / "platform/portals/officer/feed_views.py"
    )
    assert is_translated_source("templates/officer/joining/invitation.html")


@pytest.mark.parametrize("locale", LOCALES)
def test_places_stay_and_plurals_have_both_forms(locale: str) -> None:
    wrong = []
    for entry in catalogue(locale):
        wanted = {"msgstr[0]", "msgstr[1]"} if entry.plural else {"msgstr"}
        if set(entry.forms) != wanted:
            wrong.append(f"{entry.message!r} has {sorted(entry.forms)}")
        for text in entry.forms.values():
            if sorted(set(_PLACES.findall(text))) != sorted(set(_PLACES.findall(entry.plural or entry.message))):
                wrong.append(f"{entry.message!r} → {text!r}")
    assert not wrong, "\n".join(wrong)


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)


@pytest.mark.parametrize("locale", LOCALES)
def test_markup_stays_as_it_is(locale: str) -> None:
    """Texts of templates are not escaped, so a stray quote or bracket would be markup."""
    wrong = []
    for entry in catalogue(locale):
        for text in entry.forms.values():
            has_markup = "<" in entry.message
            if has_markup and _Tags(text).found != _Tags(entry.message).found:
                wrong.append(f"{entry.message!r} → {text!r}")
            if not has_markup and re.search(r'[<>"&]', text):
                wrong.append(f"{entry.message!r} → {text!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_compiled_catalogue_says_what_the_written_one_says(locale: str) -> None:
    """Machines without gettext's tools run from the committed .mo."""
    with (ROOT / "locale" / locale / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        said = gettext.GNUTranslations(compiled)
    assert (
        said.info()["plural-forms"]
        == {"fr_CA": "nplurals=2; plural=(n > 1);", "es": "nplurals=2; plural=(n != 1);"}[locale]
    )
    entries = catalogue(locale)
    for entry in entries:
        if entry.plural:
            for count in (0, 1, 2):
                index = int(count > 1) if locale == "fr_CA" else int(count != 1)
                assert said.ngettext(entry.message, entry.plural, count) == entry.forms[f"msgstr[{index}]"]
        elif entry.context:
            assert said.pgettext(entry.context, entry.message) == entry.forms["msgstr"]
        else:
            assert said.gettext(entry.message) == entry.forms["msgstr"], "run `make messages`"
    # The header, and nothing that the written catalogue does not have.
    assert len(said._catalog) == 1 + sum(2 if entry.plural else 1 for entry in entries)  # type: ignore[attr-defined]


@pytest.mark.parametrize("locale", LOCALES)
def test_texts_to_telephones_fit_in_one_segment_before_they_are_filled(locale: str) -> None:
    """Accents that the GSM alphabet lacks are written without before sending; places take what is left over."""
    texts = [entry for entry in catalogue(locale) if entry.message.startswith("Muster")]
    assert len(texts) > 10
    long = []
    for entry in texts:
        text = plain(_PLACES.sub("", entry.forms["msgstr"]))
        if segments_of(text) > 1:
            long.append(text)
    assert not long


def test_every_shape_of_a_sentence_is_in_the_catalogues() -> None:
    for locale in LOCALES:
        assert {("", shape) for shape in SHAPES} <= set(_by_key(locale))
