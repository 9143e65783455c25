"""The questions of a request, one form a page. Forms read and keep what was typed; the domain judges it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.policy.documents import Policy
from departments.policy.questions import Question
from marketplace.job_facts import FIELD_PREFIX
from marketplace.models import Client
from marketplace.models.job import EventType
from marketplace.terms import MAXIMUM_ATTENDANCE, MAXIMUM_HEADCOUNT, MAXIMUM_VEHICLES
from portals.client.question_fields import add_answer_faults, answers_of, question_fields
from portals.client.when_form import WhenForm, one_more
from portals.wording import money_text

__all__ = [
    "ATTIRES",
    "EVENT_LABELS",
    "ClientForm",
    "DetailsForm",
    "EventForm",
    "MailLinkForm",
    "OfficersForm",
    "PinForm",
    "WhenForm",
    "WhereForm",
    "one_more",
]

EVENT_LABELS: dict[str, str | Promise] = {
    EventType.FESTIVAL: _("Festival or street event"),
    EventType.FILM_SHOOT: _("Film or television shoot"),
    EventType.WIDE_LOAD_ESCORT: _("Wide-load escort"),
    EventType.TRAFFIC_CONTROL: _("Traffic control"),
    EventType.BUSINESS_SECURITY: _("Security at a business"),
    EventType.FUNERAL: _("Funeral procession"),
    EventType.SPORTING_EVENT: _("Sporting event"),
}
ATTIRES = ["Uniform", "Uniform with high-visibility vest", "Plain clothes"]


class EventForm(forms.Form):
    event_type = forms.ChoiceField(
        label=_("What are the officers for?"),
        choices=list(EVENT_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the officers are for.")},
    )
    title = forms.CharField(
        label=_("Give it a short name"),
        help_text=_("For example “Harbour Days, Saturday night”. Officers and the department see it."),
        max_length=120,
        error_messages={"required": _("Enter a short name.")},
    )
    # Typed on the front page already; it fills the next page.
    place = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class WhereForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        help_text=_("Street, town, and the postal code or ZIP code."),
        max_length=300,
        error_messages={"required": _("Enter the address.")},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    name = forms.CharField(
        label=_("Name of the place"), help_text=_("For example “Coronation Park, east lawn”."), required=False,
        max_length=160,
    )  # fmt: skip
    end_address = forms.CharField(
        label=_("Address where it ends"), help_text=_("For a route that ends somewhere else."), required=False,
        max_length=300,
    )  # fmt: skip

    def __init__(self, *arguments: Any, moves: bool, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if not moves:
            del self.fields["end_address"]


class PinForm(forms.Form):
    """A pin that its owner has confirmed. Range and NaN are refused by the point itself."""

    latitude = forms.FloatField(label=_("Latitude"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    longitude = forms.FloatField(label=_("Longitude"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    end_latitude = forms.FloatField(
        label=_("Latitude of the end"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    end_longitude = forms.FloatField(
        label=_("Longitude of the end"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    pin_confirmed = forms.BooleanField(
        label=_("The pin is where the officers will work"),
        error_messages={"required": _("Move the pin to the right spot, then confirm it.")},
    )

    def __init__(self, *arguments: Any, has_end: bool, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if not has_end:
            del self.fields["end_latitude"], self.fields["end_longitude"]


class OfficersForm(forms.Form):
    """A number per rank of the governing department's rate card, and its vehicles."""

    def __init__(self, *arguments: Any, policy: Policy, shift: Mapping[str, Any], **more: Any) -> None:
        super().__init__(*arguments, **more)
        card = policy.rate_card
        asked = {str(one.get("rank_code")): one.get("headcount") for one in shift.get("positions") or []}
        self.ranks = sorted(card.ranks, key=lambda rank: rank.level)
        for index, rank in enumerate(self.ranks):
            self.fields[f"rank_{rank.code}"] = forms.IntegerField(
                label=_plural(rank.name),
                help_text=f"{money_text(rank.bill_rate_cents_per_hour, policy.currency)} an hour each",
                initial=asked.get(rank.code) if asked else (1 if index == 0 else None),
                required=False,
                min_value=0,
                max_value=MAXIMUM_HEADCOUNT,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                error_messages={
                    "min_value": _("Enter a number of officers between 0 and %(limit_value)s.") % {"limit_value": 200},
                    "max_value": _("One request takes up to %(limit_value)s officers a date."),
                    "invalid": _("Enter a whole number."),
                },
            )
        if card.vehicles:
            self.fields["vehicle_code"] = forms.ChoiceField(
                label=_("Do they bring a vehicle?"),
                choices=[("", _("No vehicle")), *((one.code, _vehicle_label(one, policy)) for one in card.vehicles)],
                initial=shift.get("vehicle_code") or "",
                required=False,
                widget=forms.RadioSelect,
            )
            self.fields["vehicle_count"] = forms.IntegerField(
                label=_("How many vehicles?"), initial=shift.get("vehicle_count") or None, required=False,
                min_value=1, max_value=MAXIMUM_VEHICLES, widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip

    @property
    def rank_fields(self) -> list[forms.BoundField]:
        return [self[f"rank_{rank.code}"] for rank in self.ranks]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(f"rank_{rank.code}") for rank in self.ranks):
            self.add_error(f"rank_{self.ranks[0].code}", _("Enter how many officers you need, at least one."))
        return cleaned

    def answers(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        positions = [
            {"rank_code": rank.code, "headcount": cleaned[f"rank_{rank.code}"]}
            for rank in self.ranks
            if cleaned.get(f"rank_{rank.code}")
        ]
        vehicle_code = cleaned.get("vehicle_code") or ""
        count = (cleaned.get("vehicle_count") or 1) if vehicle_code else 0
        return {"positions": positions, "vehicle_code": vehicle_code, "vehicle_count": count}


class DetailsForm(forms.Form):
    duties = forms.CharField(
        label=_("What will the officers do?"),
        help_text=_("Anything that they should know before they say yes."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter what the officers will do.")},
    )
    meeting_point = forms.CharField(
        label=_("Where do they report?"), max_length=300, error_messages={"required": _("Enter where they report.")}
    )
    contact_name = forms.CharField(
        label=_("Who is in charge on site?"), max_length=120, error_messages={"required": _("Enter a name.")}
    )
    contact_phone = forms.CharField(
        label=_("Their phone number"), max_length=20, error_messages={"required": _("Enter a phone number.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    attire = forms.ChoiceField(label=_("Attire"), choices=[(one, one) for one in ATTIRES], initial=ATTIRES[0])
    expected_attendance = forms.IntegerField(
        label=_("How many people do you expect?"), required=False, min_value=0, max_value=MAXIMUM_ATTENDANCE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    alcohol_served = forms.BooleanField(label=_("Alcohol is served"), required=False)

    def __init__(self, *arguments: Any, questions: Sequence[Question] = (), **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.questions = list(questions)
        given = self.initial.get("attributes")
        self.fields |= question_fields(
            questions=self.questions, answers=dict(given) if isinstance(given, Mapping) else {}
        )
        kept = str(self.initial.get("attire") or "")
        if kept and kept not in ATTIRES:
            self.fields["attire"].choices = [(kept, kept), *self.fields["attire"].choices]  # type: ignore[attr-defined]

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[FIELD_PREFIX + question.fact] for question in self.questions]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        add_answer_faults(form=self, questions=self.questions)
        return cleaned

    def answers(self) -> dict[str, Any]:
        """As drafts and terms keep them: the policy's own questions together under `attributes`."""
        own = {name: value for name, value in self.cleaned_data.items() if not name.startswith(FIELD_PREFIX)}
        return {**own, "attributes": answers_of(form=self, questions=self.questions)}


class ClientForm(forms.Form):
    """Who asks and who pays."""

    kind = forms.ChoiceField(
        label=_("You ask as"),
        choices=[
            (Client.Kind.BUSINESS, _("a business or organisation")),
            (Client.Kind.PERSON, _("a private person")),
            (Client.Kind.NON_PROFIT, _("a non-profit")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you are a business, a person or a non-profit.")},
    )
    name = forms.CharField(
        label=_("Name on the contract and invoice"), max_length=160,
        error_messages={"required": _("Enter the name for the contract.")},
    )  # fmt: skip
    billing_address = forms.CharField(
        label=_("Billing address"), max_length=300, error_messages={"required": _("Enter the billing address.")},
        widget=forms.TextInput(attrs={"autocomplete": "billing street-address"}),
    )  # fmt: skip
    billing_email = forms.EmailField(
        label=_("E-mail for invoices"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label=_("Phone number"), max_length=20, error_messages={"required": _("Enter a phone number.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip


class MailLinkForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


def _plural(name: str) -> str:
    return name if name.endswith("s") else f"{name}s"


def _vehicle_label(vehicle: Any, policy: Policy) -> str:
    basis = "an hour" if vehicle.basis == "hourly" else "a shift"
    return f"{vehicle.name}, {money_text(vehicle.rate_cents, policy.currency)} {basis}"
