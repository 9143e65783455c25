"""What one officer gets for a whole shift by the rules of the job's contract."""

from departments.policy.documents import Policy
from departments.policy.pricing import PositionRequest, ServiceFee, ShiftRequest, price_shift
from marketplace.job_facts import facts_of
from marketplace.models import Position, Shift


def shift_pay(*, shift: Shift, position: Position, policy: Policy, officers: int) -> tuple[int, int]:
    """One officer's pay in cents and the minutes that it is for, minimums, premiums and rounding included.

    `officers` are all those wanted on the shift: rules may ask how many. The shift's job and venue are read.
    """
    price = price_shift(
        policy=policy,
        shift=ShiftRequest(
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            positions=(PositionRequest(rank_code=position.rank_code, headcount=1),),
            shift_id=str(shift.id),
            event_type=shift.job.event_type,
            requested_at=shift.job.submitted_at,
            crowd=shift.job.expected_attendance,
            alcohol=shift.job.alcohol_served,
            number=shift.number,
            latitude=shift.latitude,
            longitude=shift.longitude,
            postal_code=shift.job.venue.postal_code,
            place_name=shift.job.venue.place_name,
            facts={**facts_of(shift.job), "job.officers": officers, "job.vehicles": shift.vehicle_count},
        ),
        service_fee=ServiceFee(rate_basis_points=0),
    )
    return price.pay_cents, sum(line.payable_minutes for line in price.lines if line.kind == "labour")
