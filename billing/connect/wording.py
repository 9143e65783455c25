"""Stripe's codes of what it asks for, in words that people use."""

from collections.abc import Iterable

_KNOWN = {
    "external_account": "Bank account",
    "default_outbound_destination": "Bank account",
    "tos_acceptance": "The payment service's own terms",
    "ssn_last_4": "Last four digits of the social security number",
    "id_number": "Tax or identity number",
    "dob": "Date of birth",
    "document": "A photo of an identity document",
}


def in_words(codes: Iterable[object]) -> list[str]:
    """["identity.individual.date_of_birth"] → ["Date of birth"], each once."""
    return list(dict.fromkeys(_words(str(one)) for one in codes if one))


def _words(code: str) -> str:
    parts = code.split(".")
    known = next((_KNOWN[part] for part in reversed(parts) if part in _KNOWN), None)
    return known or parts[-1].replace("_", " ").capitalize()
