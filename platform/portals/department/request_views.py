"""One request: everything about it, and the coordinator's word: approve, reject, block or unblock its client."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import DECIDERS, MONEY_READERS
from kernel import clock
from kernel.errors import NotPermitted, Refusal
from marketplace import access, approving, clients
from marketplace.refusals_documents import ApproverNeeded
from portals.department.desk import desk_page, show_page
from portals.department.request_reading import read_request
from portals.department.requests_forms import ApproveForm, ReasonForm
from portals.doors import may, roles_of, tenant_of
from portals.refusals import add_to_form, show


@require_safe
@desk_page()
def request_page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return _show(request, job_id)


@require_POST
@desk_page(may_change=DECIDERS)
def approve(request: HttpRequest, job_id: UUID) -> HttpResponse:
    form = ApproveForm(request.POST, auto_id="approve_%s")
    department = tenant_of(request)

    def decide() -> str:
        job = approving.approve_job(
            job_id=job_id,
            department_id=department.id,
            note=form.cleaned_data["note"],
            roles=roles_of(request),
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"{job.reference} is approved. The contract is on its way to {job.client.name}."

    return _decided(request, job_id, form, decide, approve_form=form)


@require_POST
@desk_page()
def reject(request: HttpRequest, job_id: UUID) -> HttpResponse:
    form = _reject_form(request.POST)
    department = tenant_of(request)

    def decide() -> str:
        job = approving.reject_job(
            job_id=job_id,
            department_id=department.id,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"{job.reference} is rejected. {job.client.name} gets your reason by e-mail."

    return _decided(request, job_id, form, decide, reject_form=form)


@require_POST
@desk_page()
def block(request: HttpRequest, job_id: UUID) -> HttpResponse:
    form = _block_form(request.POST)
    department = tenant_of(request)

    def decide() -> str:
        job = access.job_for_department(department_id=department.id, job_id=job_id)
        clients.block_client(
            client_id=job.client_id,
            department_id=department.id,
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return f"{job.client.name} is blocked: no new requests until you lift it. What is agreed already goes on."

    return _decided(request, job_id, form, decide, block_form=form)


@require_POST
@desk_page()
def lift(request: HttpRequest, job_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    job = access.job_for_department(department_id=department.id, job_id=job_id)
    try:
        clients.lift_block(
            client_id=job.client_id, department_id=department.id, actor=actor_of(request), at=clock.now()
        )
        messages.success(request, f"{job.client.name} may ask for officers again.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:request", job_id=job_id)


def _decided(
    request: HttpRequest, job_id: UUID, form: ApproveForm | ReasonForm, decide: Callable[[], str], **forms: Any
) -> HttpResponse:
    """Do it and say so. A mistake in the form shows the page again, any other refusal is told on the page as it is."""
    if form.is_valid():
        try:
            messages.success(request, decide())
            return redirect("department:request", job_id=job_id)
        except NotPermitted as refusal:
            if not isinstance(refusal, ApproverNeeded):
                raise
            show(request, refusal)
            return redirect("department:request", job_id=job_id)
        except Refusal as refusal:
            if refusal.field not in form.fields:
                show(request, refusal)
                return redirect("department:request", job_id=job_id)
            add_to_form(form, refusal)
    return _show(request, job_id, status=422, page_has_errors=True, **forms)


def _show(request: HttpRequest, job_id: UUID, *, status: int = 200, **forms: Any) -> HttpResponse:
    page = read_request(
        department_id=tenant_of(request).id,
        job_id=job_id,
        reader_id=request.user.id,  # type: ignore[arg-type]
        at=clock.now(),
        page=request.GET.get("page"),
    )
    job = page.job
    return show_page(
        request,
        "request",
        {
            "page": page,
            "job": job,
            "status": page.status,
            "decided_by": page.decided_by,
            "may_decide": may(request, page.approvers),
            "may_cancel": job.state in ("approved", "contracted") and page.dates.cancellable > 0,
            "missing_for_approval": [
                row for row in page.checklist if row.demand.gates == "approval" and not row.is_settled
            ],
            "change_url": reverse("department:change", kwargs={"job_id": job.id}),
            "money_url": reverse("department:job_money", kwargs={"job_id": job.id})
            if page.contracts and may(request, MONEY_READERS)
            else "",
            "places": [
                {
                    "latitude": job.venue.latitude,
                    "longitude": job.venue.longitude,
                    "title": job.venue.name,
                    "detail": job.venue.address,
                }
            ],
            "approve_form": ApproveForm(auto_id="approve_%s"),
            "reject_form": _reject_form(),
            "block_form": _block_form(),
            **forms,
        },
        status=status,
    )


def _reject_form(data: Any = None) -> ReasonForm:
    return ReasonForm(data, auto_id="reject_%s", label="Why not?", help_text="The client reads this.")


def _block_form(data: Any = None) -> ReasonForm:
    return ReasonForm(
        data,
        auto_id="block_%s",
        label="Why are they blocked?",
        help_text="It stays on file. The client does not see it.",
    )
