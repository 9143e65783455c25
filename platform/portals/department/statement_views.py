"""How often officers get their statements. The papers themselves are among the department's documents."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.actors import actor_of
from accounts.desk_roles import MONEY_HANDLERS, MONEY_READERS
from billing.models import StatementSchedule
from billing.periods.schedules import choose_length, length_for
from kernel import clock
from kernel.errors import Refusal
from portals.department.desk import desk_page, show_page
from portals.doors import tenant_of
from portals.refusals import show


class ScheduleForm(forms.Form):
    length = forms.ChoiceField(
        label=_("Statements come"), choices=StatementSchedule.Length.choices, widget=forms.RadioSelect
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=MONEY_READERS, may_change=MONEY_HANDLERS)
def statements(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    form = ScheduleForm(request.POST or None, initial={"length": length_for(tenant_id=department.id)})
    if request.method == "POST" and form.is_valid():
        try:
            choose_length(
                tenant_id=department.id,
                length=form.cleaned_data["length"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            show(request, refusal)
        else:
            messages.success(request, "Saved. It holds from the next period on.")
        return redirect("department:statements")
    status = 422 if request.method == "POST" else 200
    return show_page(request, "statements", {"form": form}, status=status)
