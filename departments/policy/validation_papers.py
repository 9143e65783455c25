"""What does not make sense in a policy's required documents and questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from departments.policy.refusals import Mistake


def mistakes_in_papers(document: Mapping[str, Any]) -> Iterator[Mistake]:
    for index, rule in enumerate(document.get("required_documents", [])):
        path = f"required_documents[{index}]"
        for kind in sorted(set(rule.get("client_kinds", ())) & set(rule.get("exempt_client_kinds", ()))):
            yield Mistake(f"{path}.exempt_client_kinds", f"“{kind}” both must bring it and need not")
        if not rule.get("expires", True) and rule.get("valid_days_after_event", 0):
            yield Mistake(f"{path}.valid_days_after_event", "has no meaning for a document that does not run out")
    seen: dict[str, int] = {}
    for index, question in enumerate(document.get("questions", [])):
        path = f"questions[{index}]"
        fact = question["fact"]
        if fact in seen:
            yield Mistake(f"{path}.fact", f"“{fact}” is already asked by questions[{seen[fact]}]")
        seen.setdefault(fact, index)
        if question["kind"] == "choice" and len(question.get("choices", ())) < 2:
            yield Mistake(f"{path}.choices", "a choice needs two or more")
        if question["kind"] != "choice" and question.get("choices"):
            yield Mistake(f"{path}.choices", f"have no meaning for an answer of kind {question['kind']}")
        if question.get("minimum", 0) > question.get("maximum", 1_000_000):
            yield Mistake(f"{path}.minimum", "is over the maximum, so no answer would do")
