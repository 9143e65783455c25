"""The department's rules: the version in force in plain words, all versions, and publishing the next one as YAML."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import COORDINATORS
from departments.policies import PolicySnapshot, list_policies
from departments.policy.case_runs import run_beside
from departments.policy.refusals import Mistake, PolicyInvalid
from departments.policy.yaml_reading import line_of_paths, read_yaml
from departments.policy.yaml_writing import policy_yaml
from departments.policy_calendar import Span, spans_of, stretches
from departments.policy_drafts import list_drafts
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace.policy_publishing import publish_document
from portals.department.desk import desk_page, show_page
from portals.department.policy_editor.reading import chapters, names_of
from portals.doors import tenant_of
from portals.refusals import add_to_form
from portals.wording import local_time

LONGEST_DOCUMENT = 300_000


class PublishForm(forms.Form):
    document = forms.CharField(
        label=_("The policy as YAML"),
        max_length=LONGEST_DOCUMENT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "font-mono text-sm"}),
    )
    file = forms.FileField(label=_("Or a file"), required=False)
    effective_from_date = forms.DateField(
        label=_("In force from"), error_messages={"required": _("Enter the first day on which it counts.")}
    )
    note = forms.CharField(
        label=_("What changes, and why"), max_length=500, error_messages={"required": _("Say what changes.")}
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None:
            if upload.size > LONGEST_DOCUMENT:
                self.add_error("file", _("This file is too long for a policy."))
                return cleaned
            try:
                cleaned["document"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("This is not a text file in UTF-8."))
        if not (cleaned.get("document") or "").strip() and not self.errors:
            self.add_error("document", _("Paste the policy, or choose a file."))
        return cleaned


@require_safe
@desk_page()
def policy_page(request: HttpRequest) -> HttpResponse:
    """The version in force, or the one that `?version=` names, in plain words; when each version counts."""
    department = tenant_of(request)
    versions = list_policies(department_id=department.id)
    today = local_time(clock.now(), department.time_zone).date()
    counting = stretches(spans_of(versions))
    in_force = next((stretch.version for stretch in counting if stretch.holds(today)), None)
    wanted = request.GET.get("version", "") or str(in_force or "")
    shown = next((one for one in versions if str(one.version) == wanted), None)
    if request.GET.get("version") and shown is None:
        raise NotFound("There is no such version.")
    names = names_of(one.published_by_person_id for one in versions)
    return show_page(
        request,
        "policy",
        {
            "timeline": [
                _milestone(one, [stretch for stretch in counting if stretch.version == one.version], today, names)
                for one in versions
            ],
            "in_force": in_force,
            "shown": shown,
            "chapters": chapters(dict(shown.document), [], []) if shown else [],
            "runs": run_beside(shown.document, shown.cases) if shown else [],
            "drafts": list_drafts(department_id=department.id),
        },
    )


def _milestone(one: PolicySnapshot, counted: list[Span], today: date, names: dict[UUID, str]) -> dict[str, Any]:
    """Where a version stands on the line: past, in force, coming, or replaced before it ever counted."""
    if not counted:
        state = "replaced"
    elif any(stretch.holds(today) for stretch in counted):
        state = "in force"
    else:
        state = "coming" if counted[-1].starts > today else "past"
    return {
        "version": one,
        "stretches": counted,
        "state": state,
        "by": names.get(one.published_by_person_id, "") if one.published_by_person_id else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=COORDINATORS)
def publish(request: HttpRequest) -> HttpResponse:
    """Mistakes are listed with their path and line; nothing is published while there is one."""
    department = tenant_of(request)
    at = clock.now()
    mistakes: list[Mistake] = []
    if request.method == "POST":
        form = PublishForm(request.POST, request.FILES)
        if form.is_valid():
            text = form.cleaned_data["document"]
            document, mistakes = read_yaml(text)
            try:
                if not mistakes:
                    made = publish_document(
                        department_id=department.id,
                        document=document if isinstance(document, dict) else {},
                        effective_from_date=form.cleaned_data["effective_from_date"],
                        note=form.cleaned_data["note"],
                        actor=actor_of(request),
                        at=at,
                    )
                    messages.success(
                        request,
                        f"Version {made.version} is published; it counts from {made.effective_from_date:%d %B %Y}.",
                    )
                    return redirect("department:policy")
            except PolicyInvalid as refusal:
                mistakes = _with_lines(refusal.mistakes, text)
            except Refusal as refusal:
                add_to_form(form, refusal)
            if mistakes:
                form.add_error("document", _("Correct what is listed above; nothing was published."))
    else:
        versions = list_policies(department_id=department.id)
        form = PublishForm(
            initial={
                "document": policy_yaml(versions[0].document) if versions else "",
                "effective_from_date": local_time(at, department.time_zone).date(),
            }
        )
    return show_page(
        request, "policy_publish", {"form": form, "mistakes": mistakes}, status=422 if form.errors else 200
    )


def _with_lines(mistakes: tuple[Mistake, ...], text: str) -> list[Mistake]:
    lines = line_of_paths(text)
    return [Mistake(one.path, one.message, one.line or _nearest(lines, one.path)) for one in mistakes]


def _nearest(lines: dict[str, int], path: str) -> int | None:
    """The line of the path itself or of the nearest thing around it that is written down."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path) if path else None
