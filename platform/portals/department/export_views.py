"""Hours out to payroll: what waits, batches made and downloaded."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import MONEY_HANDLERS, MONEY_READERS
from accounts.models import Person
from departments.exports import batches
from departments.exports.formats import FormatDescription, list_formats
from kernel import clock
from kernel.errors import InvalidInput, Refusal
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.department.export_forms import BatchForm
from portals.doors import tenant_of
from portals.refusals import add_to_form
from portals.wording import local_time
from reports.time_exports import making
from reports.time_exports.cells import cell_texts
from reports.time_exports.files import CONTENT_TYPES
from tenants.models import Tenant

SHOWN_IN_PREVIEW = 50


@require_safe
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def exports(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    number = _page_number(request)
    listed, count = batches.list_batches(
        department_id=department.id, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )  # fmt: skip
    return show_page(
        request,
        "exports",
        {
            "waiting": making.waiting(department=department),
            "formats": list_formats(department_id=department.id),
            "batches": listed,
            "page": Paginator(range(count), PAGE_SIZE).get_page(number),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def new_batch(request: HttpRequest) -> HttpResponse:
    """Look at what a batch would hold; POST makes it, if it still holds as many rows."""
    department = tenant_of(request)
    formats = list_formats(department_id=department.id)
    if not formats:
        return redirect("department:exports")
    asked = request.POST if request.method == "POST" else request.GET
    form = BatchForm(asked if asked else _usual(department, formats), formats=_choices(formats))
    preview = None
    if form.is_valid():
        [chosen] = [one for one in formats if str(one.format_id) == form.cleaned_data["format"]]
        until = form.cleaned_data["until"]
        if request.method == "POST":
            try:
                made = making.make_batch(
                    department=department,
                    format_id=chosen.format_id,
                    until_date=until,
                    request_id=_request_id(request),
                    expected_rows=_expected(request),
                    actor=actor_of(request),
                    at=clock.now(),
                )
                messages.success(request, f"Batch {made.number} is made, with {made.row_count} rows.")
                return redirect("department:export_batch", number=made.number)
            except Refusal as refusal:
                add_to_form(form, refusal)
        preview = making.preview(department=department, format=chosen, until_date=until)
    context: dict[str, Any] = {"form": form, "preview": preview, "request_id": uuid4()}
    if preview is not None:
        layout = preview.format.layout
        context["headings"] = [column.heading for column in layout.columns]
        context["cells"] = [cell_texts(layout, row.values) for row in preview.rows[:SHOWN_IN_PREVIEW]]
    return show_page(request, "export_new", context, status=422 if form.errors else 200)


@require_safe
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def batch_page(request: HttpRequest, number: int) -> HttpResponse:
    department = tenant_of(request)
    batch = batches.batch(department_id=department.id, number=number)
    page = Paginator(range(batch.row_count), PAGE_SIZE * 2).get_page(request.GET.get("page"))
    rows = batches.rows_of_batch(
        department_id=department.id, number=number, offset=(page.number - 1) * PAGE_SIZE * 2, limit=PAGE_SIZE * 2
    )
    maker = Person.objects.filter(id=batch.created_by_person_id).first() if batch.created_by_person_id else None
    return show_page(
        request,
        "export_batch",
        {
            "batch": batch,
            "maker": maker,
            "page": page,
            "headings": [column.heading for column in batch.layout.columns],
            "cells": [cell_texts(batch.layout, row.values) for row in rows],
            "breadcrumbs": [{"label": "Hours to payroll", "url": reverse("department:exports")}],
        },
    )


@require_safe
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def batch_file(request: HttpRequest, number: int) -> HttpResponse:
    """The bytes as they were written: the same today and in a year."""
    department_id = tenant_of(request).id
    batch = batches.batch(department_id=department_id, number=number)
    written = batches.batch_file(department_id=department_id, number=number)
    response = HttpResponse(written, content_type=CONTENT_TYPES[batch.layout.file_kind])
    response["Content-Disposition"] = f'attachment; filename="{batch.file_name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _usual(department: Tenant, formats: list[FormatDescription]) -> dict[str, str]:
    """The first format, until the last Monday: the week that is over."""
    today: date = local_time(clock.now(), department.time_zone).date()
    return {
        "format": str(formats[0].format_id),
        "until": (today - timedelta(days=today.weekday())).isoformat(),
    }


def _choices(formats: list[FormatDescription]) -> list[tuple[str, str]]:
    return [(str(one.format_id), f"{one.name} ({one.rows_label})") for one in formats]


def _request_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("request_id", ""))
    except ValueError as error:
        raise InvalidInput("Look at the preview first, then make the batch from there.") from error


def _expected(request: HttpRequest) -> int | None:
    text = request.POST.get("expected_rows", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1
