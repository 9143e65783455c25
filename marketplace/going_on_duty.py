"""An officer is called to police duty in the middle of a detail, and may come back to it.

The detail's time stands still from that moment in all three kinds of hours, but for an arrest that the policy bills on.
"""

from marketplace import events
from marketplace.duty_pieces import State
from marketplace.duty_recording import record_duty_event
from marketplace.field_items import FieldItem
from marketplace.models import DutyEvent
from marketplace.refusals_field import CategoryUnknown, NotOnDuty, OnDutyAlready

_AWAY = ("on_duty", "arrest")


def go_on_duty(*, item: FieldItem, category: str) -> DutyEvent:
    """`category`: job_related_arrest or other_duty. A running break ends with it.

    Raises what `record_duty_event` does, CategoryUnknown, OnDutyAlready.
    """
    if category not in DutyEvent.DutyCategory.values:
        raise CategoryUnknown(list(DutyEvent.DutyCategory.values))

    def check(state: State) -> None:
        if state in _AWAY:
            raise OnDutyAlready()

    return record_duty_event(
        item=item, kind=DutyEvent.Kind.WENT_ON_DUTY, category=category, check=check, announces=events.WENT_ON_DUTY
    )


def come_back_from_duty(*, item: FieldItem) -> DutyEvent:
    """Raises what `record_duty_event` does, NotOnDuty."""

    def check(state: State) -> None:
        if state not in _AWAY:
            raise NotOnDuty()

    return record_duty_event(
        item=item, kind=DutyEvent.Kind.BACK_FROM_DUTY, check=check, announces=events.BACK_FROM_DUTY
    )
