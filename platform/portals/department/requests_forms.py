"""Search over all requests, and the coordinator's word on one."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import Job
from portals.client.request_forms import EVENT_LABELS
from portals.department.words import state_choices


class RequestSearchForm(forms.Form):
    """Every field may be empty; what cannot be read is left out of the search and said beside the field."""

    text = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Client, title, place, reference")}),
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=state_choices(Job.State.values, str(_("All states")))
    )
    event_type = forms.ChoiceField(
        label=_("Type"), required=False, choices=[("", _("All types")), *EVENT_LABELS.items()]
    )
    from_date = forms.DateField(label=_("From"), required=False)
    until_date = forms.DateField(label=_("To"), required=False)

    def filters(self) -> dict[str, Any]:
        """For `queries.jobs_for_department`. The last day that was typed counts in full."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "until_date" in found:
            found["until_date"] = min(found["until_date"], date.max - timedelta(days=1)) + timedelta(days=1)
        if "text" in found:
            found["text"] = found["text"].replace("\x00", "")
        return found


class ApproveForm(forms.Form):
    note = forms.CharField(
        label=_("A note to the client"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(forms.Form):
    """Left empty, the domain says why it is needed."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *arguments: Any, label: str = "", help_text: str = "", **more: Any) -> None:
        super().__init__(*arguments, **more)
        if label:
            self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text
        # Shown as needed, judged by the domain.
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = str(_("Give a reason."))
