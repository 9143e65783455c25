"""Cases beside the rules: made in a form or as YAML, run on every edit. One that fails blocks publishing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import actor_of
from accounts.desk_roles import COORDINATORS
from departments import policy_drafts
from departments.policy.case_runs import SHARED, next_key, run_beside
from departments.policy.document_paths import value_at
from departments.policy.yaml_reading import read_yaml
from departments.policy.yaml_writing import dump
from departments.policy_drafts import Draft
from departments.policy_refusals import DraftChangedMeanwhile
from kernel import clock
from kernel.errors import NotFound, Refusal
from portals.department.desk import desk_page, show_page
from portals.department.policy_editor import reading
from portals.doors import tenant_of
from portals.refusals import add_to_form, show

COMMITMENT_ROWS = 4
_BUCKETS = [
    ("", "—"), ("duty", _("Duty")), ("overtime", _("Overtime")), ("court", _("Court")), ("leave", _("Leave")),
    ("extra_duty", _("Extra duty")), ("other_employer", _("Other work")),
]  # fmt: skip
_OUTCOMES = [
    ("allow", _("Allowed")), ("warn", _("Allowed with a warning")),
    ("needs_approval", _("Needs approval")), ("deny", _("Denied")),
]  # fmt: skip


class CaseForm(forms.Form):
    """The common case in fields. What it does not know is kept when an older text is edited as YAML instead."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("What the case shows"), max_length=200, error_messages={"required": _("Say what the case shows.")}
    )
    rank = forms.CharField(label=_("Officer's rank"), max_length=40, required=False)
    status = forms.CharField(label=_("Officer's status"), max_length=40, required=False, initial="active")
    starts = forms.DateTimeField(
        label=_("The shift starts"),
        widget=forms.DateTimeInput,
        error_messages={"required": _("Enter the start of the shift."), "invalid": _("Enter a day and a time.")},
    )
    ends = forms.DateTimeField(
        label=_("The shift ends"),
        widget=forms.DateTimeInput,
        error_messages={"required": _("Enter the end of the shift."), "invalid": _("Enter a day and a time.")},
    )
    event_type = forms.CharField(label=_("Kind of event"), max_length=40, required=False)
    outcome = forms.ChoiceField(label=_("The rules should say"), choices=_OUTCOMES)
    rule = forms.CharField(
        label=_("By the rule"), max_length=60, required=False, help_text=_("Its name; empty when none should speak.")
    )

    def __init__(self, *arguments: Any, ranks: Sequence[tuple[str, str]], **named: Any) -> None:
        """`ranks` are code and name of each that the draft has; without any a code is typed."""
        super().__init__(*arguments, **named)
        if ranks:
            self.fields["rank"] = forms.ChoiceField(
                label=_("Officer's rank"), choices=[("", "—"), *ranks], required=False
            )
        for row in range(COMMITMENT_ROWS):
            self.fields[f"bucket_{row}"] = forms.ChoiceField(label=f"Work {row + 1}", choices=_BUCKETS, required=False)
            for end, label in (("from", "from"), ("until", "until")):
                self.fields[f"{end}_{row}"] = forms.DateTimeField(
                    label=f"Work {row + 1} {label}", required=False, widget=forms.DateTimeInput
                )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"bucket_{row}"], self[f"from_{row}"], self[f"until_{row}"]) for row in range(COMMITMENT_ROWS)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", _("The end must be after the start."))
        for row in range(COMMITMENT_ROWS):
            given = [cleaned.get(f"{end}_{row}") for end in ("bucket", "from", "until")]
            if any(given) and not all(given):
                self.add_error(f"bucket_{row}", _("Fill in the kind of work, its start and its end."))
        return cleaned

    def as_yaml(self) -> str:
        said = self.cleaned_data
        officer = {key: said[key] for key in ("rank", "status") if said.get(key)}
        commitments = [
            {
                "bucket": said[f"bucket_{row}"],
                "from": _local(said[f"from_{row}"]),
                "until": _local(said[f"until_{row}"]),
            }
            for row in range(COMMITMENT_ROWS)
            if said.get(f"bucket_{row}")
        ]
        shift = {"from": _local(said["starts"]), "until": _local(said["ends"])}
        if said.get("event_type"):
            shift["event_type"] = said["event_type"]
        expect: dict[str, Any] = {"outcome": said["outcome"]}
        if said.get("rule"):
            expect["includes"] = [said["rule"]]
        parts = {"name": said["name"], "officer": officer, "shift": shift, "commitments": commitments, "expect": expect}
        return dump({key: value for key, value in parts.items() if value})


def _ranks(draft: Draft) -> list[tuple[str, str]]:
    """A draft may be half written: what is no rank yet is left out."""
    rows = value_at(draft.document, ("rate_card", "ranks"))
    known = [one for one in rows if isinstance(one, Mapping)] if isinstance(rows, list) else []
    return [(str(one["code"]), str(one.get("name") or one["code"])) for one in known if one.get("code")]


class CaseTextForm(forms.Form):
    use_required_attribute = False
    text = forms.CharField(
        label=_("The case as YAML"),
        max_length=50_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "font-mono text-sm"}),
        error_messages={"required": _("Write the case.")},
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r", "")
        _data, mistakes = read_yaml(text)
        if mistakes:
            raise forms.ValidationError([str(mistake) for mistake in mistakes])
        return text


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=COORDINATORS)
def case(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A new case in fields, or with `?key=` one that is there, as YAML; `?key=shared` what the cases have in common."""
    department = tenant_of(request)
    draft = policy_drafts.draft(department_id=department.id, draft_id=draft_id)
    key = request.GET.get("key", "")
    kept = next((one for one in draft.cases if one["key"] == key), None)
    if key and kept is None and key != SHARED:
        raise NotFound("There is no such case in this draft.")
    as_text = bool(key) or request.GET.get("as") == "yaml"
    form: CaseForm | CaseTextForm
    if as_text:
        form = CaseTextForm(request.POST or None, initial={"text": kept["text"] if kept else _template(draft)})
    else:
        form = CaseForm(request.POST or None, ranks=_ranks(draft), initial={"rule": request.GET.get("rule", "")})
    if request.method == "POST" and form.is_valid():
        text = form.as_yaml() if isinstance(form, CaseForm) else form.cleaned_data["text"]
        key = key or next_key(draft.cases)
        cases = [{**one, "text": text} if one["key"] == key else one for one in draft.cases]
        if kept is None:
            cases.append({"key": key, "text": text})
        try:
            saved = _save(request, draft, cases)
        except Refusal as refusal:
            add_to_form(form, refusal)
        else:
            return _told(request, saved, key)
    return show_page(
        request,
        "policy/case",
        {
            "draft": draft,
            "form": form,
            "as_text": as_text,
            "key": key,
            "is_shared": key == SHARED,
            "run": next((run for run in run_beside(draft.document, draft.cases) if run.key == key), None),
            "seen": draft.lock_version,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@require_POST
@desk_page()
def remove_case(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    draft = policy_drafts.draft(department_id=tenant_of(request).id, draft_id=draft_id)
    key = request.POST.get("key", "")
    left = [one for one in draft.cases if one["key"] != key]
    try:
        if len(left) == len(draft.cases):
            raise NotFound("There is no such case in this draft.")
        _save(request, draft, left)
    except Refusal as refusal:
        show(request, refusal)
    else:
        messages.success(request, _("The case is removed from the draft."))
    return redirect(f"{reverse('department:policy_draft', args=[draft_id])}#cases")


def _save(request: HttpRequest, draft: Draft, cases: list[Any]) -> Draft:
    seen = request.POST.get("seen", "")
    try:
        return policy_drafts.save_cases(
            department_id=draft.department_id,
            draft_id=draft.draft_id,
            cases=cases,
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else draft.lock_version,
            actor=actor_of(request),
            at=clock.now(),
        )
    except DraftChangedMeanwhile as refusal:
        raise Refusal(
            "Somebody else changed the cases while you were writing. Save again to keep yours beside theirs."
        ) from refusal


def _told(request: HttpRequest, saved: Draft, key: str) -> HttpResponse:
    runs = [run for run in run_beside(saved.document, saved.cases) if run.key == key]
    if runs and not all(run.passed for run in runs):
        messages.warning(request, f"The case is kept, and fails: {'; '.join(p for run in runs for p in run.problems)}")
    else:
        messages.success(request, _("The case is kept, and passes."))
    return redirect(f"{reverse('department:policy_draft', args=[saved.draft_id])}#{reading.anchor('cases')}")


def _template(draft: Draft) -> str:
    ranks = [
        rank.get("code") for rank in draft.document.get("rate_card", {}).get("ranks", []) if isinstance(rank, dict)
    ]
    return dump(
        {
            "name": "Twelve hours of duty, then six of extra duty",
            "officer": {"rank": ranks[0] if ranks else "constable", "status": "active"},
            "shift": {"from": "2026-03-14 18:00", "until": "2026-03-15 00:00", "event_type": "festival"},
            "commitments": [{"bucket": "duty", "from": "2026-03-14 06:00", "until": "2026-03-14 18:00"}],
            "expect": {"outcome": "deny", "includes": ["daily-cap"]},
        }
    )


def _local(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
