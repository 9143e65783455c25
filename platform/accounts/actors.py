from django.http import HttpRequest

from kernel.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who is behind a request, and from where, for audit events."""
    person = request.user
    signed_in = person.is_authenticated
    return Actor(
        kind="person",
        person_id=person.pk if signed_in else None,
        label=person.full_name if signed_in else "visitor",
        address=request.META.get("REMOTE_ADDR", ""),
        user_agent=request.headers.get("User-Agent", "")[:300],
    )
