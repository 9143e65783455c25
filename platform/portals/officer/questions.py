"""What an officer is asked while or after a shift: are you on site, and why were you late."""

from datetime import datetime
from typing import Any

from marketplace import attendance_reasons, presence
from marketplace.models import Assignment, AttendanceReason, Officer


def question_of(officer: Officer) -> dict[str, Any]:
    """What `_presence_prompt.html` asks on a page that is about no single shift. One query."""
    prompt = presence.open_prompt_of(officer=officer)
    return {
        "presence_prompt": prompt,
        "presence_zone": prompt.assignment.shift.time_zone if prompt is not None else "",
    }


def questions_on(assignment: Assignment, at: datetime) -> dict[str, Any]:
    """What `_presence_prompt.html` and `_late_reason.html` ask on the page of one shift."""
    asked = attendance_reasons.asked_of_officer(assignment=assignment, at=at)
    given = set(assignment.attendance_reasons.values_list("kind", flat=True)) if asked else set()
    return {
        "presence_prompt": presence.open_prompt(assignment=assignment),
        "presence_zone": assignment.shift.time_zone,
        "reason_kinds": [{"kind": kind, "field": f"reason-{kind}"} for kind in asked if kind not in given],
        "reason_codes": AttendanceReason.Code.choices,
    }
