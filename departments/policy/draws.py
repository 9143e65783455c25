"""The last tie-break: a draw that nobody can steer and anybody can repeat.

The SHA-256 of the seed is published when bidding opens, the seed with the award. Each bidder's ticket is the SHA-256 of
`seed|shift|officer`; the smallest ticket goes first.
"""

from __future__ import annotations

import hashlib
import secrets


def new_seed() -> str:
    """32 random bytes as hex: too many to guess from the commitment."""
    return secrets.token_hex(32)


def commitment_of(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def draw_value(*, seed: str, shift_id: str, officer_id: str) -> str:
    """The officer's ticket, as lower-case hex that sorts like the number it is."""
    return hashlib.sha256(f"{seed}|{shift_id}|{officer_id}".encode()).hexdigest()
