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
        user_agent=request.headers.get("User-Agent", "")[:300],
    )
