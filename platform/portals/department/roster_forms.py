"""Members of the roster, as the department's own staff enter them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.policy.documents import Policy

STATUS_LABELS = {
    "active": _("Active"),
    "probation": _("On probation"),
    "leave": _("On leave"),
    "sick": _("Off sick"),
    "light_duty": _("Light duty"),
    "suspended": _("Suspended"),
    "left": _("Left"),
}
SERVING = [value for value in STATUS_LABELS if value != "left"]


def rank_choices(policy: Policy | None, *, kept: str = "") -> list[tuple[str, str]]:
    """The ranks of the rate card in force; a rank that left the card stays choosable for whoever holds it."""
    ranks = sorted(policy.rate_card.ranks, key=lambda rank: rank.level) if policy else []
    choices = [(rank.code, rank.name) for rank in ranks]
    if kept and kept not in dict(choices):
        choices.append((kept, kept.replace("-", " ").replace("_", " ").capitalize()))
    return choices


class RosterSearchForm(forms.Form):
    text = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, badge or address")}),
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All who serve")), *STATUS_LABELS.items()]
    )


class MemberForm(forms.Form):
    given_name = forms.CharField(label=_("Given name"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    badge_number = forms.CharField(label=_("Badge number"), max_length=20)
    work_email = forms.EmailField(
        label=_("Work e-mail"), help_text=_("The invitation goes there, and nowhere else."), max_length=254
    )
    rank_code = forms.ChoiceField(label=_("Rank"))
    seniority_date = forms.DateField(label=_("Serves since"), help_text=_("Decides in awards between equals."))
    status = forms.ChoiceField(label=_("Status"), choices=[(one, STATUS_LABELS[one]) for one in SERVING])
    invite = forms.BooleanField(label=_("Send the invitation now"), required=False, initial=True)

    def __init__(self, *arguments: Any, policy: Policy | None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["rank_code"].choices = rank_choices(policy)  # type: ignore[attr-defined]


class StandingForm(forms.Form):
    """What changes about a serving member. The reason stays in the department's own audit trail."""

    rank_code = forms.ChoiceField(label=_("Rank"))
    status = forms.ChoiceField(label=_("Status"), choices=[(one, STATUS_LABELS[one]) for one in SERVING])
    may_work_from_date = forms.DateField(label=_("May work details from"), required=False)
    may_work_until_date = forms.DateField(label=_("Until"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)

    def __init__(self, *arguments: Any, policy: Policy | None, kept_rank: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["rank_code"].choices = rank_choices(policy, kept=kept_rank)  # type: ignore[attr-defined]


class RemovalForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)
    confirmed = forms.BooleanField(
        label=_("Take this member off the roster"),
        help_text=_("Their future shifts are given back and they can sign in to no more jobs, from this minute."),
        error_messages={"required": _("Tick the box to confirm.")},
    )
