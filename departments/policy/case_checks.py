"""What a file of cases names and no version of the policy has: ranks, rules to except from, rules to expect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from departments.policy.codes import names_code
from departments.policy.documents import Policy
from departments.policy.refusals import Mistake

if TYPE_CHECKING:
    from departments.policy.cases import Case

# What the engine says by itself, whatever the document writes.
_OWN_RULES = (
    "barred",
    "outside-jurisdiction",
    "overlap",
    "travel-time",
    "rank",
    "minimum-service",
    "may-work-from",
    "may-work-until",
    "call-off",
)
_OWN_PREFIXES = ("status-", "credential-")


def mistakes_in_cases(cases: Sequence[Case], policies: Sequence[Policy]) -> Iterator[Mistake]:
    """`cases` stand in the file in this order."""
    ranks = list(dict.fromkeys(rank.code for policy in policies for rank in policy.rate_card.ranks))
    limits = list(dict.fromkeys(limit.id for policy in policies for limit in policy.hour_limits))
    rules = [*limits, *dict.fromkeys(rule for policy in policies for rule in _written(policy))]
    for index, case in enumerate(cases):
        path = f"cases[{index}]"
        if case.shift.rank_code and not names_code(ranks, case.shift.rank_code):
            yield Mistake(f"{path}.shift.rank", _unknown(case.shift.rank_code, "a rank of the rate card", ranks))
        for number, waiver in enumerate(case.waivers):
            if not _may_speak(waiver.rule_id, rules):
                yield Mistake(f"{path}.waivers[{number}].rule", _unknown(waiver.rule_id, "a rule of the policy", rules))
        if case.expect is None:
            continue
        expect = case.expect
        for name, wanted in (
            ("rules", expect.rules or ()),
            ("includes", expect.includes),
            ("excludes", expect.excludes),
            ("dry_run_rules", expect.dry_run_rules or ()),
        ):
            for number, rule in enumerate(wanted):
                if not _may_speak(rule, rules):
                    here = f"{path}.expect.{name}[{number}]"
                    yield Mistake(here, _unknown(rule, "a rule of the policy", rules))
        for rule in expect.numbers:
            if not _may_speak(rule, rules):
                yield Mistake(f"{path}.expect.numbers.{rule}", _unknown(rule, "a rule of the policy", rules))
        for rule in expect.measures:
            if rule not in limits:
                yield Mistake(f"{path}.expect.measures.{rule}", _unknown(rule, "an hour limit", limits))


def _written(policy: Policy) -> Iterator[str]:
    yield from (rest.id for rest in policy.rests)
    yield from (rule.id for rule in policy.eligibility.credential_rules)
    yield from (rule.id for rule in policy.conditions)
    yield from (rule.id for rule in policy.notice.rules)


def _may_speak(rule: str, rules: Sequence[str]) -> bool:
    return rule in rules or rule in _OWN_RULES or rule.startswith(_OWN_PREFIXES)


def _unknown(name: str, what: str, known: Sequence[str]) -> str:
    return f"“{name}” is not {what}; choose from {', '.join(known) or 'none'}"
