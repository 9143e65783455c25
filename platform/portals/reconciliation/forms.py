"""The workspace's forms. Amounts are typed in whole units with two decimals and become cents at once."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.workspace.deciding import Part
from billing.workspace.matching import DIFFERENCES, MISSING
from billing.workspace.reading import TO_ACCEPT, Filter

_STATES = [
    ("", _("Every state")), ("matched", _("Matched")), (TO_ACCEPT, _("Matched, to accept")), ("differs", _("Differs")),
    ("open", _("Open")), ("explained", _("Explained")), ("split", _("Split")), ("disputed", _("Disputed")),
]  # fmt: skip
SPLIT_PARTS = 3


class FilterForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), required=False, choices=_STATES)
    kind = forms.ChoiceField(
        label=_("Difference"),
        required=False,
        choices=[("", _("Every kind")), *DIFFERENCES.items(), *MISSING.items()],
    )
    officer = forms.CharField(label=_("Officer"), required=False, max_length=80)
    client = forms.CharField(label=_("Client"), required=False, max_length=80)
    job = forms.CharField(label=_("Job"), required=False, max_length=80)
    from_date = forms.DateField(label=_("From"), required=False)
    until_date = forms.DateField(label=_("Until"), required=False)

    def chosen(self) -> Filter:
        """What can be read of it; a field that cannot does not filter."""
        self.is_valid()
        return Filter(**{name: value for name, value in self.cleaned_data.items() if value})


class AmountField(forms.DecimalField):
    """Cents of what was typed as 12.50."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **more)

    def clean(self, value: Any) -> int:
        amount = super().clean(value)
        return int((amount or Decimal(0)) * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value


class TolerancesForm(forms.Form):
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=120)
    cents = AmountField(label=_("Amount"), min_value=0, help_text=_("Up to and including so much apart is the same."))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CloseForm(forms.Form):
    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    with_open = forms.BooleanField(label=_("Close although rows are outstanding"), required=False)
    reason = forms.CharField(
        label=_("Why it closes with them"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ExplainForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("What it is"),
        choices=[("explain", _("Right as it is")), ("dispute", _("Wrong: disputed, stays outstanding"))],
        widget=forms.RadioSelect,
        initial="explain",
    )
    note = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: whoever audits this month reads it.")},
    )


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class SplitForm(forms.Form):
    """Up to three parts; lines left empty are none. The domain says whether they sum."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        for number in range(1, SPLIT_PARTS + 1):
            self.fields[f"minutes_{number}"] = forms.IntegerField(
                label=_("Minutes of part %(number)s") % {"number": number}, required=False, min_value=0
            )
            self.fields[f"cents_{number}"] = AmountField(
                label=_("Amount of part %(number)s") % {"number": number}, required=False, min_value=0
            )
            self.fields[f"note_{number}"] = forms.CharField(
                label=_("What part %(number)s is") % {"number": number}, required=False, max_length=300
            )

    def parts(self) -> list[Part]:
        given = [
            Part(
                self.cleaned_data[f"minutes_{number}"] or 0,
                self.cleaned_data[f"cents_{number}"],
                self.cleaned_data[f"note_{number}"],
            )
            for number in range(1, SPLIT_PARTS + 1)
        ]
        return [part for part in given if part.minutes or part.cents or part.note.strip()]

    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [
            (self[f"minutes_{number}"], self[f"cents_{number}"], self[f"note_{number}"])
            for number in range(1, SPLIT_PARTS + 1)
        ]
