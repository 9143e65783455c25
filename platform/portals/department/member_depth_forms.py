"""What the member's page shows besides the roster's line: dated statuses, credentials, unit and supervisor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.member_depth import MemberDepth
from kernel import clock
from portals.department.roster_forms import STATUS_LABELS

DATED = ("probation", "leave", "sick", "light_duty", "suspended")


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=_("Status"), choices=[(one, STATUS_LABELS[one]) for one in DATED])
    from_date = forms.DateField(label=_("First day"))
    until_date = forms.DateField(
        label=_("First day without it"), required=False, help_text=_("Empty: until further notice.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500, help_text=_("Stays within the department."))


class EndForm(forms.Form):
    until_date = forms.DateField(label=_("First day without it"))


class CredentialForm(forms.Form):
    code = forms.CharField(
        label=_("Credential"), max_length=40, help_text=_("As the policy names it, like traffic-control.")
    )
    issued_date = forms.DateField(label=_("Issued"), required=False)
    expires_date = forms.DateField(label=_("Last valid day"), required=False, help_text=_("Empty: never expires."))


class PlaceForm(forms.Form):
    unit = forms.CharField(label=_("Unit"), required=False, max_length=60)
    supervisor = forms.CharField(label=_("Supervisor's badge"), required=False, max_length=20)
    rank_since_date = forms.DateField(label=_("In this rank since"), required=False)
    employee_number = forms.CharField(label=_("Employee number"), required=False, max_length=40)


def depth_forms(depth: MemberDepth) -> dict[str, Any]:
    """What the member's page shows besides the roster's line."""
    place = {
        "unit": depth.unit,
        "supervisor": depth.supervisor_badge,
        "rank_since_date": depth.rank_since_date,
        "employee_number": depth.employee_number,
    }
    return {
        "depth": depth,
        "today": clock.now().date(),
        "status_form": StatusForm(auto_id="status_%s"),
        "credential_form": CredentialForm(auto_id="credential_%s"),
        "place_form": PlaceForm(auto_id="place_%s", initial=place),
    }
