"""The client's forms on jobs, contracts and hours."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class WayForm(forms.Form):
    """How to pay; where only one way is open there is nothing to ask."""

    def __init__(self, *arguments: Any, ways: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(*arguments, **more)
        if len(ways) > 1:
            way = forms.ChoiceField(
                label=_("How do you want to pay?"),
                choices=ways,
                initial=ways[0][0],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose how you want to pay.")},
            )
            self.fields = {"way": way, **self.fields}


class AcceptForm(WayForm):
    accept = forms.BooleanField(
        error_messages={"required": _("Tick the box to accept the contract, or leave the page without accepting.")}
    )

    def __init__(self, *arguments: Any, label: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["accept"].label = label


class DisputeForm(forms.Form):
    reason = forms.CharField(
        label=_("What is wrong with these hours?"),
        help_text=_("For example “They left at 10:30 PM”. The department's coordinator reads it and decides."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what is wrong with these hours.")},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you take it back?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
