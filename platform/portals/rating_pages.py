"""Pages about ratings that several portals show alike: answering a comment, and the queue of reports."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from portals.rating_forms import DecisionForm, ReplyForm, ReportForm
from portals.refusals import add_to_form, show
from ratings import moderating
from ratings.models import Rating, RatingReport
from ratings.moderating import is_impartial
from ratings.reading import marks_read_by_department
from ratings.refusals import NotImpartial, ReportAlreadyDecided
from ratings.replying import reply

PAGE_SIZE = 25
ANSWERS: dict[str, type[forms.Form]] = {"reply": ReplyForm, "report": ReportForm}


def answer_comment(request: HttpRequest, rating: Rating, kind: str, *, back: str) -> HttpResponse:
    """`kind` is of ANSWERS: reply to a comment, or report it. `rating` was reached by the one whom it is about."""
    form = ANSWERS[kind](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        doing: dict[str, Any] = {"rating": rating, "actor": actor_of(request), "at": clock.now()}
        try:
            if kind == "reply":
                reply(**doing, **form.cleaned_data)
                messages.success(request, _("Your reply stands beside the comment now."))
            else:
                moderating.report(**doing, **form.cleaned_data)
                messages.success(request, _("Reported. Somebody who stands on neither side decides, and you are told."))
            return redirect(back)
        except Refusal as refusal:
            add_to_form(form, refusal)
    status = 422 if form.is_bound else 200
    context = {"form": form, "rating": rating, "kind": kind, "back": back}
    return render(request, "ratings/answer.html", context, status=status)


def reports_context(
    request: HttpRequest,
    reports: QuerySet[RatingReport],
    *,
    refused: tuple[UUID, DecisionForm] | None = None,
    for_department: bool = False,
) -> dict[str, Any]:
    """A page of reports, each open one with its form where this person may decide; `refused` keeps what was typed.

    `for_department`: it reads no marks before it has rated itself, or their time has come.
    """
    page = Paginator(reports, PAGE_SIZE).get_page(request.GET.get("page"))
    ratings = [one.rating for one in page]
    shown = marks_read_by_department(ratings=ratings, at=clock.now()) if for_department else {one.id for one in ratings}
    person_id: UUID = request.user.pk  # type: ignore[assignment]
    rows = [
        {
            "report": one,
            "rating": one.rating,
            "shows_marks": one.rating_id in shown,
            "is_open": one.state == RatingReport.State.OPEN,
            "may_decide": one.state == RatingReport.State.OPEN and is_impartial(rating=one.rating, person_id=person_id),
            "form": refused[1]
            if refused is not None and refused[0] == one.id
            else DecisionForm(auto_id=f"decide_{one.id}_%s"),
        }
        for one in page
    ]
    return {"page": page, "rows": rows}


def decide_report(
    request: HttpRequest, report_id: UUID, *, department_id: UUID | None
) -> tuple[UUID, DecisionForm] | None:
    """None when there is nothing to correct; else the form with what was wrong."""
    form = DecisionForm(request.POST, auto_id=f"decide_{report_id}_%s")
    if form.is_valid():
        try:
            moderating.decide(
                report_id=report_id,
                department_id=department_id,
                actor=actor_of(request),
                at=clock.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("Decided. Both sides are told, with your reason."))
            return None
        except (ReportAlreadyDecided, NotImpartial) as refusal:
            # The form is not on the page any more.
            show(request, refusal)
            return None
        except Refusal as refusal:
            add_to_form(form, refusal)
    return report_id, form
