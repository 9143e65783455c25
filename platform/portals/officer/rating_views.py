"""The officer rates sites, and reads, answers and reports what was said of them."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import access
from marketplace.models import Assignment, Officer
from portals.officer.pages import officer_page
from portals.rating_forms import SiteRatingForm
from portals.rating_pages import PAGE_SIZE, answer_comment
from portals.refusals import add_to_form
from ratings.models import Rating
from ratings.rating import rate_site
from ratings.reading import comment_about, comments_about_officer, own_ratings
from ratings.summaries import summary_of
from ratings.worked import RATED_WITHIN

_RATEABLE_SHOWN = 5


@officer_page
@require_GET
def ratings(request: HttpRequest, officer: Officer) -> HttpResponse:
    at = clock.now()
    comments = comments_about_officer(officer_id=officer.id, at=at)
    context = {
        "officer": officer,
        "summary": summary_of([officer.id])[officer.id],
        "page": Paginator(comments, PAGE_SIZE).get_page(request.GET.get("page")),
        "to_rate": _to_rate(officer, at),
    }
    return render(request, "officer/ratings.html", context)


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, officer: Officer, assignment_id: UUID) -> HttpResponse:
    assignment = access.assignment_for_officer(officer=officer, assignment_id=assignment_id)
    form = SiteRatingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            rate_site(
                assignment_id=assignment.id,
                officer=officer,
                actor=actor_of(request),
                at=clock.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("Thank you. Officers see the site's average from three ratings on."))
            return redirect("officer:ratings")
        except Refusal as refusal:
            add_to_form(form, refusal)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "officer/rate_site.html", {"assignment": assignment, "form": form}, status=status)


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, officer: Officer, rating_id: UUID, kind: str) -> HttpResponse:
    rating = comment_about(rating_id=rating_id, officer_id=officer.id, at=clock.now())
    return answer_comment(request, rating, kind, back=reverse("officer:ratings"))


def _to_rate(officer: Officer, at: datetime) -> list[Assignment]:
    """The latest shifts that are over and that the officer has said nothing of."""
    worked = (
        Assignment.objects.select_related("shift__job__client", "shift__job__venue")
        .filter(officer=officer, state=Assignment.State.CHECKED_OUT, shift__ends_at__gt=at - RATED_WITHIN)
        .order_by("-shift__ends_at")
    )
    found = list(worked[: 4 * _RATEABLE_SHOWN])
    rated = own_ratings(assignment_ids=[one.id for one in found], rater_kind=Rating.RaterKind.OFFICER)
    return [one for one in found if one.id not in rated][:_RATEABLE_SHOWN]
