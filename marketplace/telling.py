"""What an officer tells from the site, by its kind: one door for the page, the phone's queue and the API."""

from kernel.errors import InvalidInput
from marketplace.breaks import end_break, start_break
from marketplace.field_items import FieldItem
from marketplace.going_on_duty import come_back_from_duty, go_on_duty
from marketplace.incidents import flag_incident
from marketplace.models import DutyEvent

Kind = DutyEvent.Kind
_PLAIN = {Kind.BREAK_STARTED: start_break, Kind.BREAK_ENDED: end_break, Kind.BACK_FROM_DUTY: come_back_from_duty}


def tell(*, item: FieldItem, kind: str, category: str = "", report_number: str = "") -> DutyEvent:
    """Raises InvalidInput for a kind that is none, and what the capability of that kind raises."""
    if kind not in Kind.values:
        raise InvalidInput("That could not be read. Reload the page and try again.", field="kind", kind=kind[:40])
    if kind == Kind.WENT_ON_DUTY:
        return go_on_duty(item=item, category=category)
    if kind == Kind.INCIDENT:
        return flag_incident(item=item, category=category, report_number=report_number)
    return _PLAIN[Kind(kind)](item=item)
