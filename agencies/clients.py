"""The agency's own clients, as it knows them. In the agency's schema alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from agencies.access import inside
from agencies.models import AgencyClient, ClientContract
from agencies.refusals import ClientNotFound
from kernel import audit
from kernel.actors import Actor
from marketplace.terms import check_text


@dataclass(frozen=True, slots=True)
class OwnClient:
    agency_client_id: UUID
    client_id: UUID | None
    name: str
    contact_name: str
    contact_email: str
    contact_phone: str
    notes: str
    is_archived: bool
    contracts: int = 0


def clients_of(*, agency_id: UUID, text: str = "", archived: bool = False) -> list[OwnClient]:
    """By name, each with how many contracts it has. Raises NotFound."""
    with inside(agency_id=agency_id):
        rows = AgencyClient.objects.filter(archived_at__isnull=not archived).order_by("name", "id")
        for word in text.split()[:6]:
            rows = rows.filter(
                Q(name__icontains=word) | Q(contact_name__icontains=word) | Q(contact_email__icontains=word)
            )
        counted = dict[UUID, int]()
        for client_id in ClientContract.objects.values_list("client_id", flat=True):
            counted[client_id] = counted.get(client_id, 0) + 1
        return [_client(row, counted.get(row.id, 0)) for row in rows]


def client_of(*, agency_id: UUID, agency_client_id: UUID) -> OwnClient:
    """Raises ClientNotFound."""
    with inside(agency_id=agency_id):
        row = AgencyClient.objects.filter(id=agency_client_id).first()
    if row is None:
        raise ClientNotFound()
    return _client(row, 0)


def save_client(
    *,
    agency_id: UUID,
    name: str,
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    notes: str = "",
    agency_client_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> OwnClient:
    """Add a client, or change one. Raises ClientNotFound, TextTooLong, TextUnreadable."""
    check_text(field="name", what="the name", text=name, maximum=160)
    check_text(field="notes", what="the notes", text=notes, maximum=4000, required=False)
    values = {
        "name": name.strip(),
        "contact_name": contact_name.strip(),
        "contact_email": contact_email.strip(),
        "contact_phone": contact_phone.strip(),
        "notes": notes.strip(),
    }
    with transaction.atomic():
        with inside(agency_id=agency_id):
            if agency_client_id is None:
                row = AgencyClient.objects.create(added_at=at, **values)
            else:
                row = _locked(agency_client_id)
                for field, value in values.items():
                    setattr(row, field, value)
                row.save(update_fields=list(values))
        _record(agency_id, "agency_client.saved", row.id, actor, at)
    return _client(row, 0)


def archive_client(*, agency_id: UUID, agency_client_id: UUID, archived: bool, actor: Actor, at: datetime) -> None:
    """Out of the list, with everything that was agreed; or back. Raises ClientNotFound."""
    with transaction.atomic():
        with inside(agency_id=agency_id):
            row = _locked(agency_client_id)
            row.archived_at = at if archived else None
            row.save(update_fields=["archived_at"])
        action = "agency_client.archived" if archived else "agency_client.restored"
        _record(agency_id, action, agency_client_id, actor, at)


def _locked(agency_client_id: UUID) -> AgencyClient:
    """Inside the agency's schema."""
    row = AgencyClient.objects.select_for_update().filter(id=agency_client_id).first()
    if row is None:
        raise ClientNotFound()
    return row


def _client(row: AgencyClient, contracts: int) -> OwnClient:
    return OwnClient(
        agency_client_id=row.id,
        client_id=row.client_id,
        name=row.name,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        contact_phone=row.contact_phone,
        notes=row.notes,
        is_archived=row.archived_at is not None,
        contracts=contracts,
    )


def _record(agency_id: UUID, action: str, subject_id: UUID, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor, action=action, subject_kind="agency_book", subject_id=subject_id, tenant_id=agency_id, at=at
    )
