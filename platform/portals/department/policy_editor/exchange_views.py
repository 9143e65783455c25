"""YAML in and out: a draft or a version as a file, and a file into a draft with its mistakes by line and path."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from accounts.desk_roles import COORDINATORS
from departments import policy_drafts
from departments.policies import policy_snapshot
from departments.policy.case_runs import cases_of_yaml, cases_yaml
from departments.policy.cases import CasesInvalid
from departments.policy.refusals import Mistake
from departments.policy.yaml_reading import line_of_paths, read_yaml
from departments.policy.yaml_writing import policy_yaml
from kernel import clock
from kernel.errors import Refusal
from portals.department.desk import desk_page, show_page
from portals.department.policy_editor.places import form_place, in_words
from portals.doors import tenant_of
from portals.refusals import add_to_form

LONGEST_FILE = 300_000
_ENCODINGS = ("utf-8-sig", "utf-16")


class ImportForm(forms.Form):
    use_required_attribute = False
    document = forms.CharField(
        label=_("The policy as YAML"),
        max_length=LONGEST_FILE,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "font-mono text-sm"}),
    )
    file = forms.FileField(label=_("Or a file with the policy"), required=False)
    cases_file = forms.FileField(
        label=_("A file with its cases"),
        required=False,
        help_text=_("Without one the draft keeps the cases that it has."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, into in (("file", "document"), ("cases_file", "cases")):
            upload = cleaned.get(name)
            if upload is not None:
                text = _decoded(upload)
                if isinstance(text, str):
                    cleaned[into] = text
                else:
                    self.add_error(name, text[0])
        if not (cleaned.get("document") or "").strip() and not self.errors:
            self.add_error("document", _("Paste the policy, or choose a file."))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=COORDINATORS)
def import_yaml(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A text that is no YAML changes nothing. What is YAML is kept, and its mistakes are listed by line."""
    department = tenant_of(request)
    draft = policy_drafts.draft(department_id=department.id, draft_id=draft_id)
    mistakes: list[tuple[Mistake, str]] = []
    form = ImportForm(request.POST or None, request.FILES or None, initial={"seen": draft.lock_version})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["document"]
        document, unread = read_yaml(text)
        if not unread and not isinstance(document, dict):
            unread = [Mistake("", "A policy is a mapping of sections, and this is not one.", 1)]
        try:
            cases = cases_of_yaml(form.cleaned_data["cases"]) if form.cleaned_data.get("cases") else None
        except CasesInvalid as refusal:
            form.add_error("cases_file", [str(mistake) for mistake in refusal.mistakes[:20]])
        else:
            if unread:
                form.add_error("document", _("This is not readable; nothing was changed."))
                mistakes = [(mistake, "") for mistake in unread]
            else:
                try:
                    kept = policy_drafts.replace_document(
                        department_id=department.id,
                        draft_id=draft_id,
                        document=document,
                        cases=cases,
                        seen=form.cleaned_data["seen"] or draft.lock_version,
                        actor=actor_of(request),
                        at=clock.now(),
                    )
                except Refusal as refusal:
                    add_to_form(form, refusal)
                else:
                    mistakes = _with_lines(kept.mistakes(), text)
                    if not mistakes:
                        messages.success(request, _("Imported into the draft. Comments of the text are not kept."))
                        return redirect("department:policy_draft", draft_id=draft_id)
                    form.add_error(
                        "document", f"Imported into the draft, with {len(mistakes)} to correct before it is published."
                    )
                    draft = kept
    return show_page(
        request,
        "policy/import",
        {"draft": draft, "form": form, "mistakes": mistakes},
        status=422 if form.is_bound and form.errors else 200,
    )


@require_safe
@desk_page()
def export_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    draft = policy_drafts.draft(department_id=tenant_of(request).id, draft_id=draft_id)
    return _file(policy_yaml(draft.document), f"policy-draft-{draft.lock_version}.yaml")


@require_safe
@desk_page()
def export_draft_cases(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    draft = policy_drafts.draft(department_id=tenant_of(request).id, draft_id=draft_id)
    return _file(_cases_text(draft.cases), f"policy-draft-{draft.lock_version}-cases.yaml")


@require_safe
@desk_page()
def export_version(request: HttpRequest, version: int) -> HttpResponse:
    found = policy_snapshot(department_id=tenant_of(request).id, version=version)
    return _file(policy_yaml(found.document), f"policy-v{version}.yaml")


@require_safe
@desk_page()
def export_version_json(request: HttpRequest, version: int) -> HttpResponse:
    found = policy_snapshot(department_id=tenant_of(request).id, version=version)
    response = JsonResponse(found.document, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="policy-v{version}.json"'
    return response


@require_safe
@desk_page()
def export_version_cases(request: HttpRequest, version: int) -> HttpResponse:
    found = policy_snapshot(department_id=tenant_of(request).id, version=version)
    return _file(_cases_text(found.cases), f"policy-v{version}-cases.yaml")


def _cases_text(cases: Any) -> str:
    """A case that cannot be read is not left out: then the texts stand one after the other as they were typed."""
    try:
        return cases_yaml(cases) or "# There are no cases.\n"
    except CasesInvalid:
        return "".join(f"# {case['key']}\n{case['text']}\n" for case in cases)


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _decoded(upload: Any) -> str | tuple[Any]:
    if upload.size > LONGEST_FILE:
        return (_("This file is too long for a policy."),)
    content = upload.read()
    encodings = _ENCODINGS if content[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS[:1]
    for encoding in reversed(encodings):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return (_("This is not a text file in UTF-8."),)


def _with_lines(mistakes: list[Mistake], text: str) -> list[tuple[Mistake, str]]:
    lines = line_of_paths(text)
    found = []
    for mistake in mistakes:
        plain = in_words(mistake)
        found.append((Mistake(plain.path, plain.message, _line(lines, mistake.path)), form_place(plain.path)))
    return found


def _line(lines: dict[str, int], path: str) -> int | None:
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path)
