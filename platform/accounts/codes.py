"""One-time codes: six digits, ten minutes, five attempts. Only a keyed hash is stored."""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import OneTimeCode
from accounts.refusals import CodeExpired, CodeWrong, TooManyAttempts

LIFETIME = timedelta(minutes=10)


def hash_secret(*, purpose: str, secret: str) -> str:
    """A keyed hash, so that a stolen table of six-digit codes cannot be turned back by counting to a million."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}|{secret}".encode(), sha256).hexdigest()


def issue_code(
    *, purpose: str, destination: str, subject_id: UUID | None, at: datetime, lifetime: timedelta = LIFETIME
) -> str:
    """A new code for one destination; earlier ones for the same purpose stop working."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        _open_codes(purpose=purpose, destination=destination, subject_id=subject_id).update(expires_at=at)
        OneTimeCode.objects.create(
            purpose=purpose,
            destination=destination,
            subject_id=subject_id,
            code_hash=hash_secret(purpose=purpose, secret=code),
            issued_at=at,
            expires_at=at + lifetime,
        )
    return code


def verify_code(*, purpose: str, destination: str, subject_id: UUID | None, code: str, at: datetime) -> None:
    """Use a code up. Raises CodeExpired, TooManyAttempts or CodeWrong; a wrong guess is counted even when it raises."""
    with transaction.atomic():
        stored = (
            _open_codes(purpose=purpose, destination=destination, subject_id=subject_id)
            .select_for_update()
            .order_by("-issued_at", "-id")
            .first()
        )
        if stored is None or stored.expires_at <= at:
            raise CodeExpired("This code is no longer valid. Ask for a new one.", field="code")
        if stored.attempts_left == 0:
            raise TooManyAttempts("Too many wrong codes. Ask for a new one.", field="code")
        right = hmac.compare_digest(stored.code_hash, hash_secret(purpose=purpose, secret=code.strip()))
        if right:
            stored.used_at = at
        else:
            stored.attempts_left -= 1
        stored.save(update_fields=["used_at", "attempts_left"])
    if not right:
        raise CodeWrong(
            f"That is not the code we sent. You have {stored.attempts_left} more tries.",
            field="code",
            attempts_left=stored.attempts_left,
        )


def _open_codes(*, purpose: str, destination: str, subject_id: UUID | None):  # type: ignore[no-untyped-def]
    return OneTimeCode.objects.filter(purpose=purpose, destination=destination, subject_id=subject_id, used_at=None)
