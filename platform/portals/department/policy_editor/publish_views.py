"""The last step: what changes, from when, and why. Nothing is published while a mistake or a failing case is left."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import actor_of
from accounts.desk_roles import COORDINATORS
from departments import policy_drafts
from departments.policies import list_policies
from departments.policy.case_runs import run_beside
from departments.policy.differences import differences, yaml_difference
from departments.policy.refusals import PolicyInvalid
from departments.policy_refusals import BaseVersionOld, DraftChangedMeanwhile
from kernel import clock
from kernel.errors import Refusal
from marketplace.policy_publishing import publish_draft
from portals.department.desk import desk_page, show_page
from portals.department.policy_editor import reading
from portals.doors import tenant_of
from portals.refusals import add_to_form, show


class PublicationForm(forms.Form):
    use_required_attribute = False
    effective_from_date = forms.DateField(
        label=_("In force from"),
        help_text=_("The first day on which these rules count. Shifts that were judged already keep theirs."),
        error_messages={"required": _("Enter the first day on which it counts."), "invalid": _("Enter a date.")},
    )
    note = forms.CharField(
        label=_("What changes, and why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Officers and the union read it beside the version."),
        error_messages={"required": _("Say what changes, and why.")},
    )
    replaces_later = forms.BooleanField(
        label=_("It takes the place of versions that start later"), required=False,
        help_text=_("Only when a version that is published for the future was wrong."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=COORDINATORS)
def publish(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    department = tenant_of(request)
    draft = policy_drafts.draft(department_id=department.id, draft_id=draft_id)
    form = PublicationForm(
        request.POST or None,
        initial={"effective_from_date": draft.effective_from_date, "note": draft.note, "seen": draft.lock_version},
    )
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = form.cleaned_data
        try:
            policy_drafts.note_publication(
                department_id=department.id,
                draft_id=draft_id,
                effective_from_date=said["effective_from_date"],
                note=said["note"],
                at=clock.now(),
            )
            made = publish_draft(
                department_id=department.id,
                draft_id=draft_id,
                effective_from_date=said["effective_from_date"],
                note=said["note"],
                seen=said["seen"] or draft.lock_version,
                replaces_later=said["replaces_later"],
                actor=actor_of(request),
                at=clock.now(),
            )
        except PolicyInvalid as refusal:
            form.add_error(
                None, f"The draft has {len(refusal.mistakes)} mistakes. Correct them first; they are listed here."
            )
        except DraftChangedMeanwhile:
            form.add_error(None, _("The draft was changed since you opened this page. Read it again, then publish."))
            form.data = {**form.data.dict(), "seen": draft.lock_version}  # type: ignore[attr-defined]
        except BaseVersionOld as refusal:
            form.add_error(None, refusal.message)
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            messages.success(
                request,
                f"Version {made.version} is published; it counts from {made.effective_from_date:%-d %B %Y}.",
            )
            return redirect("department:policy")
    versions = list_policies(department_id=department.id)
    newest = versions[0] if versions else None
    base = reading.base_of(draft, versions)
    runs = run_beside(draft.document, draft.cases)
    before = newest.document if newest else {}
    return show_page(
        request,
        "policy/publish",
        {
            "draft": draft,
            "form": form,
            "newest": newest,
            "base": base,
            "is_behind": newest is not None and draft.base_version != newest.version,
            "meanwhile": differences(base.document if base else {}, before) if newest and base is not newest else [],
            "changes": differences(before, draft.document),
            "yaml": yaml_difference(
                before, draft.document, names=(f"version {newest.version}" if newest else "nothing", draft.name)
            ),
            "mistakes": reading.plain_mistakes(draft),
            "failing": [run for run in runs if not run.passed],
            "runs": runs,
            "replay_url": reading.replay_address(draft),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@require_POST
@desk_page()
def follow(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The writer has read what the newest version changed, and keeps the draft on top of it."""
    version = request.POST.get("version", "")
    try:
        policy_drafts.follow_newest(
            department_id=tenant_of(request).id,
            draft_id=draft_id,
            version=int(version) if version.isdecimal() and len(version) < 9 else 0,
            actor=actor_of(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        show(request, refusal)
    else:
        messages.success(request, f"The draft now follows version {version}. Check what it changes.")
    return redirect("department:policy_draft_publish", draft_id=draft_id)
