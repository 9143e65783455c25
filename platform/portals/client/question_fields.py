"""A policy's own questions as fields of the details page, and their answers as facts."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.policy.questions import Answer, Question, answer_fault
from marketplace.job_facts import FIELD_PREFIX

_YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def question_fields(*, questions: Sequence[Question], answers: dict[str, Any]) -> dict[str, forms.Field]:
    """By the field's name, filled with what was answered before. None is marked optional: each needs an answer."""
    return {FIELD_PREFIX + one.fact: _field(one, answers.get(one.fact)) for one in questions}


def add_answer_faults(*, form: forms.Form, questions: Sequence[Question]) -> None:
    """Refuse what is not answered, or not by the policy's own bounds."""
    for question in questions:
        name = FIELD_PREFIX + question.fact
        if name in form.errors:
            continue
        answer = _answer(question, form.cleaned_data.get(name))
        fault = _("Answer this question.") if answer is None else answer_fault(question=question, answer=answer)
        if fault:
            form.add_error(name, fault)


def answers_of(*, form: forms.Form, questions: Sequence[Question]) -> dict[str, Answer]:
    found = {one.fact: _answer(one, form.cleaned_data.get(FIELD_PREFIX + one.fact)) for one in questions}
    return {fact: answer for fact, answer in found.items() if answer is not None}


def answers_in_words(*, questions: Sequence[Question], answers: Mapping[str, Answer]) -> list[tuple[str, str]]:
    """Question and answer for people, in the policy's order."""
    return [(one.label, _words(answers[one.fact])) for one in questions if one.fact in answers]


def _words(answer: Answer) -> str:
    if isinstance(answer, bool):
        return str(_("Yes") if answer else _("No"))
    return str(answer)


def _answer(question: Question, value: Any) -> Answer | None:
    if value in (None, ""):
        return None
    if question.kind == "yes_no":
        return bool(value == "yes")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    answer: Answer = value
    return answer


def _field(question: Question, answer: Any) -> forms.Field:
    common: dict[str, Any] = {"label": question.label, "help_text": question.help_text, "required": False}
    match question.kind:
        case "yes_no":
            initial = {True: "yes", False: "no"}.get(answer) if isinstance(answer, bool) else None
            return forms.ChoiceField(choices=_YES_NO, widget=forms.RadioSelect, initial=initial, **common)
        case "number":
            widget = forms.NumberInput(attrs={"inputmode": "numeric"})
            return forms.IntegerField(
                widget=widget, initial=answer, error_messages={"invalid": _("Enter a whole number.")}, **common
            )
        case "time":
            return forms.TimeField(
                initial=answer, error_messages={"invalid": _("Enter a time such as 22:00.")}, **common
            )
        case "choice":
            choices = [(choice, choice) for choice in question.choices]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial=answer, **common)
