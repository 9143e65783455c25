"""The rows that a list shows, all pages of them, as files."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from billing.workspace import books, reading
from portals.doors import tenant_of
from portals.reconciliation.desk import month_named, workspace_page
from portals.reconciliation.forms import FilterForm
from reports.reconciliation_files import rows_as_csv, write_rows_workbook
from reports.workbooks import XLSX


@require_safe
@workspace_page()
def rows_csv(request: HttpRequest, month: str) -> HttpResponse:
    found = books.found_month(tenant_id=tenant_of(request).id, first_date=month_named(month))
    rows = reading.all_rows(found, FilterForm(request.GET).chosen())
    answer = StreamingHttpResponse(rows_as_csv(rows=rows), content_type="text/csv; charset=utf-8")
    return _download(request, answer, f"{month}.csv")  # type: ignore[return-value]


@require_safe
@workspace_page()
def rows_xlsx(request: HttpRequest, month: str) -> HttpResponse:
    found = books.found_month(tenant_id=tenant_of(request).id, first_date=month_named(month))
    written = write_rows_workbook(rows=reading.all_rows(found, FilterForm(request.GET).chosen()))
    return _download(request, HttpResponse(written, content_type=XLSX), f"{month}.xlsx")  # type: ignore[return-value]


def _download(
    request: HttpRequest, answer: HttpResponse | StreamingHttpResponse, name: str
) -> HttpResponse | StreamingHttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="reconciliation-{tenant_of(request).slug}-{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
