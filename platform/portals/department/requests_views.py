"""All requests of the department: search, pages, and the same list as a spreadsheet."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kernel import clock
from marketplace.job_totals import JobTotals, totals_of_jobs
from marketplace.models import Job
from marketplace.queries import jobs_for_department, status_of
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.department.requests_forms import RequestSearchForm
from portals.department.words import event_label
from portals.doors import tenant_of
from portals.wording import local_time
from reports.request_list import write_request_list
from reports.workbooks import XLSX


@require_safe
@desk_page()
def requests(request: HttpRequest) -> HttpResponse:
    form = RequestSearchForm(request.GET)
    found = jobs_for_department(tenant_of(request).id, **form.filters())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    jobs = list(page.object_list)
    totals = totals_of_jobs([job.id for job in jobs])
    rows = [_row(job, totals[job.id]) for job in jobs]
    return show_page(
        request,
        "requests",
        {"search": form, "page": page, "rows": rows, "is_filtered": any(request.GET.get(name) for name in form.fields)},
    )


@require_safe
@desk_page()
def export_requests(request: HttpRequest) -> HttpResponse:
    """What the filters show, all pages of it."""
    department = tenant_of(request)
    found = jobs_for_department(department.id, **RequestSearchForm(request.GET).filters())
    written = write_request_list(jobs=found, event_label=event_label)
    response = HttpResponse(written, content_type=XLSX)
    today = local_time(clock.now(), department.time_zone).date()
    response["Content-Disposition"] = f'attachment; filename="requests-{department.slug}-{today.isoformat()}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _row(job: Job, totals: JobTotals) -> dict[str, object]:
    return {"job": job, "status": status_of(job, totals), "event": event_label(job.event_type), "totals": totals}
