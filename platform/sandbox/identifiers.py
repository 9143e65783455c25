"""Identifiers in the shapes of the services: `pi_...`, `SM...`."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def stripe_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(length))}"


def twilio_sid(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(16)}"
