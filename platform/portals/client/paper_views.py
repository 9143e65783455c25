"""Documents that the department wants for a job: bring one by file or camera, use one again, take it back, read it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace import access
from marketplace.documents.checklists import OPEN_JOB_STATES, checklist
from marketplace.documents.uploading import reusable_documents, reuse_document, upload_document, withdraw_document
from marketplace.models import DocumentDemand, JobDocument
from portals.refusals import add_to_form, show
from portals.wording import date_text, money_text
from reports.brought_files import paper_response


class PaperForm(forms.Form):
    """The file, and what the department needs to know of it. What is in the file is judged by the domain."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("A PDF, or a photo as JPEG or PNG, up to 10 MB. On a telephone you can take the photo right now."),
        allow_empty_file=True,
        error_messages={"required": _("Choose a file, or take a photo."), "invalid": _("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
    expires_date = forms.DateField(
        label=_("Valid until"),
        error_messages={"required": _("Enter its last valid day."), "invalid": _("Enter a date.")},
    )
    cover = forms.DecimalField(
        label=_("It covers"),
        max_digits=14,
        decimal_places=2,
        error_messages={"required": _("Enter the amount that it covers."), "invalid": _("Enter an amount.")},
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, *arguments: Any, demand: DocumentDemand, currency: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if demand.valid_through_date is None:
            del self.fields["expires_date"]
        else:
            through = date_text(demand.valid_through_date)
            self.fields["expires_date"].help_text = _("Its last valid day: %(date)s or later.") % {"date": through}
        if demand.minimum_cover_cents is None:
            del self.fields["cover"]
        else:
            least = money_text(demand.minimum_cover_cents, currency)
            self.fields["cover"].help_text = _("%(amount)s or more.") % {"amount": least}

    def facts(self) -> dict[str, Any]:
        cover: Decimal | None = self.cleaned_data.get("cover")
        expires_date: date | None = self.cleaned_data.get("expires_date")
        return {"expires_date": expires_date, "cover_cents": None if cover is None else int(cover * 100)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, demand_id: UUID) -> HttpResponse:
    """What is wanted and by when, what was brought, and the form to bring it."""
    demand = _demand(request, demand_id)
    job = demand.job
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PaperForm(*bound, demand=demand, currency=job.currency)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload_document(
                job=job,
                code=demand.code,
                file=file,
                name=file.name or "",
                actor=actor_of(request),
                at=clock.now(),
                **form.facts(),
            )
        except Refusal as refusal:
            if refusal.field == "cover_cents":
                refusal.field = "cover"
            add_to_form(form, refusal)
        else:
            messages.success(request, f"“{demand.name}” is with the department. You hear when it was looked at.")
            return redirect("client:job", job_id=job.id)
    row = next((one for one in checklist(job_id=job.id) if one.demand.id == demand.id), None)
    context = {
        "demand": demand,
        "job": job,
        "row": row,
        "form": form,
        "is_open": job.state in OPEN_JOB_STATES and row is not None and not row.is_settled,
        "reusable": reusable_documents(demand=demand, client_id=job.client_id),
        "breadcrumbs": [
            {"label": "My jobs", "url": reverse("client:jobs")},
            {"label": job.title, "url": reverse("client:job", kwargs={"job_id": job.id})},
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "client/paper.html", context, status=status)


@login_required
@require_POST
def reuse(request: HttpRequest, demand_id: UUID) -> HttpResponse:
    demand = _demand(request, demand_id)
    try:
        document_id = UUID(request.POST.get("document", ""))
        reuse_document(
            job=demand.job, code=demand.code, document_id=document_id, actor=actor_of(request), at=clock.now()
        )
    except ValueError as error:
        raise Http404 from error
    except Refusal as refusal:
        show(request, refusal)
        return redirect("client:paper", demand_id=demand.id)
    messages.success(request, f"“{demand.name}” is accepted already: it is the one of your earlier job.")
    return redirect("client:job", job_id=demand.job_id)


@login_required
@require_POST
def withdraw(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    document = _paper(request, paper_id)
    try:
        withdraw_document(document=document, actor=actor_of(request), at=clock.now())
    except Refusal as refusal:
        show(request, refusal)
    else:
        messages.success(request, f"“{document.demand.name}” is taken back. Bring another when you have it.")
    return redirect("client:paper", demand_id=document.demand_id)


@login_required
@require_GET
def paper_file(request: HttpRequest, paper_id: UUID) -> FileResponse:
    document = _paper(request, paper_id)
    try:
        return paper_response(document)
    except NotFound as refusal:
        raise Http404 from refusal


def _demand(request: HttpRequest, demand_id: UUID) -> DocumentDemand:
    try:
        return access.demand_for_client(person=request.user, demand_id=demand_id)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal


def _paper(request: HttpRequest, paper_id: UUID) -> JobDocument:
    try:
        return access.paper_for_client(person=request.user, paper_id=paper_id)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
