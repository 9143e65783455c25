"""What an agency types to offer a price: a bill and a pay rate for each rank that the request needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.agencies.pricing import Extra, OfferTerms, RankOffer
from departments.policy.documents import Policy

EXTRA_ROWS = 3
_PER = [("job", _("once for the request")), ("shift", _("for each date"))]


def cents_of(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value())


def rate_field(label: str, missing: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=7, decimal_places=2, min_value=Decimal("0.01"), error_messages={"required": missing}
    )


class OfferForm(forms.Form):
    """`ranks` are names by code, in the order of the card; taxes those of the department's own card."""

    minimum_hours = forms.DecimalField(
        label=_("Minimum hours of an officer"),
        required=False,
        max_digits=4,
        decimal_places=2,
        min_value=0,
        max_value=24,
        help_text=_("Empty: the hours as they are rounded here."),
    )
    valid_until = forms.DateTimeField(
        label=_("Valid until"), error_messages={"required": _("Say until when the offer is valid.")}
    )
    message = forms.CharField(
        label=_("Message to the client"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *arguments: Any, ranks: Mapping[str, str], policy: Policy, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.ranks, self.taxes = dict(ranks), [tax for tax in policy.rate_card.taxes if "labour" in tax.applies_to]
        for code, name in self.ranks.items():
            self.fields[f"bill_{code}"] = rate_field(f"{name}: bill rate", f"Enter what an hour of a {name} costs.")
            self.fields[f"pay_{code}"] = rate_field(f"{name}: pay rate", f"Enter what you pay a {name} for an hour.")
        for tax in self.taxes:
            self.fields[f"tax_{tax.code}"] = forms.CharField(
                label=f"Your registration number for {tax.name}",
                required=policy.rate_card.rates_include_tax,
                max_length=40,
            )
        for row in range(EXTRA_ROWS):
            self.fields[f"extra_name_{row}"] = forms.CharField(label=_("Extra"), required=False, max_length=80)
            self.fields[f"extra_amount_{row}"] = forms.DecimalField(
                label=_("Amount before tax"), required=False, max_digits=8, decimal_places=2, min_value=Decimal("0.01")
            )
            self.fields[f"extra_per_{row}"] = forms.ChoiceField(label=_("Charged"), choices=_PER, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for row in range(EXTRA_ROWS):
            name, amount = cleaned.get(f"extra_name_{row}"), cleaned.get(f"extra_amount_{row}")
            if bool(name) != bool(amount) and not self.errors.get(f"extra_amount_{row}"):
                self.add_error(f"extra_amount_{row}", "An extra needs a name and an amount.")
        return cleaned

    @property
    def rank_rows(self) -> list[tuple[str, Any, Any]]:
        return [(name, self[f"bill_{code}"], self[f"pay_{code}"]) for code, name in self.ranks.items()]

    @property
    def tax_fields(self) -> list[Any]:
        return [self[f"tax_{tax.code}"] for tax in self.taxes]

    @property
    def extra_rows(self) -> list[tuple[Any, Any, Any]]:
        return [
            (self[f"extra_name_{row}"], self[f"extra_amount_{row}"], self[f"extra_per_{row}"])
            for row in range(EXTRA_ROWS)
        ]

    @property
    def terms(self) -> OfferTerms:
        typed = self.cleaned_data
        return OfferTerms(
            ranks=tuple(
                RankOffer(code, cents_of(typed[f"bill_{code}"]), cents_of(typed[f"pay_{code}"])) for code in self.ranks
            ),
            minimum_minutes=int((typed["minimum_hours"] or 0) * 60),
            extras=tuple(
                Extra(typed[f"extra_name_{row}"], cents_of(typed[f"extra_amount_{row}"]), typed[f"extra_per_{row}"])
                for row in range(EXTRA_ROWS)
                if typed[f"extra_name_{row}"]
            ),
            tax_numbers={tax.code: typed[f"tax_{tax.code}"] for tax in self.taxes if typed[f"tax_{tax.code}"]},
        )


def initial_of(*, terms: OfferTerms, valid_until: datetime | None, message: str) -> dict[str, Any]:
    """An offer that was made before, as the form shows it."""
    initial: dict[str, Any] = {"valid_until": valid_until, "message": message}
    if terms.minimum_minutes:
        initial["minimum_hours"] = Decimal(terms.minimum_minutes) / 60
    for rank in terms.ranks:
        initial |= rates(rank.rank_code, rank.bill_rate_cents_per_hour, rank.pay_rate_cents_per_hour)
    for code, number in terms.tax_numbers.items():
        initial[f"tax_{code}"] = number
    for row, extra in enumerate(_first(terms.extras)):
        initial[f"extra_name_{row}"] = extra.name
        initial[f"extra_amount_{row}"] = amount_of(extra.amount_cents)
        initial[f"extra_per_{row}"] = extra.per
    return initial


def rates(rank_code: str, bill_cents: int, pay_cents: int) -> dict[str, Decimal]:
    return {f"bill_{rank_code}": amount_of(bill_cents), f"pay_{rank_code}": amount_of(pay_cents)}


def amount_of(cents: int) -> Decimal:
    """As it is typed, with both decimals."""
    return (Decimal(cents) / 100).quantize(Decimal("0.01"))


def _first(extras: Sequence[Extra]) -> Sequence[Extra]:
    return extras[:EXTRA_ROWS]
