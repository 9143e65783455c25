"""Text that people typed, made safe for files that a spreadsheet opens."""

from reports.workbooks import clean_text

# A spreadsheet takes a text that begins so for a formula, and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The same text, with a quote before what would be run."""
    cleaned = clean_text(text)
    return f"'{cleaned}" if cleaned.lstrip(" ").startswith(_FORMULA_STARTS) else cleaned
