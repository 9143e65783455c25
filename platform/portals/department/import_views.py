"""Rosters and duty schedules from files: upload, columns, preview, apply, and what became of it."""

import csv
import io
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import PERSONNEL_READERS
from departments.importing import duty_import, roster_import, runs
from departments.importing.columns import fields_of, missing_fields
from departments.importing.runs import ImportState
from departments.importing.tables import MAXIMUM_BYTES
from kernel import clock
from kernel.errors import InvalidInput, Refusal
from portals.department.desk import desk_page, show_page
from portals.doors import tenant_of
from portals.refusals import add_to_form, show
from reports.spreadsheet_text import harmless

# htmx stops asking when it is answered with this status.
STOP_POLLING = 286


class UploadForm(forms.Form):
    file = forms.FileField(label=_("File"), max_length=200)


class ColumnsForm(forms.Form):
    """One choice of a column for each field."""

    def __init__(self, *arguments: Any, run: ImportState, **more: Any) -> None:
        super().__init__(*arguments, **more)
        columns = [(str(index), title or f"Column {index + 1}") for index, title in enumerate(run.header)]
        for field in fields_of(run.kind):
            self.fields[field.name] = forms.ChoiceField(
                label=field.label,
                required=field.required,
                choices=[("", _("Not in the file")), *columns],
                initial=str(run.mapping[field.name]) if field.name in run.mapping else "",
                help_text=f"For example {field.example}",
            )

    def mapping(self) -> dict[str, int | None]:
        return {name: int(value) if value else None for name, value in self.cleaned_data.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=PERSONNEL_READERS)
def roster_imports(request: HttpRequest) -> HttpResponse:
    return _imports(request, "roster")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=PERSONNEL_READERS)
def duty_imports(request: HttpRequest) -> HttpResponse:
    return _imports(request, "duty")


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def template_file(request: HttpRequest, template: str) -> HttpResponse:
    if template not in ("roster", "duty"):
        raise Http404("There is no such template.")
    fields = fields_of(template)
    rows = [[field.label for field in fields], [field.example for field in fields]]
    return _csv(f"{template}-template.csv", rows)


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    return _show_run(request, runs.import_run(department_id=tenant_of(request).id, run_id=run_id))


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = runs.import_run(department_id=tenant_of(request).id, run_id=run_id)
    status = 200 if run.is_running else STOP_POLLING
    return render(request, "department/_import_progress.html", {"run": run}, status=status)


@require_POST
@desk_page(may_read=PERSONNEL_READERS)
def map_columns(request: HttpRequest, run_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    run = runs.import_run(department_id=department.id, run_id=run_id)
    form = ColumnsForm(request.POST, run=run)
    if form.is_valid():
        try:
            run = runs.map_columns(department_id=department.id, run_id=run_id, mapping=form.mapping())
            _preview(department.id, run)
            return redirect("department:import_run", run_id=run_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show_run(request, run, columns_form=form, status=422)


@require_POST
@desk_page(may_read=PERSONNEL_READERS)
def preview_again(request: HttpRequest, run_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    run = runs.import_run(department_id=department.id, run_id=run_id)
    return _then_run(request, run_id, lambda: _preview(department.id, run))


@require_POST
@desk_page(may_read=PERSONNEL_READERS)
def apply(request: HttpRequest, run_id: UUID) -> HttpResponse:
    return _then_run(
        request,
        run_id,
        lambda: runs.start(
            department_id=tenant_of(request).id,
            run_id=run_id,
            options={"remove_missing": request.POST.get("remove_missing") == "on"},
            actor=actor_of(request),
            at=clock.now(),
        ),
    )


@require_POST
@desk_page(may_read=PERSONNEL_READERS)
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    return _then_run(
        request,
        run_id,
        lambda: runs.cancel(
            department_id=tenant_of(request).id, run_id=run_id, actor=actor_of(request), at=clock.now()
        ),
    )


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def mistakes_file(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = runs.import_run(department_id=tenant_of(request).id, run_id=run_id)
    rows = [["row", "column", "reason"]]
    rows += [[one["row"], one["column"], one["reason"]] for one in run.plan.get("errors", [])]
    return _csv("mistakes.csv", rows)


def _imports(request: HttpRequest, kind: str) -> HttpResponse:
    department = tenant_of(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = _upload(request, kind, form.cleaned_data["file"])
            if not missing_fields(run.mapping, fields_of(kind)):
                _preview(department.id, run)
            return redirect("department:import_run", run_id=run.run_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    found = runs.list_runs(department_id=department.id, kind=kind)
    context = {"kind": kind, "form": form, "runs": found, "fields": fields_of(kind)}
    return show_page(request, "imports", context, status=422 if form.errors else 200)


def _upload(request: HttpRequest, kind: str, file: Any) -> ImportState:
    if file.size > MAXIMUM_BYTES:
        raise InvalidInput(
            f"The file has {file.size / 1_000_000:.1f} MB; at most {MAXIMUM_BYTES // 1_000_000} MB are read.",
            field="file",
        )
    given = {
        "department_id": tenant_of(request).id,
        "file_name": file.name,
        "content": file.read(),
        "actor": actor_of(request),
        "at": clock.now(),
    }
    return duty_import.upload_duty(**given) if kind == "duty" else runs.upload(kind=kind, **given)


def _preview(department_id: UUID, run: ImportState) -> ImportState:
    if run.kind == "duty":
        return duty_import.preview_duty(department_id=department_id, run_id=run.run_id)
    return roster_import.preview_roster(department_id=department_id, run_id=run.run_id, at=clock.now())


def _then_run(request: HttpRequest, run_id: UUID, act: Any) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:import_run", run_id=run_id)


def _show_run(request: HttpRequest, run: ImportState, *, status: int = 200, **more: Any) -> HttpResponse:
    labels = {field.name: field.label for field in fields_of(run.kind)}
    changed = [
        {**one, "fields": [{**part, "label": labels.get(part["field"], part["field"])} for part in one["fields"]]}
        for one in run.plan.get("changed", [])
    ]
    context = {
        "run": run,
        "added": _with_moments(run.plan.get("added", [])),
        "missing": _with_moments(run.plan.get("missing", [])),
        "columns_form": ColumnsForm(run=run),
        "changed": changed,
        "errors": run.plan.get("errors", [])[: runs.SHOWN],
        "list_url": reverse(f"department:{run.kind}_imports"),
        "page_has_errors": status == 422,
        **more,
    }
    return show_page(request, "import_run", context, status=status)


def _with_moments(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Kept as text, shown as moments."""
    names = ("starts_at", "ends_at")
    return [{**one, **{name: datetime.fromisoformat(one[name]) for name in names if name in one}} for one in rows]


def _csv(name: str, rows: list[list[Any]]) -> HttpResponse:
    """Spreadsheets read UTF-8 only with its mark, and run what begins like a formula unless a quote precedes it."""
    target = io.StringIO()
    csv.writer(target).writerows([[harmless(str(cell)) for cell in row] for row in rows])
    answer = HttpResponse("\ufeff" + target.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
