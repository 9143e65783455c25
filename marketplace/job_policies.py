"""Which version of the governing department's rules prices a job.

A request is priced by the version in force on the day that it is made, in the department's zone, and keeps that version
until a change is proposed. Hours, rest and eligibility follow the shift's own date instead; `departments.eligibility`
sees to that.
"""

from datetime import datetime
from uuid import UUID

from departments import policies
from departments.policy.documents import Policy
from marketplace.models import Job


def policy_for_request(*, department_id: UUID, at: datetime) -> Policy:
    """Raises departments.refusals.NoPolicyInForce."""
    return policies.policy_at(department_id=department_id, at=at)


def policy_of_job(job: Job) -> Policy:
    """The version that the job's applied revision was priced by."""
    return policies.policy_version(department_id=job.governing_department_id, version=job.policy_version)
