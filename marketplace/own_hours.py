"""Nobody decides on their own hours: whoever works off duty may sit at a desk, or order officers, as well."""

from uuid import UUID

from kernel.actors import Actor
from marketplace.models import Officer
from marketplace.refusals import DecidesOwnHours


def refuse_own(*, officer_id: UUID, actor: Actor) -> None:
    """Raises DecidesOwnHours. Timers are nobody."""
    if actor.person_id is not None and Officer.objects.filter(id=officer_id, person_id=actor.person_id).exists():
        raise DecidesOwnHours()
