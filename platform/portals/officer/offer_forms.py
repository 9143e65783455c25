"""What officers say about offers: when they are available, and why they give a shift up."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import OfficerAvailability

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class AvailabilityForm(forms.Form):
    """Per weekday one stretch, like 18:00-24:00; several are separated by commas."""

    wants_offers = forms.BooleanField(
        label=_("Offer me shifts that I did not ask for"),
        required=False,
        help_text=_("Only departments that staff shifts without bids make such offers. You may always decline."),
    )
    blocked_dates = forms.CharField(
        label=_("Days when you are not available"),
        required=False,
        max_length=2000,
        help_text=_("Dates like 2026-12-24, separated by commas."),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for index, name in enumerate(WEEKDAYS):
            self.fields[f"day_{index}"] = forms.CharField(
                label=name,
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={"placeholder": "18:00-24:00"}),
            )

    @property
    def day_fields(self) -> list[Any]:
        return [self[f"day_{index}"] for index in range(len(WEEKDAYS))]

    @property
    def weekly(self) -> list[tuple[int, str, str]]:
        return [
            (index, start.strip(), end.strip())
            for index in range(len(WEEKDAYS))
            for start, _, end in (one.partition("-") for one in self._stretches(index))
        ]

    def _stretches(self, index: int) -> list[str]:
        text = self.cleaned_data.get(f"day_{index}", "").replace("–", "-")
        return [one for one in (part.strip() for part in text.split(",")) if one]

    def clean_blocked_dates(self) -> list[date]:
        found = []
        for text in filter(None, (part.strip() for part in self.cleaned_data["blocked_dates"].split(","))):
            try:
                found.append(date.fromisoformat(text))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(text)s” is not a date. Write one like 2026-12-24.") % {"text": text}
                ) from None
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for index, name in enumerate(WEEKDAYS):
            if any("-" not in one for one in self._stretches(index)):
                self.add_error(f"day_{index}", _("%(weekday)s: write the times like 18:00-24:00.") % {"weekday": name})
        return cleaned

    @staticmethod
    def initial_of(row: OfficerAvailability | None) -> dict[str, Any]:
        if row is None:
            return {}
        days = {
            f"day_{index}": ", ".join(f"{start}-{end}" for weekday, start, end in row.weekly if weekday == index)
            for index in range(len(WEEKDAYS))
        }
        blocked = ", ".join(one.isoformat() for one in row.blocked_dates)
        return {"wants_offers": row.wants_offers, "blocked_dates": blocked, **days}


class GiveUpForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        help_text=_("Your coordinator reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Give a reason: your coordinator will read it.")},
    )
