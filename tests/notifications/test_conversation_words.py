"""In every language, the words that an answer asks for are words that are understood."""

import re
import unicodedata

import pytest

from config.translated_sources import LOCALES
from messaging.commands import Verb, is_start, is_stop, read_command
from tests.languages.catalogues import catalogue

_COMMAND = re.compile(r"\b(?:YES|NO|DROP|HOURS|NEXT|MENU)\b")
_WORD = re.compile(r"\b[A-ZÀ-Ý]{2,}\b")
_NO_COMMANDS = {"OK", "SVP"}


def understood(word: str) -> bool:
    return is_stop(word) or is_start(word) or read_command(word).verb not in (Verb.UNCLEAR, Verb.SEVERAL)


@pytest.mark.parametrize("locale", LOCALES)
def test_commands_in_translated_answers_are_understood(locale: str) -> None:
    asked = {
        word: entry.message
        for entry in catalogue(locale)
        if _COMMAND.search(entry.message)
        for text in entry.forms.values()
        for word in _WORD.findall(unicodedata.normalize("NFC", text))
        if word not in _NO_COMMANDS
    }
    assert {word: message for word, message in asked.items() if not understood(word)} == {}
    verbs = {read_command(word).verb for word in asked}
    assert {Verb.YES, Verb.NO, Verb.DROP, Verb.HOURS, Verb.NEXT, Verb.MENU} <= verbs
