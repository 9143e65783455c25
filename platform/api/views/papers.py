"""Documents that a department wants: listed, brought, used again and taken back by clients; decided on at the desk."""

from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, DeskEndpoint, Endpoint, operation
from api.serializers.jobs import ReasonIn
from api.serializers.papers import ChecklistRowOut, PaperIn, PaperOut, ReuseIn
from marketplace import access
from marketplace.documents import reviewing, uploading
from marketplace.documents.checklists import checklist
from reports.brought_files import paper_response


class JobChecklist(Endpoint):
    @operation("jobs_documents", tag="documents", answers=ChecklistRowOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """What the department wants for the job, and how each stands."""
        job = access.job_for_client(person=self.person, job_id=job_id)
        return self.answer(ChecklistRowOut, checklist(job_id=job.id), many=True)


class DemandFiles(Endpoint):
    throttle_classes = WRITES
    parser_classes = [MultiPartParser]

    @operation("documents_upload", tag="documents", asks=PaperIn, answers=PaperOut, status=201, also={413: None})
    def post(self, request: Request, demand_id: UUID) -> Response:
        """Bring a file. The same file again is the same document; another replaces one that nobody has looked at."""
        demand = access.demand_for_client(person=self.person, demand_id=demand_id)
        asked = self.parsed(PaperIn)
        document = uploading.upload_document(
            job=demand.job,
            code=demand.code,
            file=asked["file"],
            name=asked["file"].name or "",
            expires_date=asked["expires_date"],
            cover_cents=asked["cover_cents"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(PaperOut, document, status=201)


class DemandReuse(Endpoint):
    throttle_classes = WRITES

    @operation("documents_reuse", tag="documents", asks=ReuseIn, answers=PaperOut, status=201)
    def post(self, request: Request, demand_id: UUID) -> Response:
        """Use a document again that the department accepted for an earlier job and that still holds."""
        demand = access.demand_for_client(person=self.person, demand_id=demand_id)
        document = uploading.reuse_document(
            job=demand.job, code=demand.code, actor=self.actor, at=self.at, **self.parsed(ReuseIn)
        )
        return self.answer(PaperOut, document, status=201)


class PaperFile(Endpoint):
    @operation("documents_file", tag="documents", answers=OpenApiTypes.BINARY, media_type="application/octet-stream")
    def get(self, request: Request, paper_id: UUID) -> FileResponse:
        return paper_response(access.paper_for_client(person=self.person, paper_id=paper_id))


class PaperWithdrawal(Endpoint):
    throttle_classes = WRITES

    @operation("documents_withdraw", tag="documents", answers=PaperOut)
    def post(self, request: Request, paper_id: UUID) -> Response:
        """Take back what nobody has decided on."""
        document = access.paper_for_client(person=self.person, paper_id=paper_id)
        return self.answer(PaperOut, uploading.withdraw_document(document=document, actor=self.actor, at=self.at))


class DeskChecklist(DeskEndpoint):
    @operation("desk_jobs_documents", tag="desk", answers=ChecklistRowOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """What the client must bring, and how each stands."""
        job = access.job_for_department(department_id=self.department_id, job_id=job_id)
        return self.answer(ChecklistRowOut, checklist(job_id=job.id), many=True)


class DeskPaperFile(DeskEndpoint):
    @operation("desk_documents_file", tag="desk", answers=OpenApiTypes.BINARY, media_type="application/octet-stream")
    def get(self, request: Request, paper_id: UUID) -> FileResponse:
        return paper_response(access.paper_for_department(department_id=self.department_id, paper_id=paper_id))


class DeskPaperAcceptance(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_documents_accept", tag="desk", answers=PaperOut)
    def post(self, request: Request, paper_id: UUID) -> Response:
        document = reviewing.accept_document(
            document_id=paper_id, department_id=self.department_id, actor=self.actor, at=self.at
        )
        return self.answer(PaperOut, document)


class DeskPaperRejection(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_documents_reject", tag="desk", asks=ReasonIn, answers=PaperOut)
    def post(self, request: Request, paper_id: UUID) -> Response:
        """With a reason, which the client reads."""
        document = reviewing.reject_document(
            document_id=paper_id,
            department_id=self.department_id,
            reason=self.parsed(ReasonIn)["reason"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(PaperOut, document)


class DeskWaiver(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_documents_waive", tag="desk", asks=ReasonIn, answers=ChecklistRowOut(many=True))
    def post(self, request: Request, demand_id: UUID) -> Response:
        """Do without a document this time; the reason stays on the request."""
        demand = access.demand_for_department(department_id=self.department_id, demand_id=demand_id)
        reviewing.waive_document(
            job_id=demand.job_id,
            department_id=self.department_id,
            code=demand.code,
            reason=self.parsed(ReasonIn)["reason"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(ChecklistRowOut, checklist(job_id=demand.job_id), many=True)
