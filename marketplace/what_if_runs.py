"""What-ifs in the background: asked for by a page, worked by a task, found by a scan when the wake-up was lost."""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from departments.policy.canonical import plain
from departments.policy.loading import load_policy
from kernel import audit
from kernel.actors import Actor
from kernel.errors import NotFound, Refusal
from marketplace.models import WhatIfRun
from marketplace.refusals_what_if import PeriodBackwards
from marketplace.what_if import compare

logger = logging.getLogger(__name__)

# A worker that is killed leaves its run behind; nothing takes this long.
_GIVEN_UP_AFTER = timedelta(minutes=20)
_KEPT = 20


def request_what_if(
    *,
    department_id: UUID,
    document: Mapping[str, Any],
    label: str,
    from_date: date,
    until_date: date,
    actor: Actor,
    at: datetime,
) -> WhatIfRun:
    """The draft is read now, so that its mistakes are told at once. The oldest runs of the department make room.

    Raises PolicyInvalid, PeriodBackwards.
    """
    if until_date <= from_date:
        raise PeriodBackwards(from_date, until_date)
    draft = plain({**document, "effective_from_date": document.get("effective_from_date") or from_date.isoformat()})
    load_policy(draft)
    with transaction.atomic():
        run = WhatIfRun.objects.create(
            department_id=department_id,
            label=label[:120],
            document=draft,
            from_date=from_date,
            until_date=until_date,
            requested_by_person_id=actor.person_id,
            requested_at=at,
        )
        kept = runs_of_department(department_id=department_id).values_list("id", flat=True)[:_KEPT]
        WhatIfRun.objects.filter(department_id=department_id).exclude(id__in=list(kept)).delete()
        audit.record(
            actor=actor,
            action="what_if.requested",
            subject_kind="what_if_run",
            subject_id=run.id,
            tenant_id=department_id,
            at=at,
            after={"label": run.label, "from_date": str(from_date), "until_date": str(until_date)},
        )
    return run


def work_run(*, run_id: UUID, at: datetime) -> bool:
    """Work one queued run. False when another worker has it or had it. A refusal is its outcome; a fault is raised."""
    claimed = WhatIfRun.objects.filter(id=run_id, state=WhatIfRun.State.QUEUED).update(
        state=WhatIfRun.State.RUNNING, started_at=at
    )
    if not claimed:
        return False
    run = WhatIfRun.objects.get(id=run_id)
    told = 0

    def progress(done: int, total: int) -> None:
        nonlocal told
        percent = min(99, done * 100 // max(total, 1))
        if percent > told:
            told = percent
            WhatIfRun.objects.filter(id=run_id).update(percent=percent)

    try:
        result = compare(
            department_id=run.department_id,
            from_date=run.from_date,
            until_date=run.until_date,
            document=run.document,
            on_progress=progress,
        ).to_json()
    except Refusal as refusal:
        _finish(run_id, at, state=WhatIfRun.State.FAILED, message=refusal.message)
    except Exception:
        _finish(run_id, at, state=WhatIfRun.State.FAILED, message="Something went wrong on our side. Try again.")
        raise
    else:
        _finish(run_id, at, state=WhatIfRun.State.DONE, percent=100, result=result)
    return True


def scan_runs(*, at: datetime) -> list[UUID]:
    """Give up what a killed worker left, and name what still waits, the oldest first."""
    WhatIfRun.objects.filter(state=WhatIfRun.State.RUNNING, started_at__lt=at - _GIVEN_UP_AFTER).update(
        state=WhatIfRun.State.FAILED, finished_at=at, message="It was interrupted. Try again."
    )
    waiting = WhatIfRun.objects.filter(state=WhatIfRun.State.QUEUED).order_by("requested_at", "id")
    return list(waiting.values_list("id", flat=True)[:10])


def runs_of_department(*, department_id: UUID) -> Any:
    """The newest first, without their documents and results."""
    return (
        WhatIfRun.objects.filter(department_id=department_id)
        .defer("document", "result")
        .order_by("-requested_at", "-id")
    )


def run_of_department(*, department_id: UUID, run_id: UUID) -> WhatIfRun:
    """Raises NotFound."""
    run = WhatIfRun.objects.filter(id=run_id, department_id=department_id).first()
    if run is None:
        raise NotFound("There is no such what-if.")
    return run


def _finish(run_id: UUID, at: datetime, **outcome: Any) -> None:
    WhatIfRun.objects.filter(id=run_id).update(finished_at=at, **outcome)
