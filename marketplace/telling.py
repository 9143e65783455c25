"""What an officer tells from the site, by its kind: one door for the page, the phone's queue and the API."""

from datetime import datetime
from uuid import UUID

from kernel.actors import Actor
from kernel.errors import InvalidInput
from marketplace.breaks import end_break, start_break
from marketplace.going_on_duty import come_back_from_duty, go_on_duty
from marketplace.incidents import flag_incident
from marketplace.models import DutyEvent, Officer

Kind = DutyEvent.Kind


def tell(
    *,
    officer: Officer,
    assignment_id: UUID,
    kind: str,
    category: str = "",
    report_number: str = "",
    punch_id: UUID,
    client_at: datetime | None = None,
    device_id: str = "",
    actor: Actor,
    at: datetime,
    sent_late: bool = False,
) -> DutyEvent:
    """Raises InvalidInput for a kind that is none, and what the capability of that kind raises."""
    plain = {Kind.BREAK_STARTED: start_break, Kind.BREAK_ENDED: end_break, Kind.BACK_FROM_DUTY: come_back_from_duty}
    if kind not in Kind.values:
        raise InvalidInput("That could not be read. Reload the page and try again.", field="kind", kind=kind[:40])
    if kind == Kind.WENT_ON_DUTY:
        return go_on_duty(
            officer=officer, assignment_id=assignment_id, category=category, punch_id=punch_id, client_at=client_at,
            device_id=device_id, actor=actor, at=at, sent_late=sent_late,
        )  # fmt: skip
    if kind == Kind.INCIDENT:
        return flag_incident(
            officer=officer, assignment_id=assignment_id, category=category, report_number=report_number,
            punch_id=punch_id, client_at=client_at, device_id=device_id, actor=actor, at=at, sent_late=sent_late,
        )  # fmt: skip
    return plain[Kind(kind)](
        officer=officer, assignment_id=assignment_id, punch_id=punch_id, client_at=client_at, device_id=device_id,
        actor=actor, at=at, sent_late=sent_late,
    )  # fmt: skip
