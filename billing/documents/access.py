"""Whose a document is. Missing and not-yours get the same answer."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.memberships import StaffMembership
from accounts.models import Person, Role
from billing.models import IssuedDocument
from kernel.errors import NotFound
from marketplace.models import ClientMember, Officer

# The roles to whom a department's or an agency's pages show what was billed and paid.
MONEY_READERS = (
    Role.COORDINATOR,
    Role.COMMANDER,
    Role.AUDITOR,
    Role.PAYROLL,
    Role.SCHEDULER,
    Role.BOOKKEEPER,
)


def document_for_person(*, person: Person, membership: StaffMembership | None, document_id: UUID) -> IssuedDocument:
    """The client's people see what is addressed to it, officers what is theirs, a department's or agency's staff who
    read money what either issued or was sent."""
    document = IssuedDocument.objects.filter(id=document_id).first()
    if document is None or not _may_see(person=person, membership=membership, document=document):
        raise NotFound("There is no such document.")
    return document


def documents_for_person(*, person: Person, membership: StaffMembership | None) -> QuerySet[IssuedDocument]:
    """All that `document_for_person` would give, the newest first, without the bytes."""
    if membership is not None and membership.has_any(*MONEY_READERS):
        return documents_of_tenant(tenant_id=membership.tenant_id)
    clients = ClientMember.objects.filter(person=person, ended_at=None).values("client_id")
    officers = Officer.objects.filter(person=person).values("id")
    return _newest_first().filter(Q(client_id__in=clients) | Q(client_id=None, officer_id__in=officers))


def _may_see(*, person: Person, membership: StaffMembership | None, document: IssuedDocument) -> bool:
    if membership is not None and membership.has_any(*MONEY_READERS):
        return membership.tenant_id in (document.department_id, document.agency_id)
    if document.client_id is not None:
        return ClientMember.objects.filter(client_id=document.client_id, person=person, ended_at=None).exists()
    officer_id = document.officer_id
    return officer_id is not None and Officer.objects.filter(id=officer_id, person=person).exists()


def documents_of_clients(*, client_ids: Collection[UUID]) -> QuerySet[IssuedDocument]:
    """What is addressed to them, the newest first, without the bytes. Reach the clients through an access function."""
    return _newest_first().filter(client_id__in=client_ids)


def documents_of_officer(*, officer_id: UUID) -> QuerySet[IssuedDocument]:
    return _newest_first().filter(officer_id=officer_id, client_id=None)


def documents_of_tenant(*, tenant_id: UUID) -> QuerySet[IssuedDocument]:
    """What a department or an agency issued, or was sent."""
    return _newest_first().filter(Q(department_id=tenant_id) | Q(agency_id=tenant_id))


def _newest_first() -> QuerySet[IssuedDocument]:
    return IssuedDocument.objects.defer("pdf", "content").order_by("-issued_at", "-id")
