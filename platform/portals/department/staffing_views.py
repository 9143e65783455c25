"""Staffing one shift from the desk: who bid, who was offered a place and what they said, and a place given by hand."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import DECIDERS
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace import access, answering, manual_awards
from marketplace.award_reading import explanation_for_desk
from marketplace.invitation_reading import invited_officers, rounds_of
from marketplace.models import Assignment, Bid, Offer, Shift
from marketplace.offer_reading import offers_of_shift, officers_for_hand
from portals.department.desk import desk_page, show_page
from portals.doors import roles_of, tenant_of
from portals.refusals import add_to_form, show

_SHOWN = 200


class ByHandForm(forms.Form):
    rank_code = forms.ChoiceField(label=_("Position"))
    officer_id: Any = forms.ModelChoiceField(
        label=_("Officer"), queryset=None, error_messages={"required": _("Choose the officer.")}
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It is kept with the award, and every bidder can read it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *arguments: Any, shift: Shift, **named: Any) -> None:
        named.setdefault("auto_id", "hand_%s")
        super().__init__(*arguments, **named)
        ranks: Any = self.fields["rank_code"]
        people: Any = self.fields["officer_id"]
        ranks.choices = [(one.rank_code, one.rank_name) for one in shift.positions.all()]
        people.queryset = officers_for_hand(shift)


@require_safe
@desk_page()
def staffing(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    shift = access.shift_for_department(department_id=tenant_of(request).id, shift_id=shift_id)
    return _page(request, shift)


@require_POST
@desk_page(may_change=DECIDERS)
def award_by_hand(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    roles = roles_of(request)
    shift = access.shift_for_department(department_id=department.id, shift_id=shift_id)
    manual_awards.require_role(department_id=department.id, shift=shift, roles=roles)
    form = ByHandForm(request.POST, shift=shift)
    if form.is_valid():
        officer = form.cleaned_data["officer_id"]
        try:
            award = manual_awards.award_by_hand(
                department_id=department.id,
                shift_id=shift.id,
                officer_id=officer.id,
                rank_code=form.cleaned_data["rank_code"],
                reason=form.cleaned_data["reason"],
                roles=roles,
                actor=actor_of(request),
                at=clock.now(),
            )
        except NotFound:
            raise
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(request, f"The place is {officer.display_name}'s.")
            return redirect("department:award", award_id=award.id)
    return _page(request, shift, form=form, status=422)


@require_POST
@desk_page()
def record_answer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """What the officer said on the telephone."""
    department = tenant_of(request)
    try:
        offer = answering.record_answer(
            department_id=department.id,
            offer_id=offer_id,
            answer=request.POST.get("answer", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        show(request, refusal)
        offer = Offer.objects.get(id=offer_id)
    else:
        messages.success(request, f"Noted: {offer.officer.display_name}, {offer.state}.")
    return redirect("department:staffing", shift_id=offer.shift_id)


def _page(request: HttpRequest, shift: Shift, *, form: ByHandForm | None = None, status: int = 200) -> HttpResponse:
    at = clock.now()
    live = list(
        Assignment.objects.filter(shift=shift, state__in=Assignment.COMMITTED_STATES)
        .select_related("officer", "position")
        .order_by("created_at")
    )
    bids = shift.bids.exclude(state=Bid.State.WITHDRAWN).select_related("officer", "position")
    shown = list(bids.order_by("place", "placed_at")[:_SHOWN])
    for bid in shown:
        bid.explanation = explanation_for_desk(
            bid.explanation, home_id=bid.officer.home_department_id, desk_id=shift.governing_department_id
        )
    return show_page(
        request,
        "staffing",
        {
            "shift": shift,
            "job": shift.job,
            "at": at,
            "live": live,
            "bids": shown,
            "offers": offers_of_shift(shift)[:_SHOWN],
            "rounds": rounds_of(shift=shift),
            "invited": invited_officers(shift=shift),
            "takes_more": manual_awards.may_be_given(shift=shift, at=at),
            "has_begun": shift.starts_at <= at,
            "may_award": bool(set(roles_of(request)) & set(DECIDERS)),
            "form": form or ByHandForm(shift=shift),
        },
        status=status,
    )
