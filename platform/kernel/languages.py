"""The languages in which people are written to, as persons and tenants are recorded with them, and for gettext."""

from contextlib import AbstractContextManager
from typing import Final

from django.utils import translation

LANGUAGES: Final[dict[str, str]] = {"en": "English", "fr-CA": "Français", "es": "Español"}
DEFAULT_LANGUAGE: Final = "en"


def language_of(asked: str) -> str:
    """The language for whatever a person or tenant is recorded with: `fr`, `fr-ca` and `fr_CA` are fr-CA."""
    spoken = asked.replace("_", "-").split("-")[0].lower()
    return next((one for one in LANGUAGES if one.split("-")[0] == spoken), DEFAULT_LANGUAGE)


def gettext_code(asked: str) -> str:
    """What `translation.override` takes to write to a person: `fr-ca` for one recorded with `fr-CA`."""
    return language_of(asked).lower()


def speaking(asked: str) -> AbstractContextManager[None]:
    """What is written inside is in that language, days and months included: `with speaking(person.language):`."""
    return translation.override(gettext_code(asked))
