"""What a coordinator decides about punches, hours and officers' work."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portals.wording import local_time

LONGEST_HOURS = 36


class ReviewForm(forms.Form):
    """The two buttons say which way it goes: `decision` is accept or reject."""

    decision = forms.ChoiceField(choices=[("accept", _("Accept")), ("reject", _("Reject"))], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays on file with the punch."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "data-key": "r"}),
        error_messages={"required": _("Give a reason: it stays on file with the punch.")},
    )


class ReviewManyForm(forms.Form):
    """One decision and one reason for the punches that were ticked; the page says which there are."""

    decision = forms.ChoiceField(choices=[("accept", _("Accept")), ("reject", _("Reject"))])
    punches = forms.TypedMultipleChoiceField(
        coerce=UUID, error_messages={"required": _("Tick the punches first: nothing was decided.")}
    )
    reason = forms.CharField(
        label=_("Reason for all of them"),
        max_length=2000,
        error_messages={"required": _("Give a reason: it stays on file with each punch.")},
    )


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For example the number of the grievance."),
        max_length=2000,
        error_messages={"required": _("Give a reason: it stays on file with the hold.")},
    )


class ResolveForm(forms.Form):
    hours = forms.IntegerField(
        label=_("Hours worked"),
        min_value=0,
        max_value=LONGEST_HOURS,
        error_messages={"required": _("Enter the hours.")},
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=59, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The client and the officer read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Give a reason: the client and the officer will read it.")},
    )

    @property
    def worked_minutes(self) -> int:
        return int(self.cleaned_data["hours"]) * 60 + int(self.cleaned_data["minutes"] or 0)

    @staticmethod
    def initial_of(worked_minutes: int) -> dict[str, int]:
        hours, minutes = divmod(worked_minutes, 60)
        return {"hours": hours, "minutes": minutes}


class OverrunForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Minutes after the scheduled end"),
        help_text=_("Work until then counts; the client pays for it."),
        min_value=0,
        max_value=720,
        error_messages={"required": _("Enter how many minutes more may count.")},
    )


class EnteredHoursForm(forms.Form):
    """Times of the venue; clean it with the venue's zone active."""

    starts_at = forms.DateTimeField(label=_("Started"), error_messages={"required": _("Enter when they started.")})
    ends_at = forms.DateTimeField(label=_("Ended"), error_messages={"required": _("Enter when they ended.")})
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For example “phone out of battery”. The client and the officer read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Give a reason: the client and the officer will read it.")},
    )

    @staticmethod
    def initial_of(starts_at: datetime, ends_at: datetime, zone: str) -> dict[str, Any]:
        return {
            "starts_at": local_time(starts_at, zone).replace(tzinfo=None),
            "ends_at": local_time(ends_at, zone).replace(tzinfo=None),
        }
