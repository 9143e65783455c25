"""One form for one place of a draft. What is typed is kept, right or wrong; what is wrong is said beside it."""

from typing import Any, get_args
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import actor_of
from accounts.desk_roles import COORDINATORS
from departments import policy_drafts
from departments.policies import list_policies
from departments.policy.case_runs import run_beside
from departments.policy.document_paths import Move, value_at, with_value
from departments.policy.plain_language import Sentence, rule_name
from departments.policy_drafts import Draft
from departments.policy_refusals import DraftChangedMeanwhile
from kernel import clock
from kernel.errors import InvalidInput, NotFound, Refusal
from portals.department.desk import desk_page, show_page
from portals.department.policy_editor import reading
from portals.department.policy_editor.places import Place, in_words, new_rule_in, place_at, sentences_at
from portals.department.policy_editor.rule_form import RuleForm
from portals.doors import tenant_of
from portals.refusals import show


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_read=COORDINATORS)
def rule(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """`?at=` a place that is there, or `?to=` a list that gets another rule."""
    department = tenant_of(request)
    draft = policy_drafts.draft(department_id=department.id, draft_id=draft_id)
    place, is_new = _place(request, draft)
    if request.method != "POST":
        form = RuleForm(place.part, place.value, only=place.only)
        if not is_new:
            form.is_valid()
        return _form_page(request, draft, place, is_new, form, mistakes=not is_new)
    form = RuleForm(place.part, place.value, request.POST, only=place.only)
    typed = form.typed_value()
    try:
        saved = _save(request, draft, place, is_new, typed)
    except DraftChangedMeanwhile as refusal:
        form.add_error(None, refusal.message)
        draft = policy_drafts.draft(department_id=department.id, draft_id=draft_id)
        return _form_page(request, draft, place, is_new, form, conflicts=reading.conflicting_changes(refusal.edits))
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        form.add_error(None, refusal.message)
        return _form_page(request, draft, place, is_new, form)
    at = place.at if not is_new else f"{place.at}[{len(value_at(saved.document, place.path, [])) - 1}]"
    form.add_mistakes([in_words(one) for one in saved.mistakes()], at)
    if form.errors:
        messages.warning(request, "Kept as you typed it. The draft cannot be published until this is corrected.")
        return _form_page(request, saved, place_at(saved.document, at), False, form)
    messages.success(request, f"{place.title}: saved in the draft.")
    return redirect(f"{reverse('department:policy_draft', args=[draft_id])}#{reading.anchor(at)}")


@require_POST
@desk_page()
def sentence(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What the form would say if it were saved now. Nothing is kept."""
    draft = policy_drafts.draft(department_id=tenant_of(request).id, draft_id=draft_id)
    place, is_new = _place(request, draft)
    form = RuleForm(place.part, place.value, request.POST, only=place.only)
    typed = form.typed_value()
    return render(
        request,
        "department/policy/_sentences.html",
        {"sentences": _sentences(draft, place, is_new, typed), "hints": form.errors},
    )


@require_POST
@desk_page()
def arrange(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A rule moves up or down, is doubled or taken out."""
    department = tenant_of(request)
    at, move, seen = request.POST.get("at", ""), request.POST.get("move", ""), request.POST.get("seen", "")
    given: dict[str, Any] = {
        "department_id": department.id,
        "draft_id": draft_id,
        "path": at,
        "seen": int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
        "actor": actor_of(request),
        "at": clock.now(),
    }
    try:
        chosen: Move | None = next((one for one in get_args(Move) if one == move), None)
        if chosen is None:
            raise InvalidInput("Choose what is to happen to the rule.")
        policy_drafts.arrange_draft(move=chosen, **given)
    except DraftChangedMeanwhile:
        messages.error(request, "Somebody else changed this list while you looked at it. Here it is as it stands now.")
    except Refusal as refusal:
        show(request, refusal)
    else:
        messages.success(
            request, {"duplicate": "Doubled: edit the second.", "remove": "Taken out of the draft."}.get(move, "Moved.")
        )
    around = reading.anchor(at.rpartition("[")[0])
    return redirect(f"{reverse('department:policy_draft', args=[draft_id])}#{around}")


def _place(request: HttpRequest, draft: Draft) -> tuple[Place, bool]:
    if "to" in request.GET:
        return new_rule_in(draft.document, request.GET["to"]), True
    return place_at(draft.document, request.GET.get("at", "")), False


def _save(request: HttpRequest, draft: Draft, place: Place, is_new: bool, typed: Any) -> Draft:
    who = {
        "department_id": draft.department_id,
        "draft_id": draft.draft_id,
        "actor": actor_of(request),
        "at": clock.now(),
    }
    if is_new:
        return policy_drafts.add_to_draft(path=place.at, value=typed, **who)  # type: ignore[arg-type]
    if typed in ({}, []) and place.value is None:
        return draft
    seen = request.POST.get("seen", "")
    return policy_drafts.change_draft(
        path=place.at,
        value=typed,
        seen=int(seen) if seen.isdecimal() and len(seen) < 9 else draft.lock_version,
        **who,  # type: ignore[arg-type]
    )


def _sentences(draft: Draft, place: Place, is_new: bool, value: Any) -> list[Sentence]:
    if is_new:
        end = len(value_at(draft.document, place.path, []) or [])
        return sentences_at(with_value(draft.document, (*place.path, end), value), f"{place.at}[{end}]")
    return sentences_at(with_value(draft.document, place.path, value), place.at)


def _form_page(
    request: HttpRequest,
    draft: Draft,
    place: Place,
    is_new: bool,
    form: RuleForm,
    *,
    conflicts: list[Any] | None = None,
    mistakes: bool = False,
) -> HttpResponse:
    value = form.typed_value() if form.is_bound else place.value
    found = [in_words(one) for one in draft.mistakes()] if mistakes else []
    versions = list_policies(department_id=draft.department_id)
    base = reading.base_of(draft, versions)
    name = rule_name(value)
    return show_page(
        request,
        "policy/rule",
        {
            "draft": draft,
            "place": place,
            "is_new": is_new,
            "form": form,
            "blocks": form.blocks(),
            "sentences": _sentences(draft, place, is_new, value),
            "published": sentences_at(base.document, place.at) if base and not is_new and not place.is_rule else [],
            "published_rule": _published_rule(base.document if base else {}, place, name),
            "base": base,
            "conflicts": conflicts or [],
            "place_mistakes": [one for one in found if one.path.startswith(place.at)] if place.at else [],
            "runs": [run for run in run_beside(draft.document, draft.cases) if name and name in run.rule_ids],
            "query": request.GET.urlencode() if is_new else f"at={place.at}",
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _published_rule(document: Any, place: Place, name: str) -> Sentence | None:
    """The rule of the same name as it counts in the version that the draft follows."""
    if not place.is_rule or not name:
        return None
    siblings = value_at(document, place.path[:-1], [])
    for index, one in enumerate(siblings if isinstance(siblings, list) else []):
        if rule_name(one) == name:
            return sentences_at(document, f"{place.at.rpartition('[')[0]}[{index}]")[0]
    return None
