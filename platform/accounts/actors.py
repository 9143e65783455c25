from django.conf import settings
from django.http import HttpRequest

from accounts.models import Person
from kernel.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who is behind a request, and from where, for audit events."""
    user = request.user
    person = user if isinstance(user, Person) else None
    return Actor(
        kind="person",
        person_id=person.id if person else None,
        label=person.full_name if person else "visitor",
        address=request.META.get("REMOTE_ADDR", ""),
        country=_country(request),
        user_agent=request.headers.get("User-Agent", "")[:300],
    )


def _country(request: HttpRequest) -> str:
    """As the proxy in front says it; without one that is configured, a caller's own header tells nothing."""
    said = request.headers.get(settings.ADDRESS_COUNTRY_HEADER, "") if settings.ADDRESS_COUNTRY_HEADER else ""
    return said.upper() if len(said) == 2 and said.isascii() and said.isalpha() and said.upper() != "XX" else ""
