"""What the payment service still asks of a payee, in words that people use."""

from collections.abc import Iterable

_KNOWN = {"external_account": "Bank account", "tos_acceptance": "The payment service's own terms"}


def in_words(requirements: Iterable[object]) -> list[str]:
    """["identity.individual.date_of_birth"] → ["Date of birth"], each once."""
    return list(dict.fromkeys(_words(str(one)) for one in requirements if one))


def _words(requirement: str) -> str:
    last = requirement.rsplit(".", 1)[-1]
    return _KNOWN.get(last) or last.replace("_", " ").capitalize()
