"""An officer is called to police duty in the middle of a detail, and may come back to it.

The detail's time stands still from that moment in all three kinds of hours, but for an arrest that the policy bills on.
"""

from datetime import datetime
from uuid import UUID

from kernel.actors import Actor
from marketplace import events
from marketplace.duty_pieces import State
from marketplace.duty_recording import record_duty_event
from marketplace.models import DutyEvent, Officer
from marketplace.refusals_field import CategoryUnknown, NotOnDuty, OnDutyAlready

_AWAY = ("on_duty", "arrest")


def go_on_duty(
    *,
    officer: Officer,
    assignment_id: UUID,
    category: str,
    punch_id: UUID,
    client_at: datetime | None = None,
    device_id: str = "",
    actor: Actor,
    at: datetime,
    sent_late: bool = False,
) -> DutyEvent:
    """`category`: job_related_arrest or other_duty. A running break ends with it.

    Raises what `record_duty_event` does, CategoryUnknown, OnDutyAlready.
    """
    if category not in DutyEvent.DutyCategory.values:
        raise CategoryUnknown(list(DutyEvent.DutyCategory.values))

    def check(state: State) -> None:
        if state in _AWAY:
            raise OnDutyAlready()

    return record_duty_event(
        officer=officer,
        assignment_id=assignment_id,
        kind=DutyEvent.Kind.WENT_ON_DUTY,
        category=category,
        punch_id=punch_id,
        check=check,
        announces=events.WENT_ON_DUTY,
        client_at=client_at,
        sent_late=sent_late,
        device_id=device_id,
        actor=actor,
        at=at,
    )


def come_back_from_duty(
    *,
    officer: Officer,
    assignment_id: UUID,
    punch_id: UUID,
    client_at: datetime | None = None,
    device_id: str = "",
    actor: Actor,
    at: datetime,
    sent_late: bool = False,
) -> DutyEvent:
    """Raises what `record_duty_event` does, NotOnDuty."""

    def check(state: State) -> None:
        if state not in _AWAY:
            raise NotOnDuty()

    return record_duty_event(
        officer=officer,
        assignment_id=assignment_id,
        kind=DutyEvent.Kind.BACK_FROM_DUTY,
        punch_id=punch_id,
        check=check,
        announces=events.BACK_FROM_DUTY,
        client_at=client_at,
        sent_late=sent_late,
        device_id=device_id,
        actor=actor,
        at=at,
    )
