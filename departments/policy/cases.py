"""Cases beside a policy: who would work what, and what the rules should say. `docs/policy.md` has the file format.

`read_cases` turns a text or plain data into cases, `run_cases` judges each by the version in force on its shift's date.
A case may carry what its writer expects; then the result lists every difference in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from departments.policy.call_off import judge_call_off
from departments.policy.case_checks import mistakes_in_cases
from departments.policy.case_facts import read_commitments, read_officer, read_shift, read_waivers
from departments.policy.case_reading import CasesInvalid, Reader, policy_for, read_source, refuse_mistakes
from departments.policy.documents import Policy
from departments.policy.evaluation import evaluate
from departments.policy.facts import Commitment, OfficerFacts, ShiftFacts, Waiver
from departments.policy.requests import RequestVerdict
from departments.policy.verdicts import Verdict

__all__ = ["Case", "CaseResult", "CasesInvalid", "Expectation", "policy_for", "read_cases", "run_cases"]

_SECTIONS = ("time_zone", "defaults", "officers", "schedules", "cases")
_CASE = ("name", "officer", "shift", "commitments", "waivers", "call_off_at", "expect")
_EXPECT = (
    "outcome",
    "rules",
    "includes",
    "excludes",
    "dry_run_rules",
    "measures",
    "numbers",
    "approval_roles",
    "sentence_includes",
)
_OUTCOMES = ("allow", "warn", "needs_approval", "deny")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is not said is not compared. `rules` are all rules that speak, `includes` some of them."""

    outcome: str = ""
    rules: tuple[str, ...] | None = None
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    dry_run_rules: tuple[str, ...] | None = None
    # By rule id: total minutes, or the number of shifts or days, also where the limit is kept.
    measures: Mapping[str, int] = field(default_factory=dict)
    # By rule id: numbers of its reason, by their names.
    numbers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    approval_roles: tuple[str, ...] | None = None
    sentence_includes: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """`call_off_at`: the case asks whether the officer may give the shift back at that time."""

    name: str
    officer: OfficerFacts
    shift: ShiftFacts
    commitments: tuple[Commitment, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    call_off_at: datetime | None = None
    expect: Expectation | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """`verdict` is None when no version is in force on the shift's date; `problem` then says so."""

    case: Case
    policy: Policy | None
    verdict: Verdict | RequestVerdict | None
    differences: tuple[str, ...] = ()
    problem: str = ""

    @property
    def as_expected(self) -> bool:
        return not self.differences and not self.problem

    def to_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"case": self.case.name}
        if self.policy is not None:
            told["policy"] = self.policy.reference()
        if self.verdict is not None:
            told |= self.verdict.to_json()
            told.pop("policy_version", None)
        if self.problem:
            told["problem"] = self.problem
        told["differences"] = list(self.differences)
        return told


def read_cases(
    source: str | Mapping[str, Any], *, time_zone: str = "UTC", policies: Sequence[Policy] = ()
) -> list[Case]:
    """Cases of a YAML or JSON text, or of the plain data that it reads as. Local times are of the file's `time_zone`,
    else of the one given. With `policies`, ranks and rules that none of them has are mistakes as well. Raises
    CasesInvalid with every mistake."""
    data, reader = read_source(source, time_zone=time_zone)
    reader.mapping(data, "", _SECTIONS)
    defaults = reader.mapping(data.get("defaults") or {}, "defaults", ("officer", "shift", "commitments"))
    officers = _named(reader, data, "officers")
    schedules = _named(reader, data, "schedules")
    items = reader.items(data.get("cases"), "cases")
    if not items and not reader.mistakes:
        reader.wrong("cases", "there are none; write at least one")
    found = []
    for index, item in enumerate(items):
        case = _case(reader, item, f"cases[{index}]", index, defaults, officers, schedules)
        if case is not None:
            found.append(case)
    refuse_mistakes(reader, source)
    for mistake in mistakes_in_cases(found, policies) if policies else ():
        reader.wrong(mistake.path, mistake.message)
    refuse_mistakes(reader, source)
    return found


def run_cases(*, policies: Sequence[Policy], cases: Iterable[Case]) -> list[CaseResult]:
    """Each case by the version in force on the local date of its shift's start, in the order given."""
    return [_run(policies, case) for case in cases]


def _run(policies: Sequence[Policy], case: Case) -> CaseResult:
    zone = ZoneInfo(policies[0].time_zone)
    on_date = case.shift.starts_at.astimezone(zone).date()
    policy = policy_for(policies, on_date=on_date)
    if policy is None:
        return CaseResult(case, None, None, problem=f"No version of the policy is in force on {on_date.isoformat()}.")
    verdict: Verdict | RequestVerdict
    if case.call_off_at is not None:
        verdict = judge_call_off(policy=policy, officer=case.officer, shift=case.shift, at=case.call_off_at)
    else:
        verdict = evaluate(
            policy=policy,
            officer=case.officer,
            shift=case.shift,
            commitments=case.commitments,
            waivers=case.waivers,
        )
    return CaseResult(case, policy, verdict, tuple(_differences(case.expect, verdict)) if case.expect else ())


def _case(
    reader: Reader,
    item: Any,
    path: str,
    index: int,
    defaults: Mapping[str, Any],
    officers: Mapping[str, Any],
    schedules: Mapping[str, Any],
) -> Case | None:
    data = reader.mapping(item, path, _CASE)
    shift = read_shift(reader, _over(defaults.get("shift"), data.get("shift")), f"{path}.shift", index)
    said: Any = data.get("officer")
    if isinstance(said, str):
        if said not in officers:
            reader.wrong(f"{path}.officer", f"“{said}” is not among officers")
        said = {"id": said, **(officers.get(said) or {})}
    rank_code = shift.rank_code if shift is not None else ""
    officer = read_officer(reader, _over(defaults.get("officer"), said), f"{path}.officer", rank_code)
    listed = [*reader.items(defaults.get("commitments"), "defaults.commitments")]
    listed += reader.items(data.get("commitments"), f"{path}.commitments")
    offset = len(listed) - len(data.get("commitments") or [])
    commitments = read_commitments(reader, listed, f"{path}.commitments", schedules, offset)
    waivers = read_waivers(reader, data.get("waivers"), f"{path}.waivers")
    call_off_at = None
    if data.get("call_off_at") is not None:
        call_off_at = reader.instant(data["call_off_at"], f"{path}.call_off_at")
    expect = _expectation(reader, data["expect"], f"{path}.expect") if data.get("expect") is not None else None
    if shift is None:
        return None
    name = reader.text(data, "name", path, f"case {index + 1}")
    return Case(name, officer, shift, commitments, waivers, call_off_at, expect)


def _named(reader: Reader, data: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    value = data.get(section)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        reader.wrong(section, "must be a mapping (name: …)")
        return {}
    return value


def _over(default: Any, said: Any) -> Any:
    """The case's words over the defaults; nested groups (venue, client, job) are joined, not replaced."""
    if not isinstance(default, Mapping):
        return said if said is not None else {}
    if said is None:
        return default
    if not isinstance(said, Mapping):
        return said
    joined = dict(default)
    # The end of a shift is said in one of three ways; the case's way replaces the defaults' way.
    if any(key in said for key in ("until", "hours", "minutes")):
        joined = {key: value for key, value in joined.items() if key not in ("until", "hours", "minutes")}
    for key, value in said.items():
        both = isinstance(joined.get(key), Mapping) and isinstance(value, Mapping)
        joined[key] = {**joined[key], **value} if both else value
    return joined


def _expectation(reader: Reader, value: Any, path: str) -> Expectation:
    data = reader.mapping({"outcome": value} if isinstance(value, str) else value, path, _EXPECT)
    outcome = reader.text(data, "outcome", path)
    if outcome and outcome not in _OUTCOMES:
        reader.wrong(f"{path}.outcome", f"“{outcome}” is not an outcome; choose from {', '.join(_OUTCOMES)}")
    measures = data.get("measures") or {}
    if not isinstance(measures, Mapping) or not all(isinstance(one, int) for one in measures.values()):
        reader.wrong(f"{path}.measures", "must be whole numbers by rule id")
        measures = {}
    numbers = data.get("numbers") or {}
    if not isinstance(numbers, Mapping) or not all(isinstance(one, Mapping) for one in numbers.values()):
        reader.wrong(f"{path}.numbers", "must be numbers by name, by rule id")
        numbers = {}
    return Expectation(
        outcome=outcome,
        rules=reader.texts(data, "rules", path) if data.get("rules") is not None else None,
        includes=reader.texts(data, "includes", path),
        excludes=reader.texts(data, "excludes", path),
        dry_run_rules=reader.texts(data, "dry_run_rules", path) if data.get("dry_run_rules") is not None else None,
        measures=measures,
        numbers=numbers,
        approval_roles=reader.texts(data, "approval_roles", path) if data.get("approval_roles") is not None else None,
        sentence_includes=reader.text(data, "sentence_includes", path),
    )


def _differences(expect: Expectation, verdict: Verdict | RequestVerdict) -> Iterable[str]:
    said = verdict.to_json()
    rules = sorted({reason["rule_id"] for reason in said["reasons"]})
    dry = sorted({reason["rule_id"] for reason in said["dry_run_reasons"]})
    if expect.outcome and verdict.outcome != expect.outcome:
        yield f"outcome: expected {expect.outcome}, got {verdict.outcome}"
    if expect.rules is not None and sorted(set(expect.rules)) != rules:
        yield f"rules: expected {_listed(expect.rules)}, got {_listed(rules)}"
    for rule in expect.includes:
        if rule not in rules:
            yield f"rules: expected {rule} among them, got {_listed(rules)}"
    for rule in expect.excludes:
        if rule in rules:
            yield f"rules: did not expect {rule}, got {_listed(rules)}"
    if expect.dry_run_rules is not None and sorted(set(expect.dry_run_rules)) != dry:
        yield f"dry-run rules: expected {_listed(expect.dry_run_rules)}, got {_listed(dry)}"
    totals = {one["rule_id"]: one["total_minutes"] for one in said.get("measures", ())}
    totals |= {one["rule_id"]: one["total"] for one in said.get("tallies", ())}
    for rule, total in expect.measures.items():
        if totals.get(rule) != total:
            yield f"measure {rule}: expected {total}, got {totals.get(rule, 'none')}"
    for rule, wanted in expect.numbers.items():
        found = [reason["numbers"] for reason in said["reasons"] if reason["rule_id"] == rule]
        for name, value in wanted.items():
            if not any(numbers.get(name) == value for numbers in found):
                got = [numbers.get(name) for numbers in found] or "no such reason"
                yield f"number {rule}.{name}: expected {value!r}, got {got}"
    if expect.approval_roles is not None:
        roles = sorted({one["approval_role"] for one in said["reasons"] if one["outcome"] == "needs_approval"})
        if sorted(set(expect.approval_roles)) != roles:
            yield f"approval roles: expected {_listed(expect.approval_roles)}, got {_listed(roles)}"
    sentences = [reason["sentence"] for reason in said["reasons"]]
    if expect.sentence_includes and not any(expect.sentence_includes in one for one in sentences):
        yield f"sentence: expected “{expect.sentence_includes}” in one of {sentences}"


def _listed(rules: Iterable[str]) -> str:
    return ", ".join(sorted(rules)) or "none"
