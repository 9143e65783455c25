"""Reminds clients of papers that are still missing, seven and two days before they are due."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import outbox
from marketplace import events
from marketplace.documents.checklists import OPEN_JOB_STATES, checklist
from marketplace.documents.demands import next_reminder
from marketplace.models import DocumentDemand, Job

_BATCH = 200


def scan_reminders(*, at: datetime) -> int:
    """One reminder a job for everything that is due to be reminded of. Answers with how many jobs were reminded."""
    due = DocumentDemand.objects.filter(next_reminder_at__lte=at).order_by("next_reminder_at")
    by_job: dict[UUID, list[UUID]] = defaultdict(list)
    for job_id, demand_id in due.values_list("job_id", "id")[:_BATCH]:
        by_job[job_id].append(demand_id)
    return sum(_remind(job_id=job_id, demand_ids=demand_ids, at=at) for job_id, demand_ids in by_job.items())


def _remind(*, job_id: UUID, demand_ids: list[UUID], at: datetime) -> bool:
    """Whatever moments were missed meanwhile, one letter; none for what has come, or once the job began or ended."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(id=job_id)
        demands = DocumentDemand.objects.select_for_update().filter(id__in=demand_ids, next_reminder_at__lte=at)
        due = list(demands.order_by("id"))
        for demand in due:
            demand.next_reminder_at = next_reminder(due_at=demand.due_at, after=at)
            demand.save(update_fields=["next_reminder_at"])
        missing = {row.demand.id for row in checklist(job_id=job_id) if row.awaits_client}
        codes = [demand.code for demand in due if demand.id in missing and demand.due_at > at]
        if not codes or job.state not in OPEN_JOB_STATES:
            return False
        outbox.announce(
            name=events.DOCUMENTS_DUE_SOON,
            payload={"job_id": str(job_id), "codes": codes},
            tenant_id=job.governing_department_id,
            at=at,
        )
    return True
