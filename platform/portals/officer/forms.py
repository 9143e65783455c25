"""What officers type: filters, phone, home, wishes, the joining code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.feed_queries import FeedWishes
from marketplace.incidents import REPORT_NUMBER_LENGTH
from marketplace.models import DutyEvent
from messaging.consents import CONSENT_WORDING
from portals.officer.cards import SORTS
from portals.officer.travel import radius_choices
from portals.officer.words import EVENT_NAMES

LENGTHS = {"": _("Any length"), "short": _("Up to 4 hours"), "middle": _("4 to 8 hours"), "long": _("8 hours and more")}
_LENGTH_MINUTES = {"short": (None, 240), "middle": (240, 480), "long": (480, None)}


class FeedFilter(forms.Form):
    """Each field narrows the feed; one that cannot be read narrows nothing."""

    sort = forms.ChoiceField(label=_("Order"), required=False, choices=SORTS.items)
    from_date = forms.DateField(label=_("From"), required=False, widget=forms.DateInput)
    until_date = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput)
    minimum_pay = forms.IntegerField(label=_("Pay at least"), required=False, min_value=1, max_value=100_000)
    length = forms.ChoiceField(label=_("Length"), required=False, choices=LENGTHS.items)
    event_type = forms.ChoiceField(
        label=_("Kind of work"), required=False, choices=lambda: [("", _("Any kind")), *EVENT_NAMES.items()]
    )
    only_allowed = forms.BooleanField(label=_("Only what the rules allow me"), required=False)

    def wishes(self) -> FeedWishes:
        self.is_valid()
        answers = self.cleaned_data if self.is_bound else {}
        shortest, longest = _LENGTH_MINUTES.get(answers.get("length", ""), (None, None))
        pay = answers.get("minimum_pay")
        return FeedWishes(
            from_date=answers.get("from_date"),
            until_date=answers.get("until_date"),
            minimum_pay_cents=None if pay is None else pay * 100,
            event_type=answers.get("event_type", ""),
            shortest_minutes=shortest,
            longest_minutes=longest,
            only_free=answers.get("only_allowed", False),
            order=answers.get("sort") or "distance",
        )


class JoiningForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the e-mail"),
        max_length=20,
        help_text=_("Eight letters and digits, like BCDF2345."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        error_messages={"required": _("Enter the code from the invitation.")},
    )
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=200,
        strip=False,
        help_text=_("At least 8 characters, and not one that is used everywhere."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
        error_messages={"required": _("Choose a password to sign in with later.")},
    )
    accept_terms = forms.BooleanField(
        label=_("I accept the terms of service"),
        error_messages={"required": _("Accept the terms of service to open an account.")},
    )


class JoiningSignedInForm(forms.Form):
    code = JoiningForm.base_fields["code"]


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        help_text=_("With its area code, like 905 555 0134. We text you a code to prove that it is yours."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Enter your mobile number.")},
    )


class PhoneCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        help_text=_("Six digits. The code works for 10 minutes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _("Enter the code that we texted to you.")},
    )
    consent = forms.BooleanField(label=_(CONSENT_WORDING), required=False)


class TravelRadiusForm(forms.Form):
    travel_radius_metres = forms.TypedChoiceField(label=_("How far do you travel?"), coerce=int)

    def __init__(self, *arguments: Any, country: str, current: int, **named: Any) -> None:
        super().__init__(*arguments, **named)
        choices = radius_choices(country)
        nearest = min((metres for metres, _words in choices), key=lambda metres: abs(metres - current))
        field: Any = self.fields["travel_radius_metres"]
        field.choices = choices
        field.initial = nearest


class HomeForm(TravelRadiusForm):
    address = forms.CharField(
        label=_("Postal code, or city and province or state"),
        max_length=300,
        help_text=_("Only used to find work near you. Clients, departments and agencies never see it."),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
        error_messages={"required": _("Enter the postal code or the city from where you set out.")},
    )
    field_order = ["address", "travel_radius_metres"]


class WishesForm(forms.Form):
    wants_sms = forms.BooleanField(label=_("By text message"), required=False)
    wants_email = forms.BooleanField(label=_("By e-mail"), required=False)


class TellForm(forms.Form):
    """A break, a call to duty or an incident; the button says which. No field takes a sentence."""

    kind = forms.ChoiceField(choices=DutyEvent.Kind.choices, widget=forms.HiddenInput)
    punch_id = forms.UUIDField(widget=forms.HiddenInput)
    category = forms.ChoiceField(
        label=_("What is it?"),
        choices=[*DutyEvent.DutyCategory.choices, *DutyEvent.IncidentCategory.choices],
        required=False,
    )
    report_number = forms.CharField(
        label=_("Your department's report number"),
        max_length=REPORT_NUMBER_LENGTH,
        required=False,
        help_text=_("Only the number; what happened belongs into the report. You can add it later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class ClockForm(forms.Form):
    """The way without a script: no position, so clocking in takes a reason and a coordinator looks at it."""

    kind = forms.ChoiceField(choices=[("in", "In"), ("out", "Out")], widget=forms.HiddenInput)
    punch_id = forms.UUIDField(widget=forms.HiddenInput)
    reason_given = forms.CharField(
        label=_("Why is there no position?"),
        max_length=300,
        required=False,
        help_text=_("For example: no signal inside the arena. Your coordinator reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
