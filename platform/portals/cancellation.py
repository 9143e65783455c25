"""What cancelling costs, as pages of client and desk show it before anybody confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.giving_back.cancelling import CancellationOffer, CancelledShift
from kernel.money import percent_text

BY_CHOICES = [
    ("client", _("The client asked for it")),
    ("department", _("The department’s own decision")),
    ("weather", _("The weather")),
    ("police_necessity", _("The police need their officers elsewhere")),
]


@dataclass(frozen=True)
class CancellationRow:
    """One date: what it costs by which rule, in lines for the quote-lines component. Cents."""

    shift: Any
    rule: str
    cents: int
    lines: list[dict[str, Any]]
    taxes: list[dict[str, Any]]
    subtotal_cents: int


class CancelForm(forms.Form):
    """`expected_cents` is what the page showed; when it is another sum by now the page is shown again."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    expected_cents = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, help_text: str = "", **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["reason"].help_text = help_text

    @property
    def shown_cents(self) -> int:
        """-1 when the page's own figure is missing: then nothing is what was shown."""
        value = self.cleaned_data.get("expected_cents")
        return -1 if value is None else value


def chosen_shift(value: str) -> list[UUID] | None:
    """The date that the address names; None for all of them, and for what is no identifier at all an unknown one."""
    if not value:
        return None
    try:
        return [UUID(value)]
    except ValueError:
        return [UUID(int=0)]


def rows_of(offer: CancellationOffer) -> list[CancellationRow]:
    return [_row(one) for one in offer.shifts]


def _row(one: CancelledShift) -> CancellationRow:
    if one.price is None:
        return CancellationRow(one.shift, str(_("Nothing was agreed yet, so nothing is charged.")), 0, [], [], 0)
    return CancellationRow(
        shift=one.shift,
        rule=_rule(one),
        cents=one.cents,
        lines=[
            {
                "description": line.description,
                "note": line.explanation,
                "headcount": line.headcount,
                "billable_minutes": line.billable_minutes,
                "unit_rate_cents_per_hour": line.unit_rate_cents_per_hour,
                "net_cents": line.net_cents,
            }
            for line in one.price.lines
        ],
        taxes=_taxes(one.price.taxes()),
        subtotal_cents=one.price.net_cents,
    )


def _rule(one: CancelledShift) -> str:
    if one.rule is not None:
        return one.rule.text or str(_("By the department’s cancellation table, as agreed in the contract."))
    if one.price is not None and not one.price.lines and one.shift.state == "planned":
        return str(_("It is not paid yet and nobody has been invited, so nothing is charged."))
    return str(_("No row of the department’s cancellation table fits, so nothing is charged."))


def _taxes(taxes: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"label": f"{tax.name} {percent_text(tax.rate_basis_points)}", "cents": tax.cents} for tax in taxes]
