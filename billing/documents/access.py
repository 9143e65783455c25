"""Whose a document is. Missing and not-yours get the same answer."""

from uuid import UUID

from accounts.memberships import StaffMembership
from accounts.models import Person
from billing.models import IssuedDocument
from kernel.errors import NotFound
from marketplace.models import ClientMember, Officer


def document_for_person(*, person: Person, membership: StaffMembership | None, document_id: UUID) -> IssuedDocument:
    """The client's people see its invoices, officers their statements, the department's staff both."""
    document = IssuedDocument.objects.filter(id=document_id).first()
    if document is None or not _may_see(person=person, membership=membership, document=document):
        raise NotFound("There is no such document.")
    return document


def _may_see(*, person: Person, membership: StaffMembership | None, document: IssuedDocument) -> bool:
    if membership is not None:
        return document.department_id == membership.tenant_id
    if document.client_id is not None:
        return ClientMember.objects.filter(client_id=document.client_id, person=person, ended_at=None).exists()
    officer_id = document.officer_id
    return officer_id is not None and Officer.objects.filter(id=officer_id, person=person).exists()
