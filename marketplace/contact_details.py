"""Telephone numbers and addresses in what people write: a job's thread is not the way round to them. Pure.

It errs on the side of letting times, dates, sums and house numbers through.
"""

import re
import unicodedata

_HARMLESS = re.compile(
    r"\b\d{4}-\d{1,2}-\d{1,2}\b"  # 2026-03-10
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"  # 3/10/2026
    r"|\b\d{1,2}\s?[:h]\s?\d{2}\b"  # 14:00, 14 h 30
    r"|\b(?:[01]\d|2[0-3])[0-5]\d\s*(?:-|–|to|à|a)\s*(?:[01]\d|2[0-3])[0-5]\d\b"  # 1400-1800
    r"|[$€£]\s?[\d.,]+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:\+\s?)?(?:\d[\s().\-–—_/·*]{0,3}){6,14}\d")
_ADDRESS = re.compile(
    r"[\w.+-]+\s?(?:@|\(\s?at\s?\)|\[\s?at\s?\])\s?[\w-]+\s?(?:\.|\(\s?dot\s?\)|\[\s?dot\s?\])\s?\w{2,}"
    r"|\b[\w.+-]+\s+at\s+[\w-]+\s+dot\s+(?:com|org|net|ca|edu|gov)\b"
    r"|\b(?:wa\.me|t\.me|signal\.me|tel:|mailto:|sms:)",
    re.IGNORECASE,
)
_DIGIT = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_SPELT_NUMBER = re.compile(rf"(?:\b(?:{_DIGIT})\b[\s,.\-]*){{7,}}", re.IGNORECASE)


def has_contact_details(text: str) -> bool:
    """True when somebody could be telephoned or written to by what the text says."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(one for one in plain if unicodedata.category(one) not in ("Cf", "Mn", "Me"))
    # Digits of other scripts are digits to a reader too.
    plain = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in plain)
    if _ADDRESS.search(plain) or _SPELT_NUMBER.search(plain):
        return True
    return _NUMBER.search(_HARMLESS.sub(" , ", plain)) is not None
