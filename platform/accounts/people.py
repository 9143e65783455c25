"""People: making them outside of the sign-up page."""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import Person
from accounts.refusals import EmailTaken
from kernel import audit
from kernel.actors import Actor


def create_person(
    *,
    email: str,
    given_name: str,
    family_name: str,
    actor: Actor,
    at: datetime,
    password: str | None = None,
    email_is_verified: bool = False,
) -> Person:
    """A new person. Without a password they sign in by a code to their address. Raises EmailTaken."""
    address = email.strip().lower()
    with transaction.atomic():
        if Person.objects.filter(email__iexact=address).exists():
            raise EmailTaken(f"{address} already has an account. Sign in with it instead.", field="email")
        person = Person.objects.create_user(
            address, password=password, given_name=given_name.strip(), family_name=family_name.strip()
        )
        EmailAddress.objects.create(user=person, email=address, verified=email_is_verified, primary=True)
        audit.record(
            actor=actor,
            action="person.created",
            subject_kind="person",
            subject_id=person.id,
            after={"email": address},
            at=at,
        )
    return person


def person_by_email(*, email: str) -> Person | None:
    return Person.objects.filter(email__iexact=email.strip()).first()


def set_language(*, person_id: UUID, language: str, actor: Actor, at: datetime) -> Person:
    """In which language the person wants what is written to them. Whoever calls knows which languages there are."""
    with transaction.atomic():
        person = Person.objects.select_for_update().get(id=person_id)
        if person.language != language:
            before, person.language = person.language, language
            person.save(update_fields=["language"])
            audit.record(
                actor=actor,
                action="person.language_changed",
                subject_kind="person",
                subject_id=person.id,
                before={"language": before},
                after={"language": language},
                at=at,
            )
    return person
