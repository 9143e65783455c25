"""Other people's invoices from files: upload, preview with every mistake, import all of it or nothing."""

import csv
import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from billing.models.workspace_invoice import InvoiceSource
from billing.workspace.importing import runs
from billing.workspace.importing.lines import FIELDS
from departments.importing.tables import MAXIMUM_BYTES
from kernel import clock
from kernel.errors import Refusal
from portals.doors import tenant_of
from portals.reconciliation.desk import address, show_page, workspace_page
from portals.refusals import add_to_form, show
from reports.spreadsheet_text import harmless

_SHOWN = 100


class UploadForm(forms.Form):
    source = forms.ChoiceField(
        label=_("Whose invoices"),
        choices=[
            (InvoiceSource.AGENCY, _("The agency's own, compared with what is billed")),
            (InvoiceSource.OFFICER, _("Officers' self-made ones, compared with what they earned")),
        ],
        widget=forms.RadioSelect,
        initial=InvoiceSource.AGENCY,
    )
    file = forms.FileField(label=_("File"), max_length=200, help_text=_("Excel (.xlsx) or CSV, at most 5,000 lines."))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAXIMUM_BYTES:
            megabytes = file.size / 1_000_000
            raise forms.ValidationError(
                f"The file has {megabytes:.1f} MB; at most {MAXIMUM_BYTES // 1_000_000} MB are read."
            )
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_page()
def imports(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = runs.upload(
                tenant_id=tenant_of(request).id,
                source=form.cleaned_data["source"],
                file_name=form.cleaned_data["file"].name,
                content=form.cleaned_data["file"].read(),
                actor=actor_of(request),
                at=clock.now(),
            )
            return redirect(address(request, "reconciliation_import", invoices_id=run.id))
        except Refusal as refusal:
            add_to_form(form, refusal)
    context = {"form": form, "runs": runs.imports_of(tenant_of(request).id), "fields": FIELDS}
    return show_page(request, "imports", context, status=422 if form.errors else 200)


@require_safe
@workspace_page()
def one_import(request: HttpRequest, invoices_id: UUID) -> HttpResponse:
    run = runs.import_of(tenant_id=tenant_of(request).id, run_id=invoices_id)
    return show_page(
        request,
        "import",
        {
            "run": run,
            "mistakes": run.mistakes[:_SHOWN],
            "more_mistakes": max(len(run.mistakes) - _SHOWN, 0),
            "lines": [] if run.mistakes else runs.preview_lines(run),
            "currency": tenant_of(request).currency,
        },
    )


@require_POST
@workspace_page()
def apply(request: HttpRequest, invoices_id: UUID) -> HttpResponse:
    try:
        run = runs.apply(tenant_id=tenant_of(request).id, run_id=invoices_id, actor=actor_of(request), at=clock.now())
        messages.success(request, f"{run.counts['invoices']:,} invoices stand beside ours now.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect(address(request, "reconciliation_import", invoices_id=invoices_id))


@require_POST
@workspace_page()
def cancel(request: HttpRequest, invoices_id: UUID) -> HttpResponse:
    try:
        runs.cancel(tenant_id=tenant_of(request).id, run_id=invoices_id, at=clock.now())
    except Refusal as refusal:
        show(request, refusal)
    return redirect(address(request, "reconciliation_imports"))


@require_safe
@workspace_page()
def template_file(request: HttpRequest) -> HttpResponse:
    return _csv("invoices-template.csv", [[one.label for one in FIELDS], [one.example for one in FIELDS]])


@require_safe
@workspace_page()
def mistakes_file(request: HttpRequest, invoices_id: UUID) -> HttpResponse:
    run = runs.import_of(tenant_id=tenant_of(request).id, run_id=invoices_id)
    rows = [[one["row"], one["column"], one["reason"]] for one in run.mistakes]
    return _csv("mistakes.csv", [["row", "column", "reason"], *rows])


def _csv(name: str, rows: list[list[Any]]) -> HttpResponse:
    target = io.StringIO()
    csv.writer(target).writerows([[harmless(str(cell)) for cell in row] for row in rows])
    answer = HttpResponse("\ufeff" + target.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
