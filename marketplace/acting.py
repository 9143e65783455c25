"""Some steps belong to a person, never to a timer."""

from uuid import UUID

from kernel.actors import Actor
from kernel.errors import NotPermitted


class PersonNeeded(NotPermitted):
    code = "person_needed"


def person_id_of(actor: Actor) -> UUID:
    """Raises PersonNeeded when nobody in particular acts."""
    if actor.person_id is None:
        raise PersonNeeded("Sign in first: this step needs a person's name on it.")
    return actor.person_id
