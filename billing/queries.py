"""Reads for pages and the API. Reach the job or the payee through an access function first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from billing.models import Charge, Payout, PayrollLine, Refund, Settlement, Transfer


def charges_of_job(*, job_id: UUID) -> QuerySet[Charge]:
    return Charge.objects.filter(job_id=job_id).order_by("created_at")


def refunds_of_job(*, job_id: UUID) -> QuerySet[Refund]:
    return Refund.objects.filter(charge__job_id=job_id).order_by("created_at")


def settlements_of_job(*, job_id: UUID) -> QuerySet[Settlement]:
    return Settlement.objects.filter(job_id=job_id).select_related("shift").order_by("shift__starts_at")


def transfers_to(*, owner_kind: str, owner_id: UUID) -> QuerySet[Transfer]:
    """The newest first, with the job that each is for. Needs a session that may see the payee's account."""
    return (
        Transfer.objects.filter(payee_account__owner_kind=owner_kind, payee_account__owner_id=owner_id)
        .select_related("charge__job", "settlement__shift")
        .order_by("-created_at")
    )


def payouts_to(*, owner_kind: str, owner_id: UUID) -> QuerySet[Payout]:
    """The newest first. Needs a session that may see the payee's account."""
    return Payout.objects.filter(payee_account__owner_kind=owner_kind, payee_account__owner_id=owner_id).order_by(
        "-created_at"
    )


def payroll_lines_of(*, department_id: UUID, from_at: datetime, until_at: datetime) -> QuerySet[PayrollLine]:
    """What the department's payroll owes for shifts settled in the half-open period, in order."""
    return (
        PayrollLine.objects.filter(department_id=department_id, created_at__gte=from_at, created_at__lt=until_at)
        .select_related("settlement__shift__job")
        .order_by("created_at", "id")
    )
