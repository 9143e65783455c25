"""The desk's word on a client's documents: read, accept, reject, or do without one."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import access
from marketplace.documents.reviewing import accept_document, reject_document, waive_document
from portals.department.desk import desk_page
from portals.doors import tenant_of
from portals.refusals import show
from reports.brought_files import paper_response


@require_safe
@desk_page()  # type: ignore[arg-type]
def paper_file(request: HttpRequest, paper_id: UUID) -> FileResponse:
    return paper_response(access.paper_for_department(department_id=tenant_of(request).id, paper_id=paper_id))


@require_POST
@desk_page()
def accept(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    paper = access.paper_for_department(department_id=department.id, paper_id=paper_id)

    def decide() -> str:
        accept_document(document_id=paper.id, department_id=department.id, actor=actor_of(request), at=clock.now())
        return f"“{paper.demand.name}” is accepted."

    return _decided(request, paper.job_id, decide)


@require_POST
@desk_page()
def reject(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    paper = access.paper_for_department(department_id=department.id, paper_id=paper_id)

    def decide() -> str:
        reject_document(
            document_id=paper.id,
            department_id=department.id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"“{paper.demand.name}” is rejected. The client gets your reason by e-mail."

    return _decided(request, paper.job_id, decide)


@require_POST
@desk_page()
def waive(request: HttpRequest, demand_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    demand = access.demand_for_department(department_id=department.id, demand_id=demand_id)

    def decide() -> str:
        waive_document(
            job_id=demand.job_id,
            department_id=department.id,
            code=demand.code,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"This request does without “{demand.name}”."

    return _decided(request, demand.job_id, decide)


def _decided(request: HttpRequest, job_id: UUID, decide: Callable[[], str]) -> HttpResponse:
    """Back to the checklist, with what was done or why not."""
    try:
        messages.success(request, decide())
    except Refusal as refusal:
        show(request, refusal)
    return redirect(reverse("department:request", kwargs={"job_id": job_id}) + "#documents")
