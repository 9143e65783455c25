"""Drafts: started from a version, seen as sentences with what is wrong beside them, discarded; who changed what."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import actor_of
from departments import policy_drafts
from departments.policies import list_policies
from departments.policy.case_runs import run_beside
from kernel import clock
from kernel.errors import Refusal
from portals.department.desk import desk_page, show_page
from portals.department.policy_editor import reading
from portals.doors import tenant_of
from portals.refusals import add_to_form, show


class StartForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the draft"),
        max_length=120,
        help_text=_("For your own desk, like “Rates of July”."),
        error_messages={"required": _("Give the draft a name.")},
    )
    base_version = forms.TypedChoiceField(label=_("Start from"), coerce=int, empty_value=None, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def drafts(request: HttpRequest) -> HttpResponse:
    """Open drafts, and the start of another."""
    department = tenant_of(request)
    versions = list_policies(department_id=department.id)
    form = StartForm(request.POST or None)
    choices = [(one.version, f"Version {one.version}, from {one.effective_from_date:%-d %B %Y}") for one in versions]
    form.fields["base_version"].choices = choices or [("", "Nothing")]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            started = policy_drafts.start_draft(
                department_id=department.id,
                name=form.cleaned_data["name"],
                base_version=form.cleaned_data["base_version"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            return redirect("department:policy_draft", draft_id=started.draft_id)
    found = policy_drafts.list_drafts(department_id=department.id)
    names = reading.names_of(one.updated_by_person_id for one in found)
    return show_page(
        request,
        "policy/drafts",
        {
            "form": form,
            "drafts": [(one, names.get(one.updated_by_person_id) if one.updated_by_person_id else "") for one in found],
            "has_versions": bool(versions),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@require_safe
@desk_page()
def draft_page(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The whole draft in sentences; what is wrong leads to the form that corrects it."""
    department = tenant_of(request)
    draft = policy_drafts.draft(department_id=department.id, draft_id=draft_id)
    versions = list_policies(department_id=department.id)
    edits = policy_drafts.edits_of(department_id=department.id, draft_id=draft_id, limit=8)
    names = reading.names_of([*(edit.person_id for edit in edits), draft.created_by_person_id])
    mistakes = reading.plain_mistakes(draft)
    runs = run_beside(draft.document, draft.cases)
    return show_page(
        request,
        "policy/draft",
        {
            "draft": draft,
            "chapters": reading.chapters(dict(draft.document), [one.mistake for one in mistakes], runs),
            "mistakes": mistakes,
            "runs": runs,
            "failing": sum(not run.passed for run in runs),
            "edits": reading.edits_in_words(edits, names),
            "newest": versions[0] if versions else None,
            "changes": reading.change_count(draft, reading.base_of(draft, versions)),
            "replay_url": reading.replay_address(draft),
        },
    )


@require_POST
@desk_page()
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    if request.POST.get("confirmed") != "on":
        messages.error(request, _("Tick the box to discard the draft."))
        return redirect("department:policy_draft", draft_id=draft_id)
    try:
        gone = policy_drafts.discard_draft(
            department_id=department.id, draft_id=draft_id, actor=actor_of(request), at=clock.now()
        )
    except Refusal as refusal:
        show(request, refusal)
        return redirect("department:policy_draft", draft_id=draft_id)
    messages.success(request, f"The draft “{gone.name}” is discarded.")
    return redirect("department:policy_drafts")
