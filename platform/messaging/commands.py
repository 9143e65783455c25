"""What somebody means by a text message. Pure: words in, a command out; nothing is looked up here.

English, French and Spanish words are all understood, whatever language the person reads in. One message is one command:
of two that differ, neither is guessed at.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    YES = "yes"
    NO = "no"
    DROP = "drop"
    HOURS = "hours"
    NEXT = "next"
    MENU = "menu"
    HELP = "help"
    NUMBER = "number"
    SEVERAL = "several"
    REACTION = "reaction"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Command:
    """`number` is the short number of a shift, None when none was named. `confirmed`: DROP 77 OK."""

    verb: Verb
    number: int | None = None
    confirmed: bool = False


# Answered by the provider itself: whatever we said would be a second answer.
HELP_WORDS = frozenset({"HELP", "INFO"})
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP"})
# A wish to end is obeyed in any reasonable words, also where the provider does not know them.
_STOP_BEGINNINGS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "REVOKE", "OPTOUT", "ARRET", "ARRETER", "ALTO", "PARAR"}
)
_YES = frozenset({"YES", "Y", "YEP", "OUI", "SI"})
_WORDS: dict[str, Verb] = {
    **dict.fromkeys(_YES, Verb.YES),
    **dict.fromkeys(("NO", "N", "NON", "NOPE"), Verb.NO),
    **dict.fromkeys(("DROP", "CANCEL", "RETRAIT", "RETIRER", "BAJA", "DEJAR"), Verb.DROP),
    **dict.fromkeys(("HOURS", "HOUR", "HEURES", "HEURE", "HORAS", "HORA"), Verb.HOURS),
    **dict.fromkeys(("NEXT", "PROCHAIN", "PROCHAINE", "PROXIMO", "PROXIMA", "SUIVANT"), Verb.NEXT),
    **dict.fromkeys(("MENU", "AIDE", "AYUDA", "CHOIX"), Verb.MENU),
    **dict.fromkeys(HELP_WORDS, Verb.HELP),
}
# The word to offer where an answer is put together from parts; English elsewhere.
_OFFERED = {
    "fr": {Verb.YES: "OUI", Verb.NO: "NON", Verb.DROP: "RETRAIT"},
    "es": {Verb.YES: "SI", Verb.NO: "NO", Verb.DROP: "BAJA"},
}
_CONFIRMATIONS = _YES | {"OK"}
_COURTESIES = frozenset(
    {"PLEASE", "PLS", "TO", "FOR", "SHIFT", "THANKS", "THX", "MERCI", "SVP", "POUR", "GRACIAS", "POR", "FAVOR", "PARA"}
)
# Phones send a reaction as a text that quotes the message reacted to, the "YES 77" in it too.
_REACTION = re.compile(
    r"^\W*(?:LIKED|LOVED|DISLIKED|EMPHASI[SZ]ED|QUESTIONED|LAUGHED AT|REACTED|REMOVED|AIME|ADORE|RISA|ME GUSTA)\b"
    r'.*["“”«„]',
    re.DOTALL,
)
_TOKENS = re.compile(r"[A-Z]+|\d+")
_LONGEST_NUMBER = 4


def read_command(text: str) -> Command:
    """The one command of a message. Case, accents, punctuation and emoji do not matter; "7️⃣7️⃣" is 77."""
    plain = _plain(text)
    if _REACTION.match(plain):
        return Command(Verb.REACTION)
    tokens = list(dict.fromkeys(token for token in _TOKENS.findall(plain) if token not in _COURTESIES))
    verbs = list(dict.fromkeys(_WORDS[token] for token in tokens if token in _WORDS))
    numbers = list(dict.fromkeys(int(token) for token in tokens if token.isdigit() and len(token) <= _LONGEST_NUMBER))
    if not tokens or any(token.isdigit() and len(token) > _LONGEST_NUMBER for token in tokens):
        return Command(Verb.UNCLEAR)
    if Verb.DROP in verbs and tokens[-1] in _CONFIRMATIONS and set(verbs) <= {Verb.DROP, Verb.YES}:
        return _with_number(Verb.DROP, numbers, confirmed=True)
    if len(verbs) > 1:
        return Command(Verb.SEVERAL)
    if not verbs:
        is_number_alone = len(tokens) == 1 and len(numbers) == 1
        return Command(Verb.NUMBER, numbers[0]) if is_number_alone else Command(Verb.UNCLEAR)
    verb = verbs[0]
    if verb in (Verb.YES, Verb.NO, Verb.DROP):
        # "No idea what this is" is no decline: without a number, the word stands alone; with one, both come first.
        unknown = [token for token in tokens if not token.isdigit() and token not in _WORDS]
        begins = {token if token in _WORDS else "number" for token in tokens[:2] if token in _WORDS or token.isdigit()}
        if (not numbers and unknown) or (numbers and len(begins) < min(2, len(tokens))):
            return Command(Verb.UNCLEAR)
        return _with_number(verb, numbers)
    return Command(verb) if len(tokens) <= 3 else Command(Verb.UNCLEAR)


def word_for(verb: Verb, language: str) -> str:
    """How somebody who reads `language` ("fr-ca") would write the command."""
    return _OFFERED.get(language[:2], {}).get(verb, verb.upper())


def is_stop(text: str) -> bool:
    """An end to all texts is asked for."""
    tokens = _TOKENS.findall(_plain(text))
    return bool(tokens) and (tokens[0] in _STOP_BEGINNINGS or (len(tokens) == 1 and tokens[0] in STOP_WORDS))


def is_start(text: str) -> bool:
    tokens = _TOKENS.findall(_plain(text))
    return len(tokens) == 1 and tokens[0] in START_WORDS


def is_lone_yes(text: str) -> bool:
    """To the provider it means START, from a number that had said STOP."""
    return _TOKENS.findall(_plain(text)) == ["YES"]


def provider_answers(text: str) -> bool:
    """The provider has a standing answer for exactly these words, and gives it without us."""
    return text.strip().upper() in STOP_WORDS | START_WORDS | HELP_WORDS | {"YES"}


def _with_number(verb: Verb, numbers: list[int], *, confirmed: bool = False) -> Command:
    if len(numbers) > 1:
        return Command(Verb.SEVERAL)
    return Command(verb, numbers[0] if numbers else None, confirmed)


def _plain(text: str) -> str:
    """Upper case without accents; the marks that make a digit an emoji are taken off it."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(one for one in decomposed if unicodedata.category(one) not in ("Mn", "Me", "Cf")).upper()
