"""Nights of reconciliation, and the queue of what they found: explained, corrected by two people, exported."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from accounts.models import Person
from billing.books.chart import Kind
from billing.models import ReconciliationDay, WorkItem
from billing.reconciliation import corrections, work_items
from billing.reconciliation.totals import CATEGORIES
from kernel import clock
from kernel.errors import Refusal
from portals.operator.access import PAGE_SIZE, operator_page
from portals.refusals import add_to_form, show
from reports.spreadsheet_text import harmless

_STATES = {"unresolved": _("Unresolved"), "open": _("Open"), "explained": _("Explained"), "resolved": _("Resolved")}


class ExplanationForm(forms.Form):
    explanation = forms.CharField(
        label=_("Why it differs"), widget=forms.Textarea, max_length=work_items.LONGEST_EXPLANATION
    )


class CorrectionForm(forms.Form):
    account_kind = forms.ChoiceField(
        label=_("The money belongs to"), choices=[(kind, Kind(kind).label) for kind in corrections.ACCOUNTS]
    )
    reason = forms.CharField(label=_("Reason"), max_length=corrections.LONGEST_REASON)


@require_safe
@operator_page
def days(request: HttpRequest) -> HttpResponse:
    found = ReconciliationDay.objects.order_by("-date").annotate(
        unresolved=Count("opened_work", filter=Q(opened_work__state=WorkItem.State.OPEN))
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = WorkItem.objects.filter(state=WorkItem.State.OPEN).count()
    return render(request, "operator/reconciliation_days.html", {"page": page, "waiting": waiting})


@require_safe
@operator_page
def day(request: HttpRequest, date: str) -> HttpResponse:
    """The sums of one day side by side, and what was found that night."""
    found = get_object_or_404(ReconciliationDay.objects.select_related("ledger_check"), date=_date(date))
    for totals in found.totals:
        for row in totals["rows"]:
            row["label"] = CATEGORIES.get(row["category"], row["category"])
            row["difference"] = row["stripe_cents"] - row["books_cents"]
    items = found.opened_work.order_by("-amount_cents")[:PAGE_SIZE]
    context = {
        "day": found,
        "check": getattr(found, "ledger_check", None),
        "items": list(_with_age(items)),
        "breadcrumbs": [{"label": "Reconciliation", "url": reverse("operator:reconciliation")}],
    }
    return render(request, "operator/reconciliation_day.html", context)


@require_safe
@operator_page
def queue(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "unresolved")
    page = Paginator(_chosen(state), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "operator/work_items.html",
        {"page": page, "items": list(_with_age(page.object_list)), "state": state, "states": _STATES.items()},
    )


@require_safe
@operator_page
def queue_file(request: HttpRequest) -> StreamingHttpResponse:
    """The queue as it is filtered, row by row."""
    response = StreamingHttpResponse(
        _lines(request.GET.get("state", "unresolved")), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="differences.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def item(request: HttpRequest, work_item_id: UUID) -> HttpResponse:
    """One difference; POST explains it."""
    form = ExplanationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            work_items.explain(
                work_item_id=work_item_id,
                explanation=form.cleaned_data["explanation"],
                person_id=_person_id(request),
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, "The explanation is kept.")
            return redirect("operator:work_item", work_item_id=work_item_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _item_page(request, work_item_id, explanation=form)


@require_POST
@operator_page
def propose(request: HttpRequest, work_item_id: UUID) -> HttpResponse:
    form = CorrectionForm(request.POST)
    if form.is_valid():
        try:
            corrections.propose(
                work_item_id=work_item_id,
                **form.cleaned_data,
                person_id=_person_id(request),
                actor=actor_of(request),
                at=clock.now(),
            )
            messages.success(request, "The correction is proposed. Another operator must approve it.")
            return redirect("operator:work_item", work_item_id=work_item_id)
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _item_page(request, work_item_id, correction=form)


@require_POST
@operator_page
def decide(request: HttpRequest, correction_id: UUID, decision: str) -> HttpResponse:
    if decision not in ("approve", "reject"):
        raise Http404
    try:
        act = corrections.approve if decision == "approve" else corrections.reject
        decided = act(
            correction_id=correction_id, person_id=_person_id(request), actor=actor_of(request), at=clock.now()
        )
        messages.success(request, "The correction is booked." if decision == "approve" else "It was not booked.")
        return redirect("operator:work_item", work_item_id=decided.work_item_id)
    except Refusal as refusal:
        show(request, refusal)
    return redirect("operator:work_items")


def _item_page(
    request: HttpRequest,
    work_item_id: UUID,
    *,
    explanation: ExplanationForm | None = None,
    correction: CorrectionForm | None = None,
) -> HttpResponse:
    found = get_object_or_404(WorkItem.objects.select_related("opened_on"), id=work_item_id)
    corrected = list(found.corrections.order_by("-proposed_at"))
    people: set[Any] = {found.explained_by_person_id, *(one.proposed_by_person_id for one in corrected)}
    people |= {one.decided_by_person_id for one in corrected}
    names = {person.id: person.full_name for person in Person.objects.filter(id__in=people - {None})}
    form = correction or CorrectionForm()
    refused = bool((explanation and explanation.errors) or form.errors)
    context: dict[str, Any] = {
        "item": next(_with_age([found])),
        "explained_by": names.get(found.explained_by_person_id) if found.explained_by_person_id else "",
        "corrections": [
            {
                "row": one,
                "account": Kind(one.account_kind).label,
                "proposed_by": names.get(one.proposed_by_person_id, ""),
                "decided_by": names.get(one.decided_by_person_id, "") if one.decided_by_person_id else "",
                "own": one.proposed_by_person_id == _person_id(request),
            }
            for one in corrected
        ],
        "explanation_form": explanation or ExplanationForm(),
        "correction_form": form,
        "can_correct": found.compares
        and found.amount_cents
        and found.state != WorkItem.State.RESOLVED
        and not found.source.startswith("posting:")
        and not any(one.state == "proposed" for one in corrected),
        "breadcrumbs": [{"label": "Differences", "url": reverse("operator:work_items")}],
    }
    return render(request, "operator/work_item.html", context, status=422 if refused else 200)


def _chosen(state: str) -> Any:
    found = WorkItem.objects.order_by("happened_at", "id")
    if state in WorkItem.State.values:
        return found.filter(state=state)
    return found.exclude(state=WorkItem.State.RESOLVED)


def _with_age(items: Any) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for one in items:
        ends = one.resolved_at or now
        yield {"row": one, "days": max((ends - one.happened_at).days, 0)}


def _lines(state: str) -> Iterator[str]:
    class Echo:
        def write(self, line: str) -> str:
            return line

    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(
        ["kind", "source", "currency", "difference_cents", "stripe_cents", "books_cents", "happened_at", "age_days",
         "state", "cause", "what_to_do", "explanation", "resolution"]
    )  # fmt: skip
    for found in _with_age(_chosen(state).iterator(chunk_size=500)):
        one = found["row"]
        yield writer.writerow(
            [one.kind, harmless(one.source), one.currency, one.amount_cents, one.stripe_cents, one.books_cents,
             one.happened_at.isoformat(), found["days"], one.state, harmless(one.cause), harmless(one.remedy),
             harmless(one.explanation), harmless(one.resolution)]
        )  # fmt: skip


def _date(text: str) -> Any:
    found = forms.DateField(required=False)
    try:
        return found.clean(text)
    except forms.ValidationError as error:
        raise Http404 from error


def _person_id(request: HttpRequest) -> UUID:
    return request.user.id  # type: ignore[union-attr,return-value]
