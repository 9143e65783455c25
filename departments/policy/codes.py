"""Codes as people write them: `wide_load_escort` and `wide-load-escort` are one event type."""

from __future__ import annotations

from collections.abc import Iterable


def same_code(text: str) -> str:
    """The spelling in which codes are compared."""
    return text.strip().lower().replace("_", "-")


def names_code(codes: Iterable[str], wanted: str) -> bool:
    """Is `wanted` among `codes`, however either is spelt?"""
    spelt = same_code(wanted)
    return any(same_code(code) == spelt for code in codes)
