"""Something happened on the detail: when, of what kind, and the department's own report number. Nothing about the case.

The client is not told: what they may know, the department tells them.
"""

import re

from marketplace import events
from marketplace.duty_recording import record_duty_event
from marketplace.field_items import FieldItem
from marketplace.models import DutyEvent
from marketplace.refusals_field import CategoryUnknown, ReportNumberUnreadable

REPORT_NUMBER_LENGTH = 30
# No blanks, and a digit somewhere: a number, not a story.
_REPORT_NUMBER = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9./-]{0,29}")


def flag_incident(*, item: FieldItem, category: str, report_number: str = "") -> DutyEvent:
    """The number may follow in a second flag. It changes no hours, and needs no clock-in.

    Raises what `record_duty_event` does but NotClockedIn, CategoryUnknown, ReportNumberUnreadable.
    """
    if category not in DutyEvent.IncidentCategory.values:
        raise CategoryUnknown(list(DutyEvent.IncidentCategory.values))
    number = report_number.strip()
    if number and not _REPORT_NUMBER.fullmatch(number):
        raise ReportNumberUnreadable(REPORT_NUMBER_LENGTH)
    return record_duty_event(
        item=item,
        kind=DutyEvent.Kind.INCIDENT,
        category=category,
        report_number=number,
        needs_clock_in=False,
        check=lambda state: None,
        announces=events.INCIDENT_FLAGGED,
    )
