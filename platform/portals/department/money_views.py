"""Money: per job where it is, payroll, and the documents issued."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.desk_roles import MONEY_READERS
from billing.books import money
from billing.models import Charge, IssuedDocument, PayrollLine, Refund, Settlement, Transfer
from departments.roster import members_of_officers
from geo.timezones import zone_named
from marketplace import access
from marketplace.models import Job, Officer
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.department.today_views import parse_date_or_none
from portals.doors import tenant_of
from portals.payee_page import account_of
from portals.requirements import standing_of
from reports.payroll_list import write_payroll_list
from reports.workbooks import XLSX
from tenants.models import Tenant


@require_safe
@desk_page(may_read=MONEY_READERS)
def money_page(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    jobs = Job.objects.filter(governing_department_id=department.id, charges__isnull=False).distinct()
    page = Paginator(jobs.select_related("client").order_by("-submitted_at", "-id"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return show_page(
        request,
        "money",
        {
            "page": page,
            "rows": _rows(list(page.object_list)),
            "standing": standing_of(account_of(department)),
            "payroll": _payroll_lines(request, department).aggregate(
                minutes=Sum("payable_minutes", default=0), cents=Sum("pay_cents", default=0)
            ),
            "from_date": request.GET.get("from", ""),
            "until_date": request.GET.get("until", ""),
            "documents": IssuedDocument.objects.filter(department_id=department.id)
            .defer("pdf", "content")
            .order_by("-issued_at")[:15],
        },
    )


@require_safe
@desk_page(may_read=MONEY_READERS)
def job_money_page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job's money identity, its moves, and its documents."""
    department = tenant_of(request)
    job = access.job_for_department(department_id=department.id, job_id=job_id)
    return show_page(
        request,
        "job_money",
        {
            "job": job,
            "money": money.job_money(job.id),
            "charges": Charge.objects.filter(job=job).order_by("created_at"),
            "refunds": Refund.objects.filter(charge__job=job).order_by("created_at"),
            "transfers": Transfer.objects.filter(charge__job=job).order_by("created_at"),
            "settlements": Settlement.objects.filter(job=job).select_related("shift").order_by("settled_at"),
            "documents": IssuedDocument.objects.filter(job_id=job.id, department_id=department.id)
            .defer("pdf", "content")
            .order_by("issued_at"),
        },
    )


@require_safe
@desk_page(may_read=MONEY_READERS)
def export_payroll(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    lines = list(_payroll_lines(request, department).select_related("settlement__job", "settlement__shift"))
    officer_ids = list({line.officer_id for line in lines})
    members = members_of_officers(department_id=department.id, officer_ids=officer_ids)
    names = dict(Officer.objects.filter(id__in=officer_ids).values_list("id", "display_name"))
    written = write_payroll_list(
        lines=lines,
        names=names,
        badges={officer_id: member.badge_number for officer_id, member in members.items()},
        zone=department.time_zone,
    )
    response = HttpResponse(written, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="payroll-{department.slug}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _payroll_lines(request: HttpRequest, department: Tenant) -> QuerySet[PayrollLine]:
    """Settled within the days that the query names, both included, in the department's zone."""
    lines = PayrollLine.objects.filter(department_id=department.id).order_by("settlement__settled_at", "id")
    zone = zone_named(department.time_zone)
    if (first := parse_date_or_none(request.GET.get("from", ""))) is not None:
        lines = lines.filter(settlement__settled_at__gte=datetime.combine(first, time(), zone))
    if (last := parse_date_or_none(request.GET.get("until", ""))) is not None:
        lines = lines.filter(settlement__settled_at__lt=datetime.combine(last + timedelta(days=1), time(), zone))
    return lines


def _rows(jobs: list[Job]) -> list[dict[str, object]]:
    """Each job on the page with its money, in two queries for all of them."""
    moneys = money.jobs_money([job.id for job in jobs])
    return [{"job": job, "money": moneys[job.id]} for job in jobs]
