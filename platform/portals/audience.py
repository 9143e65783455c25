"""Who is looking, worked out once per request."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from accounts.models import Person
from marketplace.models import Client, Officer


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
        return None if person is None else Officer.objects.filter(person=person, left_at=None).first()

    @cached_property
    def clients(self) -> list[Client]:
        person = self.person
        if person is None:
            return []
        return list(Client.objects.filter(members__person=person, members__ended_at=None).order_by("name"))

    @property
    def is_officer(self) -> bool:
        return self.officer is not None

    @property
    def is_client(self) -> bool:
        return bool(self.clients)


def audience_of(request: HttpRequest) -> Audience:
    found: Audience | None = getattr(request, "_audience", None)
    if found is None:
        found = Audience(request)
        request._audience = found  # type: ignore[attr-defined]
    return found
