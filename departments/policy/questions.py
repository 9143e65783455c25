"""Questions that a department adds to a request, because its rules ask for facts that nobody knows otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from departments.policy.codes import names_code

if TYPE_CHECKING:
    from departments.policy.documents import Policy

Answer = bool | int | str
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Question:
    """`fact` is the name under which rules find the answer, e.g. `venue.alcohol_revenue_percent`."""

    fact: str
    label: str
    kind: Literal["number", "yes_no", "time", "choice"]
    choices: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()
    help_text: str = ""
    minimum: int = 0
    maximum: int = 1_000_000


def questions_for(*, policy: Policy, event_type: str) -> list[Question]:
    """Those that the policy asks about this kind of event, in its order."""
    return [
        question
        for question in policy.questions
        if not question.event_types or names_code(question.event_types, event_type)
    ]


def answer_fault(*, question: Question, answer: Any) -> str:
    """What is wrong with an answer, as a sentence; empty when it can be kept."""
    match question.kind:
        case "yes_no":
            return "" if isinstance(answer, bool) else "Answer yes or no."
        case "number":
            if not isinstance(answer, int) or isinstance(answer, bool):
                return "Enter a whole number."
            if question.minimum <= answer <= question.maximum:
                return ""
            return f"Enter a number between {question.minimum:,} and {question.maximum:,}, not {answer:,}."
        case "time":
            return "" if isinstance(answer, str) and _CLOCK_TIME.fullmatch(answer) else "Enter a time such as 22:00."
        case "choice":
            return "" if answer in question.choices else f"Choose one of: {', '.join(question.choices)}."


def kept_answers(*, policy: Policy, event_type: str, answers: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers to questions that are asked; what an earlier event type or place asked is left behind."""
    asked = {question.fact for question in questions_for(policy=policy, event_type=event_type)}
    return {fact: answer for fact, answer in answers.items() if fact in asked}
