"""To whom documents are addressed, and in which language they read."""

from __future__ import annotations

from uuid import UUID

from billing.documents.content import Party
from kernel.languages import language_of
from marketplace.models import Client, ClientMember, Officer


def client_party(client: Client) -> Party:
    return Party(name=client.name, address=client.billing_address, email=client.billing_email)


def language_of_client(client_id: UUID) -> str:
    """That of whoever has acted for the client longest: they opened the account."""
    spoken = ClientMember.objects.filter(client_id=client_id, ended_at=None).order_by("started_at", "id")
    return language_of(spoken.values_list("person__language", flat=True).first() or "")


def language_of_officer(officer: Officer) -> str:
    return language_of(officer.person.language)
