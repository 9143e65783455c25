"""Carry a sign-in from one host of the platform to another, once, within 30 seconds. There is no shared cookie."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts.codes import hash_secret
from accounts.models import Person, SignInHandOff
from accounts.refusals import HandOffInvalid

LIFETIME = timedelta(seconds=30)


def issue_hand_off(*, person: Person, target_host: str, at: datetime) -> str:
    """A single-use token for this person on this host (without port)."""
    token = secrets.token_urlsafe(32)
    SignInHandOff.objects.create(
        person=person,
        target_host=target_host,
        token_hash=hash_secret(purpose="hand-off", secret=token),
        expires_at=at + LIFETIME,
    )
    return token


def redeem_hand_off(*, token: str, host: str, at: datetime) -> Person:
    """Use the token up. Raises HandOffInvalid alike for unknown, used, expired, and meant for another host."""
    with transaction.atomic():
        stored = (
            SignInHandOff.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(token_hash=hash_secret(purpose="hand-off", secret=token))
            .first()
        )
        if (
            stored is None
            or stored.used_at is not None
            or stored.expires_at <= at
            or stored.target_host != host
            or not stored.person.is_active
        ):
            raise HandOffInvalid("This sign-in link has expired. Sign in here instead.")
        stored.used_at = at
        stored.save(update_fields=["used_at"])
        return stored.person
