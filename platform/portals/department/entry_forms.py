"""A request entered at the desk on one page: the client wizard's questions together, with the caller in front."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.policy.documents import Policy
from departments.policy.questions import questions_for
from marketplace.models import Client
from marketplace.terms import JobTerms
from portals.client.request_forms import DetailsForm, EventForm, OfficersForm
from portals.client.when_form import WhenForm
from portals.wording import local_time

_WHEN_FIELDS = {"date": "date", "start_time": "start", "starts_at": "start", "end_time": "end", "ends_at": "end"}


class CallerForm(forms.Form):
    caller_name = forms.CharField(
        label=_("Name on the contract and invoice"),
        max_length=160,
        error_messages={"required": _("Enter the name for the contract.")},
    )
    caller_kind = forms.ChoiceField(
        label=_("They ask as"),
        choices=[
            (Client.Kind.BUSINESS, _("a business or organisation")),
            (Client.Kind.PERSON, _("a private person")),
            (Client.Kind.NON_PROFIT, _("a non-profit")),
        ],
    )
    caller_email = forms.EmailField(
        label=_("E-mail"), help_text=_("The contract goes there, with a link that makes the account theirs."),
        max_length=254, error_messages={"required": _("Enter the caller's e-mail address.")},
    )  # fmt: skip
    caller_phone = forms.CharField(label=_("Phone number"), max_length=20, required=False)


class PlaceForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        help_text=_("Street, town, and the postal code or ZIP code."),
        max_length=300,
        error_messages={"required": _("Enter the address.")},
    )
    name = forms.CharField(label=_("Name of the place"), required=False, max_length=160)
    latitude = forms.FloatField(
        label=_("Latitude"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    pin_confirmed = forms.BooleanField(label=_("The pin is where the officers will work"), required=False)
    # The address that the pin was placed for: another one moves it.
    located_address = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class ChangeReasonForm(forms.Form):
    change_reason = forms.CharField(
        label=_("Why does it change?"),
        help_text=_("The client reads it with the new contract."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RequestEntry:
    """The forms of one page. `data` judges what was typed; without it `answers` only fill the fields."""

    def __init__(
        self, *, policy: Policy, answers: Mapping[str, Any], data: Mapping[str, Any] | None = None, is_change: bool
    ) -> None:
        shifts = list(answers.get("shifts") or [])
        typed = dict(answers.get("typed") or {})
        self.first: forms.Form = ChangeReasonForm(data, initial=typed) if is_change else CallerForm(data, initial=typed)
        self.event = EventForm(data, initial={**answers, **typed})
        self.place = PlaceForm(data, initial={**(answers.get("venue") or {}), **typed})
        self.when = WhenForm(data, shifts=shifts)
        self.officers = OfficersForm(data, policy=policy, shift=shifts[0] if shifts else {}, initial=typed)
        event_type = str((data or {}).get("event_type") or answers.get("event_type") or "")
        self.details = DetailsForm(
            data,
            initial={**answers, **typed},
            questions=questions_for(policy=policy, event_type=event_type),
        )

    @property
    def forms(self) -> tuple[forms.Form, ...]:
        return (self.first, self.event, self.place, self.when, self.officers, self.details)

    def is_valid(self) -> bool:
        # Every form is asked, so that all mistakes show at once.
        return sum(not form.is_valid() for form in self.forms) == 0

    @property
    def mistakes(self) -> list[dict[str, str]]:
        """For the error summary: sentence and the field that it leads to."""
        return list(self._mistakes())

    def _mistakes(self) -> Iterator[dict[str, str]]:
        for form in self.forms:
            if not form.is_bound:
                continue
            for name, errors in form.errors.items():
                anchor = form[name].id_for_label if name in form.fields else ""
                for error in errors:
                    label = str(form.fields[name].label).rstrip("?") if name in form.fields else ""
                    yield {
                        "message": f"{label}: {error}" if label else str(error),
                        "href": f"#{anchor or f'id_{name}'}",
                    }

    def refuse(self, *, path: str, message: str) -> None:
        """Put a refusal's sentence to the field that its path names."""
        parts = path.split(".")
        if parts[0] == "shifts":
            index = parts[1] if len(parts) > 1 and parts[1].isdecimal() else "0"
            name = f"{_WHEN_FIELDS.get(parts[-1], 'date')}_{index}"
            if "positions" in parts or "vehicle" in parts[-1]:
                self.officers.add_error(self.officers.rank_fields[0].name, message)
            else:
                self.when.add_error(name if name in self.when.fields else None, message)
            return
        if path in self.details.fields:
            self.details.add_error(path, message)
            return
        last = {"email": "caller_email", "phone": "caller_phone", "kind": "caller_kind"}.get(parts[-1], parts[-1])
        if parts[0] == "venue":
            self.place.add_error(last if last in self.place.fields else "address", message)
            return
        for form in self.forms:
            if last in form.fields and form is not self.place:
                form.add_error(last, message)
                return
        self.details.add_error(None, message)


def as_typed(data: Mapping[str, Any], *, shifts: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """What stands in the page, valid or not, to show it again without judging it."""
    typed = {name: value for name, value in data.items() if name != "csrfmiddlewaretoken"}
    typed["alcohol_served"] = "alcohol_served" in data
    typed["pin_confirmed"] = "pin_confirmed" in data
    return {"typed": {**typed, **changes}, "shifts": shifts}


def answers_of_terms(terms: JobTerms) -> dict[str, Any]:
    """Agreed terms as the form's fields: times on the venue's own clock."""
    answers = terms.to_json()
    venue = answers["venue"]
    venue["located_address"] = venue["address"]
    zone = terms.venue.time_zone
    shifts = []
    for shift in terms.shifts:
        start, end = local_time(shift.starts_at, zone), local_time(shift.ends_at, zone)
        shifts.append(
            {
                "date": start.date(),
                "start_time": start.strftime("%H:%M"),
                "end_time": end.strftime("%H:%M"),
                "ends_next_day": end.date() > start.date(),
                "start_repeated": "later" if start.fold else "",
                "end_repeated": "later" if end.fold else "",
                "positions": [
                    {"rank_code": position.rank_code, "headcount": position.headcount} for position in shift.positions
                ],
                "vehicle_code": shift.vehicle_code,
                "vehicle_count": shift.vehicle_count,
            }
        )
    return {**answers, "shifts": shifts}
