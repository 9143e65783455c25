"""One row: its papers side by side, what somebody decided, and the forms to accept, explain, split or note."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from billing.models import WorkspaceRow
from billing.workspace import deciding, reading
from kernel import clock
from kernel.errors import Refusal
from portals.doors import tenant_of
from portals.reconciliation.desk import address, came_from, listed_rows, month_slug, show_page, workspace_page
from portals.reconciliation.forms import ExplainForm, NoteForm, SplitForm
from portals.refusals import add_to_form, show


@require_safe
@workspace_page()
def row(request: HttpRequest, row_id: UUID) -> HttpResponse:
    return _show(request, row_id)


@require_POST
@workspace_page()
def accept(request: HttpRequest, row_id: UUID) -> HttpResponse:
    return _at_once(request, row_id, deciding.accept)


@require_POST
@workspace_page()
def take_back(request: HttpRequest, row_id: UUID) -> HttpResponse:
    return _at_once(request, row_id, deciding.take_back)


@require_POST
@workspace_page()
def explain(request: HttpRequest, row_id: UUID) -> HttpResponse:
    form = ExplainForm(request.POST)

    def act(**given: Any) -> Any:
        decide = deciding.dispute if form.cleaned_data["verdict"] == "dispute" else deciding.explain
        return decide(note=form.cleaned_data["note"], **given)

    return _by_form(request, row_id, form, act, "explain_form")


@require_POST
@workspace_page()
def split(request: HttpRequest, row_id: UUID) -> HttpResponse:
    form = SplitForm(request.POST)
    return _by_form(request, row_id, form, lambda **given: deciding.split(parts=form.parts(), **given), "split_form")


@require_POST
@workspace_page()
def note(request: HttpRequest, row_id: UUID) -> HttpResponse:
    form = NoteForm(request.POST)

    def act(**given: Any) -> Any:
        return deciding.add_note(text=form.cleaned_data["text"], **given)

    return _by_form(request, row_id, form, act, "note_form", stay=True)


def _at_once(request: HttpRequest, row_id: UUID, act: Callable[..., WorkspaceRow]) -> HttpResponse:
    """A script gets the row as it is now; a form goes back to its list."""
    done: WorkspaceRow | None = None
    try:
        done = act(tenant_id=tenant_of(request).id, row_id=row_id, actor=actor_of(request), at=clock.now())
    except Refusal as refusal:
        show(request, refusal)
    if done is not None and request.headers.get("HX-Request"):
        here = came_from(request, address(request, "reconciliation_rows", month=month_slug(done.month.first_date)))
        [shown] = listed_rows(request, done.month, [done], here=here)
        return show_page(request, "_row", {"row": shown, "here": here})
    return redirect(came_from(request, address(request, "reconciliation_row", row_id=row_id)))


def _by_form(
    request: HttpRequest, row_id: UUID, form: forms.Form, act: Callable[..., Any], name: str, *, stay: bool = False
) -> HttpResponse:
    here = address(request, "reconciliation_row", row_id=row_id)
    if form.is_valid():
        try:
            act(tenant_id=tenant_of(request).id, row_id=row_id, actor=actor_of(request), at=clock.now())
            messages.success(request, "The note is on file." if stay else "Decided, and on file.")
            return redirect(here if stay else came_from(request, here))
        except Refusal as refusal:
            add_to_form(form, refusal)
    return _show(request, row_id, status=422, **{name: form, "form": form})


def _show(request: HttpRequest, row_id: UUID, *, status: int = 200, **more: Any) -> HttpResponse:
    found = reading.row_of(tenant_id=tenant_of(request).id, row_id=row_id)
    slug = month_slug(found.month.first_date)
    context = {
        "row": found,
        "month": found.month,
        "slug": slug,
        "parts": found.parts.order_by("number"),
        "notes": found.notes.order_by("written_at", "id"),
        "corrections": found.corrections.select_related("month"),
        "explain_form": ExplainForm(initial={"note": found.decision_note}),
        "split_form": SplitForm(),
        "note_form": NoteForm(),
        "next": came_from(request, address(request, "reconciliation_rows", month=slug)),
        **more,
    }
    return show_page(request, "row", context, status=status)
