"""Who is looking, worked out once per request."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from marketplace.models import Client, Officer


@dataclass
class Audience:
    request: HttpRequest

    @property
    def is_signed_in(self) -> bool:
        return bool(getattr(self.request, "user", None) and self.request.user.is_authenticated)

    @cached_property
    def officer(self) -> Officer | None:
        if not self.is_signed_in:
            return None
        return Officer.objects.filter(person_id=self.request.user.pk, left_at=None).first()

    @cached_property
    def clients(self) -> list[Client]:
        if not self.is_signed_in:
            return []
        return list(
            Client.objects.filter(members__person_id=self.request.user.pk, members__ended_at=None).order_by("name")
        )

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
