"""The dates of a request: any number of them, each with its own times."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.terms import MAXIMUM_SHIFTS


class WhenForm(forms.Form):
    """Any number of dates, each with its own times: fields `date_0`, `start_0`, `end_0`, `next_day_0`, …"""

    REPEATED = [("earlier", _("The first time, before the clocks go back")), ("later", _("The second time"))]

    def __init__(self, data: Mapping[str, Any] | None = None, *, shifts: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(data)
        count = len(shifts) or 1
        if data is not None:
            count = sum(f"date_{index}" in data for index in range(MAXIMUM_SHIFTS + 1)) or 1
        self.row_count = min(count, MAXIMUM_SHIFTS)
        for index in range(self.row_count):
            self._add_row(index, shifts[index] if index < len(shifts) else {})

    def _add_row(self, index: int, shift: Mapping[str, Any]) -> None:
        # The page's own labels are short, each in its date's frame; in the list of errors they stand alone.
        of = f" (date {index + 1})" if self.row_count > 1 else ""
        self.fields[f"date_{index}"] = forms.DateField(
            label=f"Date{of}", initial=shift.get("date"), error_messages={"required": _("Enter the date.")}
        )
        self.fields[f"start_{index}"] = forms.TimeField(
            label=f"Start{of}", initial=shift.get("start_time"), error_messages={"required": _("Enter the start.")}
        )
        self.fields[f"end_{index}"] = forms.TimeField(
            label=f"End{of}", initial=shift.get("end_time"), error_messages={"required": _("Enter the end.")}
        )
        self.fields[f"next_day_{index}"] = forms.BooleanField(
            label=_("It ends on the next day"), initial=bool(shift.get("ends_next_day")), required=False
        )
        for end in ("start", "end"):
            self.fields[f"{end}_repeated_{index}"] = forms.ChoiceField(
                label=_("That hour comes twice: which one?"),
                choices=self.REPEATED,
                initial=shift.get(f"{end}_repeated"),
                widget=forms.RadioSelect,
                required=False,
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """For the page: bound fields of each date; the repeated-hour questions only where they matter."""
        rows = []
        for index in range(self.row_count):
            row: dict[str, Any] = {name: self[f"{name}_{index}"] for name in ("date", "start", "end", "next_day")}
            row["index"] = index
            for end in ("start", "end"):
                field = self[f"{end}_repeated_{index}"]
                row[f"{end}_repeated"] = field if field.errors or field.value() else None
            rows.append(row)
        return rows

    def as_typed(self) -> list[dict[str, Any]]:
        """The rows as they stand in the form, valid or not, in the draft's words."""
        return [
            _without_empty(
                {
                    "date": self._raw(f"date_{index}"),
                    "start_time": self._raw(f"start_{index}"),
                    "end_time": self._raw(f"end_{index}"),
                    "ends_next_day": bool(self.data.get(f"next_day_{index}")),
                    "start_repeated": self._raw(f"start_repeated_{index}"),
                    "end_repeated": self._raw(f"end_repeated_{index}"),
                }
            )
            for index in range(self.row_count)
        ]

    def cleaned_rows(self) -> list[dict[str, Any]]:
        """Valid rows, with dates and times in ISO form."""
        return [
            _without_empty(
                {
                    "date": self.cleaned_data[f"date_{index}"].isoformat(),
                    "start_time": self.cleaned_data[f"start_{index}"].strftime("%H:%M"),
                    "end_time": self.cleaned_data[f"end_{index}"].strftime("%H:%M"),
                    "ends_next_day": self.cleaned_data[f"next_day_{index}"],
                    "start_repeated": self.cleaned_data[f"start_repeated_{index}"],
                    "end_repeated": self.cleaned_data[f"end_repeated_{index}"],
                }
            )
            for index in range(self.row_count)
        ]

    def _raw(self, name: str) -> str:
        return str(self.data.get(name) or "").strip()[:40]


def one_more(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows and a copy of the last one, a day later."""
    if len(rows) >= MAXIMUM_SHIFTS:
        return rows
    last = dict(rows[-1]) if rows else {}
    for name in ("start_repeated", "end_repeated"):
        last.pop(name, None)
    try:
        last["date"] = (date.fromisoformat(str(last.get("date"))) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        last.pop("date", None)
    return [*rows, last]


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in ("", None, False)}
