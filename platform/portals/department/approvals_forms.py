"""Decisions about exceptions and other employers, as the desk writes them."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.policy.waivable import WaivableRule

_DECISIONS = [("approve", _("Approve")), ("refuse", _("Refuse"))]


def _reason(label: Any = None, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label or _("Reason"),
        help_text=help_text,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Give a reason: it stays on file and the officer reads it.")},
    )


class DecideExceptionForm(forms.Form):
    """The two buttons say which way it goes."""

    decision = forms.ChoiceField(choices=_DECISIONS, widget=forms.HiddenInput)
    expires_at = forms.DateTimeField(
        label=_("Counts until"), help_text=_("For shifts that start before then."), required=False
    )
    reason = _reason(help_text=_("The officer reads it."))


class DecideEmploymentForm(forms.Form):
    decision = forms.ChoiceField(choices=_DECISIONS, widget=forms.HiddenInput)
    approved_until_date = forms.DateField(
        label=_("Approved until"), help_text=_("Its last day. Empty: as long as the policy lets it."), required=False
    )
    conditions = forms.CharField(
        label=_("Conditions"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = _reason(help_text=_("The officer reads it."))


class EndingForm(forms.Form):
    reason = _reason()


class AskExceptionForm(forms.Form):
    """The desk asks for a member. Whoever the rule names decides."""

    rule_id = forms.ChoiceField(label=_("Rule"))
    expires_at = forms.DateTimeField(label=_("Counts until"), help_text=_("For shifts that start before then."))
    reason = _reason(_("Why it is needed"), _("Whoever decides reads it."))

    def __init__(self, *arguments: Any, rules: tuple[WaivableRule, ...] = (), **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["rule_id"].choices = [  # type: ignore[attr-defined]
            (rule.rule_id, f"{rule.words} ({rule.approval_role} decides)") for rule in rules
        ]


class DeclaredHoursForm(forms.Form):
    starts_at = forms.DateTimeField(label=_("From"))
    ends_at = forms.DateTimeField(label=_("Until"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if isinstance(starts_at, datetime) and isinstance(ends_at, datetime) and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must be after the start."))
        return data
