"""Formats of the files for payroll: made, edited with a preview of the first rows, retired."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import actor_of
from accounts.desk_roles import MONEY_HANDLERS, MONEY_READERS
from departments.exports.formats import FormatDescription, export_format, retire_format, save_format
from departments.exports.layouts import Layout, read_layout, standard_layout
from departments.exports.refusals import LayoutInvalid
from kernel import clock
from kernel.errors import Refusal
from portals.department.desk import desk_page, show_page
from portals.department.export_forms import FormatEditor
from portals.department.roster_views import policy_now
from portals.doors import tenant_of
from portals.refusals import add_to_form
from reports.time_exports.cells import cell_texts
from reports.time_exports.making import sample
from tenants.models import Tenant


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=MONEY_HANDLERS, may_change=MONEY_HANDLERS)
def new_format(request: HttpRequest) -> HttpResponse:
    rows = "payroll_lines" if request.GET.get("rows") == "payroll_lines" else "timesheets"
    return _edit(request, None, rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def format_page(request: HttpRequest, format_id: UUID) -> HttpResponse:
    found = export_format(department_id=tenant_of(request).id, format_id=format_id)
    return _edit(request, found, rows=found.rows)


@require_POST
@desk_page(may_read=MONEY_HANDLERS, may_change=MONEY_HANDLERS)
def retire(request: HttpRequest, format_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    found = export_format(department_id=department.id, format_id=format_id)
    retire_format(department_id=department.id, format_id=format_id, actor=actor_of(request), at=clock.now())
    messages.success(request, f"{found.name} is retired. Its batches stay as they are.")
    return redirect("department:exports")


def _edit(request: HttpRequest, found: FormatDescription | None, *, rows: str) -> HttpResponse:
    """One page for both. `action=preview` shows the first rows in the layout as typed, and stores nothing."""
    department = tenant_of(request)
    editor = FormatEditor(
        layout=found.layout if found else standard_layout(rows),
        name=found.name if found else "",
        rows=rows,
        policy=policy_now(department),
        data=request.POST if request.method == "POST" else None,
    )
    layout: Layout | None = found.layout if found else standard_layout(rows)
    only_preview = request.POST.get("action") == "preview"
    if request.method == "POST":
        layout = None
        if editor.is_valid():
            rows = editor.form.cleaned_data["rows"]
            try:
                layout = read_layout(editor.layout(), rows=rows)
                if not only_preview:
                    return _save(request, department, found, editor, rows)
            except LayoutInvalid as refusal:
                editor.form.add_error(None, refusal.message)
            except Refusal as refusal:
                add_to_form(editor.form, refusal)
    context: dict[str, Any] = {
        "format": found,
        "editor": editor,
        "form": editor.form,
        **_preview(department, layout, rows),
        "breadcrumbs": [{"label": "Hours to payroll", "url": reverse("department:exports")}],
    }
    return show_page(request, "export_format", context, status=422 if editor.form.errors else 200)


def _save(
    request: HttpRequest, department: Tenant, found: FormatDescription | None, editor: FormatEditor, rows: str
) -> HttpResponse:
    saved = save_format(
        department_id=department.id,
        format_id=found.format_id if found else None,
        name=editor.form.cleaned_data["name"],
        rows=rows,
        layout=editor.layout(),
        actor=actor_of(request),
        at=clock.now(),
    )
    messages.success(request, f"{saved.name} is kept. Batches that were made before stay as they are.")
    return redirect("department:export_format", format_id=saved.format_id)


def _preview(department: Tenant, layout: Layout | None, rows: str) -> dict[str, Any]:
    if layout is None:
        return {}
    values, are_real = sample(department=department, rows_kind=rows)
    return {
        "headings": [column.heading for column in layout.columns],
        "cells": [cell_texts(layout, one) for one in values],
        "cells_are_real": are_real,
    }
