"""Work for other employers: what a department wants to know of it and who lets it. Its hours count in any case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from departments.policy.refusals import Mistake


@dataclass(frozen=True, slots=True)
class SecondaryEmploymentRules:
    """`approval_lasts_days` None: an approval stands until it is ended."""

    must_be_declared: bool = False
    approval_role: str = ""
    approval_lasts_days: int | None = None

    @property
    def needs_approval(self) -> bool:
        return self.approval_role != ""


def mistakes_of_secondary_employment(document: Mapping[str, Any]) -> Iterator[Mistake]:
    rules = document.get("secondary_employment", {})
    role = rules.get("approval_role", "")
    if rules.get("approval_lasts_days") is not None and not role:
        yield Mistake("secondary_employment.approval_role", "say which role may approve: an approval has a last day")
    if role and not rules.get("must_be_declared", False):
        yield Mistake("secondary_employment.must_be_declared", "must be true: what is not declared cannot be approved")
