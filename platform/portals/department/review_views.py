"""Punches that prove too little, one after the other: looked at on a map, and accepted or rejected with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import ON_THE_DAY
from kernel import clock
from kernel.errors import Refusal
from marketplace import reviews
from portals.department.desk import desk_page, show_page
from portals.department.hours_forms import ReviewForm, ReviewManyForm
from portals.department.review_reading import read_review
from portals.doors import tenant_of
from portals.refusals import add_to_form

_COMMON_REASONS = ("Seen on site.", "Weak signal at this venue.", "The officer explained it.", "Was not at the site.")


@require_safe
@desk_page()
def punch(request: HttpRequest, clock_event_id: UUID) -> HttpResponse:
    return _show(request, clock_event_id, ReviewForm())


@require_POST
@desk_page(may_change=ON_THE_DAY)
def decide(request: HttpRequest, clock_event_id: UUID) -> HttpResponse:
    """The next one that waits follows by itself."""
    department = tenant_of(request)
    following = read_review(department_id=department.id, clock_event_id=clock_event_id).next_id
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            accepted = form.cleaned_data["decision"] == "accept"
            reviews.resolve_review(
                clock_event_id=clock_event_id,
                department_id=department.id,
                accept=accepted,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                at=clock.now(),
            )
            said = "The punch is accepted." if accepted else "The punch is rejected: set the hours of that shift."
            messages.success(request, said)
            if following is None:
                return redirect(f"{reverse('department:timesheets')}?view=review")
            return redirect("department:punch", clock_event_id=following)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, clock_event_id, form, status=422)


@require_POST
@desk_page(may_change=ON_THE_DAY)
def decide_many(request: HttpRequest) -> HttpResponse:
    """Several at once, with one reason. What somebody else decided meanwhile is left as it is, and counted."""
    department = tenant_of(request)
    form = ReviewManyForm(request.POST)
    form.fields["punches"].choices = [(one, one) for one in request.POST.getlist("punches")]  # type: ignore[attr-defined]
    if not form.is_valid():
        for problem in form.errors.values():
            messages.error(request, str(problem[0]))
        return redirect(f"{reverse('department:timesheets')}?view=review")
    judged = reviews.resolve_reviews(
        clock_event_ids=form.cleaned_data["punches"],
        department_id=department.id,
        accept=form.cleaned_data["decision"] == "accept",
        reason=form.cleaned_data["reason"],
        actor=actor_of(request),
        at=clock.now(),
    )
    done = "accepted" if form.cleaned_data["decision"] == "accept" else "rejected"
    messages.success(request, f"{judged.decided} punch{'' if judged.decided == 1 else 'es'} {done}.")
    if judged.gone:
        messages.warning(request, f"{judged.gone} of them had been decided by somebody else meanwhile.")
    if judged.own:
        messages.warning(request, f"Your own are left for a colleague: {judged.own}.")
    return redirect(f"{reverse('department:timesheets')}?view=review")


def _show(request: HttpRequest, clock_event_id: UUID, form: ReviewForm, *, status: int = 200) -> HttpResponse:
    page = read_review(department_id=tenant_of(request).id, clock_event_id=clock_event_id)
    assignment = page.event.assignment
    return show_page(
        request,
        "punch",
        {
            "page": page,
            "event": page.event,
            "assignment": assignment,
            "shift": assignment.shift,
            "job": assignment.shift.job,
            "form": form,
            "common_reasons": _COMMON_REASONS,
            "page_has_errors": status == 422,
        },
        status=status,
    )
