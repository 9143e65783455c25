"""What an officer read before the bid is stored with the assignment when it is theirs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from billing.models import PayPromise
from departments.policy.pay_dates import pay_date
from kernel.subscriptions import Event
from marketplace.job_policies import policy_of_job
from marketplace.models import Assignment


def on_assignment_confirmed(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_confirmed"""
    promise_pay(assignment_id=UUID(event.payload["assignment_id"]), at=at)


def promise_pay(*, assignment_id: UUID, at: datetime) -> PayPromise | None:
    """Store the promise, once, by the policy version that the feed shows; None where no date is promised.

    When the shift was moved since, the promise moves with it.
    """
    assignment = Assignment.objects.select_related("officer", "shift__job").get(id=assignment_id)
    shift = assignment.shift
    policy = policy_of_job(shift.job)
    found = pay_date(policy=policy, ends_at=shift.ends_at)
    if found.by_date is None:
        return None
    terms = {
        "basis": found.basis,
        "shift_ends_at": shift.ends_at,
        "steps": {step: day.isoformat() for step, day in found.steps.items()},
        "promised_by": found.by_date,
        "time_zone": policy.time_zone,
    }
    promise, _ = PayPromise.objects.update_or_create(
        assignment=assignment,
        defaults=terms,
        create_defaults={
            **terms,
            "officer_id": assignment.officer_id,
            "person_id": assignment.officer.person_id,
            "department_id": shift.governing_department_id,
            "promised_at": at,
        },
    )
    return promise
