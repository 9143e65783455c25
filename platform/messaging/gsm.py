"""How a text is cut into segments, and how it is kept in one: carriers charge each segment as a message.

160 characters of the GSM 7-bit alphabet fit in one segment, or 153 each when there are several. One character outside
of it (a curly quote, an emoji) makes the whole text UCS-2: 70, or 67 each.
"""

import re
import unicodedata
from collections.abc import Mapping

ONE_SEGMENT = 160
_SEVERAL_SEGMENTS = 153
_ONE_SEGMENT_UCS2 = 70
_SEVERAL_SEGMENTS_UCS2 = 67
_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Written as an escape and a character, so they count twice.
_ESCAPED = frozenset("^{}\\[~]|€\f")
_SIMPLER = {
    "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "·": "-", "•": "-",
    "’": "'", "‘": "'", "‚": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "…": "...", "×": "x", "½": "1/2", "¼": "1/4", "¾": "3/4", "№": "No.", "™": "", "®": "", "©": "",
    "Œ": "OE", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i",
}  # fmt: skip
_SHORTEST = 12


def segments_of(text: str) -> int:
    """How many messages the carrier counts; 0 for nothing."""
    if not text:
        return 0
    if all(character in _ALPHABET or character in _ESCAPED for character in text):
        length, one, several = _length(text), ONE_SEGMENT, _SEVERAL_SEGMENTS
    else:
        length = len(text.encode("utf-16-be")) // 2
        one, several = _ONE_SEGMENT_UCS2, _SEVERAL_SEGMENTS_UCS2
    return 1 if length <= one else -(-length // several)


def plain(text: str) -> str:
    """The same words in the GSM alphabet: straight quotes, no emoji, accents only where the alphabet has them.

    A letter of another script stays, because a name without its letters says nothing; such a text costs more.
    """
    written = "".join(_plain_character(character) for character in unicodedata.normalize("NFC", text))
    return re.sub(r" {2,}", " ", written).strip()


def in_one_segment(template: str, room: int = 0, /, *, shortened: Mapping[str, str], **fixed: str) -> str:
    """`template` filled with `fixed` as they are and `shortened` as long as there is room: the longest gives way first,
    between words where it can. Each keeps twelve characters, whatever that costs. `room` characters are left free for
    what is added later."""
    kept_free = "-" * room
    values = {name: plain(value) for name, value in shortened.items()}
    kept = {name: plain(value) for name, value in fixed.items()}
    text = plain(template.format(**kept, **values))
    while segments_of(text + kept_free) > 1:
        longest = max(values, key=lambda name: len(values[name]), default="")
        if not longest or len(values[longest]) <= _SHORTEST:
            return text
        values[longest] = shorten(values[longest], len(values[longest]) - 1)
        text = plain(template.format(**kept, **values))
    return text


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut after a word where that loses little; ".." says that there was more."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 2].removesuffix(".")
    space = cut.rfind(" ")
    if space >= max(_SHORTEST - 2, len(cut) - 12):
        cut = cut[:space]
    return cut.rstrip(" ,;:-.") + ".."


def _length(text: str) -> int:
    return len(text) + sum(character in _ESCAPED for character in text)


def _plain_character(character: str) -> str:
    if character in _ALPHABET or character in _ESCAPED:
        return character
    if character in _SIMPLER:
        return _SIMPLER[character]
    if character.isspace():
        return " "
    bare = "".join(one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one))
    if bare and all(one in _ALPHABET for one in bare):
        return bare
    return character if unicodedata.category(character).startswith("L") else ""
