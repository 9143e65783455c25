"""A coordinator enters a request for somebody who called: the caller's client account and the request, or neither."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from marketplace.clients import client_for_caller
from marketplace.models import Client, Job
from marketplace.posting import submit_job
from marketplace.terms import JobTerms


def submit_for_caller(
    *,
    department_id: UUID,
    name: str,
    email: str,
    phone: str = "",
    kind: str = Client.Kind.BUSINESS,
    terms: JobTerms,
    actor: Actor,
    at: datetime,
) -> Job:
    """Nobody is invited by mail to a request that was refused. Raises what the two functions raise."""
    with transaction.atomic():
        client = client_for_caller(
            department_id=department_id, name=name, email=email, phone=phone, kind=kind, actor=actor, at=at
        )
        return submit_job(
            client=client, terms=terms, actor=actor, at=at, department_id=department_id, entered_by_coordinator=True
        )
