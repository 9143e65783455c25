"""The provider's error codes in plain words, and what somebody can do about each."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """`is_lasting`: the next text to this number will fail as well, until somebody does what is advised."""

    what: str | Promise
    advice: str | Promise
    is_lasting: bool = False


_VERIFY = _("Ask the officer to check their number on their profile and to verify it again.")
ERROR_WORDS: dict[str, ErrorWords] = {
    "21211": ErrorWords(_("This is not a telephone number."), _VERIFY, is_lasting=True),
    "21408": ErrorWords(_("Texts to this country are not allowed."), _("Tell the platform's operator."), True),
    "21610": ErrorWords(
        _("The number has said STOP."), _("Only the officer can undo it, by texting START. Call or write."), True
    ),
    "21612": ErrorWords(_("This number cannot be reached by our sender."), _("Tell the platform's operator."), True),
    "21614": ErrorWords(_("This is not a mobile number: it may be a landline."), _VERIFY, is_lasting=True),
    "30003": ErrorWords(_("The telephone was switched off or out of reach."), _("Nothing: the next text may arrive.")),
    "30004": ErrorWords(
        _("The telephone or its carrier blocks our messages."), _("Ask the officer to allow texts from Muster."), True
    ),
    "30005": ErrorWords(_("The number does not exist any more, or not yet."), _VERIFY, is_lasting=True),
    "30006": ErrorWords(_("It is a landline, or its carrier takes no texts."), _VERIFY, is_lasting=True),
    "30007": ErrorWords(
        _("The carrier took the text for spam."), _("Tell the platform's operator, who settles it with the carrier.")
    ),
    "30008": ErrorWords(_("The carrier did not say why it failed."), _("Nothing: the next text may arrive.")),
}
LASTING_CODES = frozenset(code for code, words in ERROR_WORDS.items() if words.is_lasting)


def words_of_error(code: str) -> ErrorWords | None:
    """None for a code without words of ours."""
    return ERROR_WORDS.get(code)
