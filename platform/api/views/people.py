"""Who I am, whom I act for, and what was issued to me."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.memberships import StaffMembership
from api.endpoints import WRITES, Endpoint, Pages, operation
from api.filters import DocumentFilter
from api.serializers.jobs import ClientIn, ClientOut
from api.serializers.people import DocumentOut, MeOut
from billing.documents.access import document_for_person, documents_for_person
from billing.models import IssuedDocument
from marketplace.clients import clients_of, create_client
from marketplace.models import Officer


class Me(Endpoint):
    @operation("me_read", tag="people", answers=MeOut)
    def get(self, request: Request) -> Response:
        """The caller: as officer, as client, as staff of the host that was asked."""
        person = self.person
        return self.answer(
            MeOut,
            {
                "person": person,
                "officer_id": Officer.objects.filter(person=person, left_at=None).values_list("id", flat=True).first(),  # type: ignore[misc]
                "clients": clients_of(person),
                "membership": _shown(self.membership),
            },
        )


class Clients(Endpoint):
    throttle_classes = WRITES

    @operation("clients_list", tag="clients", answers=ClientOut(many=True))
    def get(self, request: Request) -> Response:
        """The clients that the caller acts for, the oldest first."""
        return self.answer(ClientOut, clients_of(self.person), many=True)

    @operation("clients_create", tag="clients", asks=ClientIn, answers=ClientOut, status=201)
    def post(self, request: Request) -> Response:
        client = create_client(person=self.person, **self.parsed(ClientIn), actor=self.actor, at=self.at)
        return self.answer(ClientOut, client, status=201)


class Documents(Endpoint, Pages):
    queryset = IssuedDocument.objects.none()
    filterset_class = DocumentFilter
    serializer_class = DocumentOut

    @operation("documents_list", tag="documents", answers=DocumentOut(many=True))
    def get(self, request: Request) -> Response:
        """Invoices to the caller's clients and statements to the officer; on a department's host its own, for staff."""
        return self.page(
            documents_for_person(person=self.person, membership=self.membership),
            DocumentOut,
        )


class DocumentEndpoint(Endpoint):
    def document(self, document_id: UUID) -> IssuedDocument:
        return document_for_person(person=self.person, membership=self.membership, document_id=document_id)


class Document(DocumentEndpoint):
    @operation("documents_read", tag="documents", answers=DocumentOut)
    def get(self, request: Request, document_id: UUID) -> Response:
        return self.answer(DocumentOut, self.document(document_id))


class DocumentPdf(DocumentEndpoint):
    @operation("documents_pdf", tag="documents", answers=OpenApiTypes.BINARY, media_type="application/pdf")
    def get(self, request: Request, document_id: UUID) -> HttpResponse:
        """The document itself, as it was issued."""
        document = self.document(document_id)
        response = HttpResponse(bytes(document.pdf), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response


def _shown(membership: StaffMembership | None) -> dict[str, object] | None:
    if membership is None:
        return None
    return {"tenant_id": membership.tenant_id, "roles": sorted(membership.roles)}
