"""The list of documents that clients, officers, departments and agencies share: search, rows, a month as one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.db.models.functions import TruncMonth
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import IssuedDocument
from marketplace.models import Job, Officer
from reports.document_archive import MAXIMUM_DOCUMENTS, write_archive

PAGE_SIZE = 25
_MONTHS_OFFERED = 60
Kind = IssuedDocument.Kind
KIND_WORDS: dict[str, str | Promise] = {
    Kind.INVOICE: _("Invoice"),
    Kind.AGENCY_INVOICE: _("Agency invoice"),
    Kind.CREDIT_NOTE: _("Credit note"),
    Kind.RECEIPT: _("Receipt"),
    Kind.STATEMENT: _("Officer statement"),
    Kind.PERIOD_STATEMENT: _("Period statement"),
    Kind.SELF_BILLED_INVOICE: _("Self-billed invoice"),
    Kind.REMITTANCE: _("Remittance advice"),
}
CLIENT_KINDS = (Kind.INVOICE, Kind.AGENCY_INVOICE, Kind.CREDIT_NOTE, Kind.RECEIPT)
OFFICER_KINDS = (Kind.STATEMENT, Kind.PERIOD_STATEMENT, Kind.SELF_BILLED_INVOICE)
DEPARTMENT_KINDS = (Kind.INVOICE, Kind.CREDIT_NOTE, Kind.RECEIPT, *OFFICER_KINDS, Kind.REMITTANCE)
AGENCY_KINDS = (
    Kind.AGENCY_INVOICE,
    Kind.CREDIT_NOTE,
    Kind.RECEIPT,
    Kind.PERIOD_STATEMENT,
    Kind.SELF_BILLED_INVOICE,
    Kind.REMITTANCE,
)


class DocumentSearch(forms.Form):
    """What was typed into the address by hand and means nothing is left out, like an empty field."""

    number = forms.CharField(label=_("Number"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    month = forms.ChoiceField(label=_("Month"), required=False)

    def __init__(self, data: Any, *, kinds: tuple[Kind, ...], months: list[date]) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [("", _("All kinds")), *((kind.value, KIND_WORDS[kind]) for kind in kinds)]  # type: ignore[attr-defined]
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            ("", _("All months")),
            *((f"{month:%Y-%m}", date_format(month, "F Y")) for month in months),
        ]
        self.full_clean()

    def chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name, "")).replace("\x00", "")

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen(name) for name in self.fields)


@dataclass(frozen=True)
class DocumentRow:
    """`beside` are the credit notes of an invoice, or the invoice of a credit note. `about` says whom or what for."""

    document: IssuedDocument
    kind: str | Promise
    job: Job | None
    about: str
    beside: list[IssuedDocument] = field(default_factory=list)


def document_list(
    request: HttpRequest, documents: QuerySet[IssuedDocument], *, kinds: tuple[Kind, ...], zone: str
) -> dict[str, Any]:
    """The page's context, in six queries. `documents` are all that the reader may see; `zone` says where months end."""
    search = DocumentSearch(request.GET, kinds=kinds, months=_months(documents, zone))
    page = Paginator(_found(documents, search, zone), PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "search": search,
        "is_filtered": search.is_filtered,
        "month": search.chosen("month"),
        "page": page,
        "rows": _rows(documents, list(page)),
        "zone": zone,
    }


def month_as_file(
    request: HttpRequest, documents: QuerySet[IssuedDocument], *, kinds: tuple[Kind, ...], zone: str, back: str
) -> HttpResponseBase:
    """A ZIP of the month's PDFs with a list of them. Where there is none, or too much, the list says so."""
    search = DocumentSearch(request.GET, kinds=kinds, months=_months(documents, zone))
    month = search.chosen("month")
    found = _found(documents, search, zone)
    count = found.count() if month else 0
    if not month:
        messages.warning(request, _("Choose a month first: a month is downloaded as one file."))
    elif not count:
        messages.warning(request, _("There are no such documents in that month."))
    elif count > MAXIMUM_DOCUMENTS:
        messages.warning(
            request,
            _("%(count)s documents are more than one file holds (%(maximum)s). Choose one kind.")
            % {"count": count, "maximum": MAXIMUM_DOCUMENTS},
        )
    else:
        response = FileResponse(write_archive(found, zone=zone), as_attachment=True, filename=f"documents-{month}.zip")
        response["Cache-Control"] = "private, no-store"
        return response
    return redirect(back)


def _months(documents: QuerySet[IssuedDocument], zone: str) -> list[date]:
    months = (
        documents.order_by()
        .annotate(month=TruncMonth("issued_at", tzinfo=ZoneInfo(zone)))
        .values_list("month", flat=True)
        .distinct()
        .order_by("-month")
    )
    return [month.date() for month in months[:_MONTHS_OFFERED]]


def _found(documents: QuerySet[IssuedDocument], search: DocumentSearch, zone: str) -> QuerySet[IssuedDocument]:
    if number := search.chosen("number"):
        documents = documents.filter(number__icontains=number.strip())
    if kind := search.chosen("kind"):
        documents = documents.filter(kind=kind)
    if month := search.chosen("month"):
        first = date.fromisoformat(f"{month}-01")
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        documents = documents.filter(issued_at__gte=_midnight(first, zone), issued_at__lt=_midnight(after, zone))
    return documents


def _rows(documents: QuerySet[IssuedDocument], shown: list[IssuedDocument]) -> list[DocumentRow]:
    jobs = {
        job.id: job
        for job in Job.objects.select_related("client").filter(id__in={one.job_id for one in shown if one.job_id})
    }
    names = dict(
        Officer.objects.filter(id__in={one.officer_id for one in shown if one.officer_id}).values_list(
            "id", "display_name"
        )
    )
    related = _related(documents, shown)
    rows = []
    for one in shown:
        job = jobs.get(one.job_id) if one.job_id else None
        about = names.get(one.officer_id, "") if one.officer_id else (job.client.name if job else "")
        rows.append(DocumentRow(one, KIND_WORDS[one.kind], job, about, related.get(one.id, [])))
    return rows


def _related(documents: QuerySet[IssuedDocument], shown: list[IssuedDocument]) -> dict[UUID, list[IssuedDocument]]:
    """Beside an invoice its credit notes, beside a credit note its invoice, as far as the reader may see them."""
    billed = (Kind.INVOICE, Kind.AGENCY_INVOICE, Kind.CREDIT_NOTE)
    settlements = {one.settlement_id for one in shown if one.kind in billed and one.settlement_id}
    if not settlements:
        return {}
    family = list(documents.filter(kind__in=billed, settlement_id__in=settlements).order_by("issued_at", "id"))
    return {
        one.id: [
            other
            for other in family
            if other.settlement_id == one.settlement_id
            and (other.kind == Kind.CREDIT_NOTE) != (one.kind == Kind.CREDIT_NOTE)
        ]
        for one in shown
        if one.kind in billed
    }


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
