"""People, as sign-up would leave them."""

from accounts.models import Person
from kernel.actors import Actor
from kernel.identifiers import uuid7


def make_person(*, given_name: str = "Robin", family_name: str = "Ashdown", email: str | None = None) -> Person:
    address = email or f"{given_name}.{family_name}.{uuid7().hex[-8:]}@example.org".lower()
    return Person.objects.create_user(address, given_name=given_name, family_name=family_name)


def actor_for(person: Person) -> Actor:
    return Actor(kind="person", person_id=person.id, label=person.full_name, address="192.0.2.7")
