"""What agencies' own payrolls owe their officers for settled shifts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from billing.models import AgencyPayLine, Settlement
from departments.policy.settlement import Split
from marketplace.models import Assignment, Officer
from tenants.context import acting_as


def store_pay_lines(
    *, settlement: Settlement, split: Split, assignments: Sequence[Assignment], at: datetime
) -> list[AgencyPayLine]:
    """One line per assignment and pay code, in the transaction that settles the shift."""
    agency_id: UUID | None = settlement.contract.agency_id
    assert agency_id is not None
    by_id = {str(assignment.id): assignment for assignment in assignments}
    people = dict(
        Officer.objects.filter(id__in=[assignment.officer_id for assignment in assignments]).values_list(
            "id", "person_id"
        )
    )
    # It may be the client's own approval of the hours that settles; what an agency pays is not theirs to see.
    with acting_as(purpose="worker"):
        return AgencyPayLine.objects.bulk_create(
            AgencyPayLine(
                settlement=settlement,
                agency_id=agency_id,
                officer_id=by_id[line.assignment_id].officer_id,
                person_id=people[by_id[line.assignment_id].officer_id],
                assignment_id=by_id[line.assignment_id].id,
                payable_minutes=line.payable_minutes,
                pay_rate_cents_per_hour=by_id[line.assignment_id].pay_rate_cents_per_hour,
                pay_code=line.pay_code,
                pay_cents=line.pay_cents,
                currency=settlement.currency,
                created_at=at,
            )
            for line in split.payroll_lines
        )
