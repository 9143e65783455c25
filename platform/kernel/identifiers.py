"""Identifiers are UUIDv7, made by the application, so that rows can be named before they are stored."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7

_REFERENCE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"


def uuid7() -> UUID:
    """A time-ordered UUID that Django's UUIDField accepts."""
    return _uuid7()


def short_reference(*, identifier: UUID, length: int = 6) -> str:
    """A code that people can read out over the phone, derived from the random tail of a UUIDv7.

    No vowels and no look-alikes. It is not unique by itself: the table that stores it has the constraint.
    """
    number = identifier.int & ((1 << 62) - 1)
    characters = []
    for _ in range(length):
        number, index = divmod(number, len(_REFERENCE_ALPHABET))
        characters.append(_REFERENCE_ALPHABET[index])
    return "".join(characters)
