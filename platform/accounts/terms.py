"""The terms of service: dated versions, accepted by a person at a time and from an address."""

from datetime import datetime

from accounts.models import Person, TermsAcceptance
from kernel import audit
from kernel.actors import Actor

CURRENT_TERMS_VERSION = "2026-11-01"


def accept_terms(*, person: Person, actor: Actor, at: datetime, version: str = CURRENT_TERMS_VERSION) -> None:
    """Record the acceptance once per version."""
    _, is_new = TermsAcceptance.objects.get_or_create(
        person=person,
        terms_version=version,
        defaults={"accepted_at": at, "accepted_from_address": actor.address[:64]},
    )
    if is_new:
        audit.record(
            actor=actor,
            action="terms.accepted",
            subject_kind="person",
            subject_id=person.id,
            after={"version": version},
            at=at,
        )


def has_accepted_terms(*, person: Person, version: str = CURRENT_TERMS_VERSION) -> bool:
    return TermsAcceptance.objects.filter(person=person, terms_version=version).exists()
