"""Who is looking, worked out once per request."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from accounts.models import Person
from marketplace.models import Client, ClientMember, Officer


@dataclass
class Audience:
    request: HttpRequest

    @property
    def person(self) -> Person | None:
        user = getattr(self.request, "user", None)
        return user if isinstance(user, Person) and user.is_authenticated else None

    @property
    def is_signed_in(self) -> bool:
        return self.person is not None

    @cached_property
    def officer(self) -> Officer | None:
        person = self.person
        if person is None:
            return None
        return (
            Officer.objects.filter(person=person, left_at=None).annotate(_person_is_client=_acts_for_a_client).first()
        )

    @cached_property
    def clients(self) -> list[Client]:
        person = self.person
        if person is None:
            return []
        return list(Client.objects.filter(members__person=person, members__ended_at=None).order_by("name"))

    @property
    def is_officer(self) -> bool:
        if "officer" in self.__dict__:
            return self.officer is not None
        return self._hats["is_officer"]

    @property
    def is_client(self) -> bool:
        if "clients" in self.__dict__:
            return bool(self.clients)
        if self.__dict__.get("officer") is not None:
            return bool(self.officer._person_is_client)  # type: ignore[union-attr]
        return self._hats["is_client"]

    @cached_property
    def _hats(self) -> dict[str, bool]:
        """Both questions that every menu asks, in one query."""
        person = self.person
        if person is None:
            return {"is_officer": False, "is_client": False}
        found = Person.objects.filter(id=person.id).values_list(
            Exists(Officer.objects.filter(person=OuterRef("pk"), left_at=None)),
            Exists(ClientMember.objects.filter(person=OuterRef("pk"), ended_at=None)),
        )
        is_officer, is_client = found.first() or (False, False)
        return {"is_officer": is_officer, "is_client": is_client}


_acts_for_a_client = Exists(ClientMember.objects.filter(person=OuterRef("person_id"), ended_at=None))


def audience_of(request: HttpRequest) -> Audience:
    found: Audience | None = getattr(request, "_audience", None)
    if found is None:
        found = Audience(request)
        request._audience = found  # type: ignore[attr-defined]
    return found
