"""Who I am, whom I act for, and what was issued to me."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

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
        person = request.user
        return self.answer(
            MeOut,
            {
                "person": person,
                "officer_id": Officer.objects.filter(person=person, left_at=None).values_list("id", flat=True).first(),  # type: ignore[misc]
                "clients": clients_of(person),  # type: ignore[arg-type]
                "membership": _membership(request),
            },
        )


class Clients(Endpoint):
    throttle_classes = WRITES

    @operation("clients_list", tag="clients", answers=ClientOut(many=True))
    def get(self, request: Request) -> Response:
        """The clients that the caller acts for, the oldest first."""
        return self.answer(ClientOut, clients_of(request.user), many=True)  # type: ignore[arg-type]

    @operation("clients_create", tag="clients", asks=ClientIn, answers=ClientOut, status=201)
    def post(self, request: Request) -> Response:
        client = create_client(person=request.user, **self.parsed(ClientIn), actor=self.actor, at=self.at)  # type: ignore[arg-type]
        return self.answer(ClientOut, client, status=201)


class Documents(Endpoint, Pages):
    queryset = IssuedDocument.objects.none()
    filterset_class = DocumentFilter
    serializer_class = DocumentOut

    @operation("documents_list", tag="documents", answers=DocumentOut(many=True))
    def get(self, request: Request) -> Response:
        """Invoices to the caller's clients and statements to the officer; on a department's host its own, for staff."""
        return self.page(
            documents_for_person(person=request.user, membership=request.membership),  # type: ignore[arg-type]
            DocumentOut,
        )


class Document(Endpoint):
    @operation("documents_read", tag="documents", answers=DocumentOut)
    def get(self, request: Request, document_id: UUID) -> Response:
        return self.answer(DocumentOut, _document(request, document_id))


class DocumentPdf(Endpoint):
    @operation("documents_pdf", tag="documents", answers=OpenApiTypes.BINARY, media_type="application/pdf")
    def get(self, request: Request, document_id: UUID) -> HttpResponse:
        """The document itself, as it was issued."""
        document = _document(request, document_id)
        response = HttpResponse(bytes(document.pdf), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response


def _document(request: Request, document_id: UUID):  # type: ignore[no-untyped-def]
    return document_for_person(person=request.user, membership=request.membership, document_id=document_id)  # type: ignore[arg-type]


def _membership(request: Request) -> dict[str, object] | None:
    membership = request.membership
    if membership is None:
        return None
    return {"tenant_id": membership.tenant_id, "roles": sorted(membership.roles)}
