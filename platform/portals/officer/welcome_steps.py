"""The steps after joining, and what a page needs to show that it is one of them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

LABELS = [_("Phone"), _("Home area"), _("Payments"), _("Done")]
_PLACES = {"phone": 1, "home": 2, "payments": 3, "done": 4}


def frame_of_step(name: str, *, in_welcome: bool) -> dict[str, Any]:
    """Context for one of the pages that serve joining and the profile alike."""
    return {
        "in_welcome": in_welcome,
        "step_labels": LABELS,
        "step": _PLACES[name],
        "breadcrumbs": [{"label": _("Profile"), "url": reverse("officer:profile")}],
    }
