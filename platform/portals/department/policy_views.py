"""The department's rules: the version in force in plain words, all versions, and publishing the next one as YAML."""

from collections.abc import Mapping
from typing import Any

import yaml
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import COORDINATORS
from accounts.models import Person
from departments.policies import list_policies, publish_policy
from departments.policy.refusals import Mistake, PolicyInvalid
from departments.policy.validation import schema
from departments.policy.yaml_reading import line_of_paths, read_yaml
from kernel import clock
from kernel.errors import NotFound, Refusal
from portals.department.desk import department_of, desk_page, show_page
from portals.department.policy_words import in_words
from portals.department.roster_views import policy_now
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
    """The version in force, or the one that `?version=` names."""
    department = department_of(request)
    versions = list_policies(department_id=department.id)
    in_force = policy_now(department)
    wanted = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.version) == wanted), None)
    if wanted and shown is None:
        raise NotFound("There is no such version.")
    if shown is None:
        shown = next((one for one in versions if in_force is not None and one.version == in_force.version), None)
    publishers = {one.published_by_person_id for one in versions if one.published_by_person_id}
    people = Person.objects.filter(id__in=publishers)
    names = {person.id: person.full_name for person in people}
    return show_page(
        request,
        "policy",
        {
            "versions": [
                (one, names.get(one.published_by_person_id, "") if one.published_by_person_id else "")
                for one in versions
            ],
            "in_force": in_force,
            "shown": shown,
            "words": in_words(shown.policy) if shown else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=COORDINATORS)
def publish(request: HttpRequest) -> HttpResponse:
    """Mistakes are listed with their path and line; nothing is published while there is one."""
    department = department_of(request)
    at = clock.now()
    mistakes: list[Mistake] = []
    if request.method == "POST":
        form = PublishForm(request.POST, request.FILES)
        if form.is_valid():
            text = form.cleaned_data["document"]
            document, mistakes = read_yaml(text)
            try:
                if not mistakes:
                    made = publish_policy(
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
        document = _as_written(versions[0].document) if versions else {}
        form = PublishForm(
            initial={
                "document": yaml.safe_dump(document, sort_keys=False, allow_unicode=True) if document else "",
                "effective_from_date": local_time(at, department.time_zone).date(),
            }
        )
    return show_page(
        request, "policy_publish", {"form": form, "mistakes": mistakes}, status=422 if form.errors else 200
    )


def _as_written(document: Mapping[str, Any]) -> dict[str, Any]:
    """In the schema's own order: the database keeps none."""
    order = list(schema()["properties"])
    return dict(sorted(document.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def _with_lines(mistakes: tuple[Mistake, ...], text: str) -> list[Mistake]:
    lines = line_of_paths(text)
    return [Mistake(one.path, one.message, one.line or _nearest(lines, one.path)) for one in mistakes]


def _nearest(lines: dict[str, int], path: str) -> int | None:
    """The line of the path itself or of the nearest thing around it that is written down."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path) if path else None
