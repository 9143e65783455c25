"""Money: per job where it is, payroll, the department's own account for payouts, and the newest documents."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import MONEY_HANDLERS, MONEY_READERS
from billing import money, payees
from billing.models import Charge, IssuedDocument, PayrollLine, Refund, Settlement, Transfer
from departments.roster import members_of_officers
from geo.timezones import zone_named
from kernel import clock
from kernel.errors import Refusal
from marketplace import access
from marketplace.models import Job, Officer
from portals.department.desk import (
    PAGE_SIZE,
    department_of,
    desk_page,
    show_page,
)
from portals.department.today_views import parse_date_or_none
from portals.refusals import show
from portals.requirements import in_words
from reports.payroll_list import write_payroll_list
from reports.workbooks import XLSX
from tenants.models import Tenant


@require_safe
@desk_page(may_read=MONEY_READERS)
def money_page(request: HttpRequest) -> HttpResponse:
    department = department_of(request)
    jobs = Job.objects.filter(governing_department_id=department.id, charges__isnull=False).distinct()
    page = Paginator(jobs.select_related("client").order_by("-submitted_at", "-id"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    account = payees.payee_account_of(owner_kind="department", owner_id=department.id, currency=department.currency)
    return show_page(
        request,
        "money",
        {
            "page": page,
            "rows": _rows(list(page.object_list)),
            "account": account,
            "still_required": in_words(account.requirements) if account else [],
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
    department = department_of(request)
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
    department = department_of(request)
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


@require_safe
@desk_page(may_read=MONEY_HANDLERS)
def onboarding(request: HttpRequest) -> HttpResponse:
    """To the payment service's own page. A GET: browsers hold a form's redirect to our own origin."""
    department = department_of(request)
    here = request.build_absolute_uri(reverse("department:onboarding", urlconf="config.urls_department"))
    back = request.build_absolute_uri(reverse("department:onboarded", urlconf="config.urls_department"))
    try:
        address = payees.start_onboarding(
            owner_kind="department",
            owner_id=department.id,
            currency=department.currency,
            contact_email=department.contact_email,
            return_url=back,
            refresh_url=here,
            actor=actor_of(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("department:money")
    return HttpResponseRedirect(address)


@require_safe
@desk_page(may_read=MONEY_HANDLERS)
def come_back(request: HttpRequest) -> HttpResponse:
    """Coming back says nothing: the payment service is asked how the account stands."""
    return _ask_provider(request)


@require_POST
@desk_page(may_read=MONEY_HANDLERS, may_change=MONEY_HANDLERS)
def refresh_account(request: HttpRequest) -> HttpResponse:
    return _ask_provider(request)


def _ask_provider(request: HttpRequest) -> HttpResponse:
    department = department_of(request)
    account = payees.payee_account_of(owner_kind="department", owner_id=department.id, currency=department.currency)
    try:
        if account is not None and account.account_reference:
            account = payees.refresh_account(payee_account_id=account.id, at=clock.now())
            if account.may_receive:
                messages.success(request, "The account can receive money.")
            else:
                messages.warning(request, "The payment service still needs something. Open its page again.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:money")


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
    """Captured, refunded, transferred and the fee of each job on the page, in four queries for all of them."""
    ids = [job.id for job in jobs]

    def sums(rows: QuerySet, key: str, value: str) -> dict[UUID, int]:  # type: ignore[type-arg]
        return {row[key]: row["sum"] for row in rows.order_by().values(key).annotate(sum=Sum(value))}

    captured = sums(Charge.objects.filter(job_id__in=ids, state="succeeded"), "job_id", "amount_cents")
    refunded = sums(Refund.objects.filter(charge__job_id__in=ids, state="done"), "charge__job_id", "amount_cents")
    moved = sums(Transfer.objects.filter(charge__job_id__in=ids, state="done"), "charge__job_id", "amount_cents")
    fees = sums(Settlement.objects.filter(job_id__in=ids), "job_id", "service_fee_cents")
    taxes = sums(Settlement.objects.filter(job_id__in=ids), "job_id", "service_fee_tax_cents")
    rows: list[dict[str, object]] = []
    for job in jobs:
        fee = fees.get(job.id, 0) + taxes.get(job.id, 0)
        paid, back, out = captured.get(job.id, 0), refunded.get(job.id, 0), moved.get(job.id, 0)
        rows.append(
            {"job": job, "captured": paid, "refunded": back, "transferred": out, "fee": fee,
             "held": paid - back - out - fee}
        )  # fmt: skip
    return rows
