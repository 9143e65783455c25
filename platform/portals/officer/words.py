"""Names that officers read for what the domain keeps as codes."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.models import EventType

EVENT_NAMES: dict[str, str | Promise] = {
    EventType.FESTIVAL: _("Festival"),
    EventType.FILM_SHOOT: _("Film Shoot"),
    EventType.WIDE_LOAD_ESCORT: _("Wide Load Escort"),
    EventType.TRAFFIC_CONTROL: _("Traffic Control"),
    EventType.BUSINESS_SECURITY: _("Business Security"),
    EventType.FUNERAL: _("Funeral"),
    EventType.SPORTING_EVENT: _("Sporting Event"),
}
_ROLES: dict[str, str | Promise] = {
    "coordinator": _("coordinator"),
    "supervisor": _("supervisor"),
    "commander": _("commander"),
    "scheduler": _("scheduler"),
}


def event_name(event_type: str) -> str:
    """A kind of work that has no name here yet is shown in its own words rather than hidden."""
    return str(EVENT_NAMES.get(event_type) or event_type.replace("-", " ").title())


def role_words(role: str) -> str:
    """The desk's role as it stands in a sentence: "the coordinator approves it"."""
    return str(_ROLES.get(role, role))


def all_of_roles(roles: Sequence[str]) -> str:
    """ "coordinator and the commander", to follow "the" in a sentence."""
    words = [role_words(role) for role in roles]
    said = words[0] if words else ""
    for more in words[1:]:
        said = gettext("%(roles)s and the %(role)s") % {"roles": said, "role": more}
    return said
