"""How an officer's standing with a place looks and reads on every board, and what to do about an alert.

One table for client, agency, department and report: a status is derived in `marketplace.site_status` and nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime

from marketplace.models import Alert
from marketplace.site_status import ARE_THERE, SiteStatus
from portals.wording import duration_text, local_time, time_text


@dataclass(frozen=True)
class SiteLook:
    """Tone, icon and words together: colour never speaks alone."""

    tone: str
    icon: str
    label: str


LOOKS = {
    "no_show": SiteLook("error", "circle-alert", "Nobody came"),
    "late": SiteLook("error", "clock-alert", "Late"),
    "not_staffed": SiteLook("warning", "user-plus", "Not staffed"),
    "unconfirmed": SiteLook("warning", "circle-help", "No answer"),
    "overrun": SiteLook("warning", "alarm-clock", "Over time"),
    "left_early": SiteLook("warning", "log-out", "Left early"),
    "on_site": SiteLook("success", "map-pin-check", "On site"),
    "expected": SiteLook("info", "clock", "Expected"),
    "offered": SiteLook("neutral", "bell-ring", "Offered"),
    "done": SiteLook("neutral", "check", "Done"),
    "relieved": SiteLook("neutral", "repeat", "Relieved"),
    "called_off": SiteLook("neutral", "user-x", "Called off"),
}
_OTHER = SiteLook("neutral", "circle-dashed", "")


def look(status: str) -> SiteLook:
    return LOOKS.get(status, _OTHER)


def detail(found: SiteStatus, *, zone: str) -> str:
    """The numbers of a status in words; "" where the words alone say it."""
    minutes = duration_text(found.minutes)
    match found.status:
        case "late":
            return f"{minutes} after the start"
        case "no_show":
            return f"{minutes} after the start" if found.minutes else ""
        case "left_early" if found.before_relief:
            return f"{minutes} before the relief came" if found.minutes else "before the relief came"
        case "left_early":
            return f"{minutes} before the end"
        case "overrun":
            return f"{minutes} after the end"
        case "unconfirmed":
            return "was asked and has not answered"
        case "on_site":
            late = f"came {found.minutes} min late" if found.minutes > 5 else ""
            return " · ".join(filter(None, (late, _LAPSES.get(found.lapse, ""))))
    return ""


_LAPSES = {
    "break": "a question lapsed because of a break",
    "duty": "a question lapsed because of a call to duty",
}


def confirmed(found: SiteStatus, *, zone: str) -> str:
    """“last confirmed 14:05”; "" for whoever is not, or no longer, there."""
    if found.last_confirmed_at is None or found.status not in ARE_THERE:
        return ""
    return f"last confirmed {clock_text(found.last_confirmed_at, zone)}"


def clock_text(moment: datetime, zone: str) -> str:
    return time_text(local_time(moment, zone))


_ALERTS = {
    "late": "{name} has not clocked in",
    "no_show": "{name} did not come",
    "unconfirmed": "{name} does not answer",
    "left_early": "{name} left early",
    "overrun": "{name} is still clocked in after the end",
    "no_relief": "No relief is left for {name}’s place",
    "empty_place": "A place is empty, and the shift has begun",
}


def alert_heading(alert: Alert) -> str:
    """With its assignment and officer, where it is of somebody."""
    return _ALERTS[alert.kind].format(name=alert.assignment.officer.display_name if alert.assignment else "")
