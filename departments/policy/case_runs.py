"""The cases that stand beside a policy: kept as one YAML text each, run against a document whatever its first day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from departments.policy.cases import CaseResult, CasesInvalid, read_cases, run_cases
from departments.policy.loading import load_policy
from departments.policy.refusals import Mistake, PolicyInvalid
from departments.policy.yaml_reading import read_yaml
from departments.policy.yaml_writing import dump

# Cases share officers, schedules and defaults through one text of this key.
SHARED = "shared"
_SHARED_SECTIONS = ("time_zone", "defaults", "officers", "schedules")
# A case is about what the rules say, not since when: it is judged by this document on whatever day its shift is.
_ALWAYS = "1970-01-01"


@dataclass(frozen=True, slots=True)
class CaseRun:
    """`rule_ids` are the rules that the case names or that spoke; `said` what the rules answered."""

    key: str
    name: str
    passed: bool
    rule_ids: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def run_beside(document: Mapping[str, Any], cases: Sequence[Mapping[str, str]]) -> list[CaseRun]:
    """Every kept case, in order. What cannot be read or run has not passed, and says why."""
    shared_text = next((case["text"] for case in cases if case["key"] == SHARED), "")
    try:
        always = {key: value for key, value in document.items() if key != "effective_until_date"}
        policy = load_policy({**always, "effective_from_date": _ALWAYS})
    except PolicyInvalid as refusal:
        many = f"the draft has {len(refusal.mistakes)} mistake{'s' if len(refusal.mistakes) != 1 else ''}"
        return [
            CaseRun(case["key"], _name_of(case["text"]), False, _ids_in(case["text"]), (), (f"Cannot be run: {many}.",))
            for case in cases
            if case["key"] != SHARED
        ]
    runs = []
    for case in cases:
        if case["key"] == SHARED:
            continue
        try:
            read = read_cases(together(shared_text, case["text"]), time_zone=policy.time_zone)
            results = run_cases(policies=[policy], cases=read)
        except CasesInvalid as refusal:
            problems = tuple(f"{one.path}: {one.message}" if one.path else one.message for one in refusal.mistakes)
            runs.append(CaseRun(case["key"], _name_of(case["text"]), False, (), (), problems))
        else:
            runs += [_run(case["key"], result) for result in results]
    return runs


def together(shared_text: str, case_text: str) -> dict[str, Any]:
    """The data of a file with this one case. Raises CasesInvalid."""
    shared, case = _read(shared_text) if shared_text.strip() else {}, _read(case_text)
    if "cases" in case:
        return {**shared, **case}
    return {**shared, "cases": [case]}


def cases_yaml(cases: Sequence[Mapping[str, str]]) -> str:
    """All of them as one file, as `try_policy` reads it; empty when there is none. Raises CasesInvalid."""
    shared_text = next((case["text"] for case in cases if case["key"] == SHARED), "")
    shared = _read(shared_text) if shared_text.strip() else {}
    single = [_read(case["text"]) for case in cases if case["key"] != SHARED]
    return dump({**shared, "cases": single}) if single else ""


def cases_of_yaml(text: str) -> list[dict[str, str]]:
    """A file of cases as they are kept here. Raises CasesInvalid with lines."""
    read_cases(text)
    data, mistakes = read_yaml(text)
    if mistakes:
        raise CasesInvalid(mistakes)
    shared = {key: data[key] for key in _SHARED_SECTIONS if data.get(key)}
    kept = [{"key": SHARED, "text": dump(shared)}] if shared else []
    return kept + [{"key": f"case-{index}", "text": dump(case)} for index, case in enumerate(data["cases"], 1)]


def next_key(cases: Sequence[Mapping[str, str]]) -> str:
    taken = {case["key"] for case in cases}
    return next(key for number in range(1, len(taken) + 2) if (key := f"case-{number}") not in taken)


def _run(key: str, result: CaseResult) -> CaseRun:
    told = result.verdict.to_json() if result.verdict is not None else {}
    reasons = [*told.get("reasons", []), *told.get("dry_run_reasons", [])]
    expect = result.case.expect
    named = [*(expect.rules or ()), *expect.includes, *expect.excludes, *expect.measures] if expect else []
    problems = [*result.differences, *([result.problem] if result.problem else [])]
    if expect is None:
        problems.append("It says no outcome to expect.")
    return CaseRun(
        key=key,
        name=result.case.name,
        passed=not problems,
        rule_ids=tuple(dict.fromkeys([*named, *(str(reason["rule_id"]) for reason in reasons)])),
        said=tuple(str(reason["sentence"]) for reason in reasons) or ("Allowed.",),
        problems=tuple(problems),
    )


def _read(text: str) -> dict[str, Any]:
    data, mistakes = read_yaml(text)
    if not mistakes and not isinstance(data, dict):
        mistakes = [Mistake("", "a case is a mapping (name, officer, shift, expect)", 1)]
    if mistakes:
        raise CasesInvalid(mistakes)
    found: dict[str, Any] = data
    return found


def _name_of(text: str) -> str:
    data, _ = read_yaml(text)
    return str(data.get("name") or "A case without a name") if isinstance(data, dict) else "A case that cannot be read"


def _ids_in(text: str) -> tuple[str, ...]:
    data, _ = read_yaml(text)
    expect = data.get("expect") if isinstance(data, dict) else None
    rules = expect.get("rules") if isinstance(expect, dict) else None
    return tuple(str(one) for one in rules) if isinstance(rules, list) else ()
