"""Telephone numbers in E.164, North America first: the form that carriers take and that two spellings share."""

import re

from kernel.errors import InvalidInput


def normalise_phone(text: str) -> str:
    """ "(905) 555-0134" → "+19055550134". Raises InvalidInput with an example."""
    digits = re.sub(r"[^\d+]", "", text.strip())
    if digits.startswith("+"):
        digits = digits[1:]
    elif len(digits) == 10:
        digits = "1" + digits
    if not digits.isdigit() or not 11 <= len(digits) <= 15 or (digits[0] == "1" and len(digits) != 11):
        raise InvalidInput("Write the whole number with its area code, like 905 555 0134.", field="phone")
    return "+" + digits
