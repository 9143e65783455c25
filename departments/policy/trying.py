"""The two commands' common part: files in, one JSON document out, and an exit code. No database, no Django."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TextIO

from departments.policy.case_reading import CasesInvalid, with_lines
from departments.policy.documents import Policy
from departments.policy.loading import load_policy, load_policy_yaml
from departments.policy.refusals import Mistake, PolicyInvalid
from departments.policy.yaml_reading import read_yaml

AS_EXPECTED, DIFFERENT, MISTAKE_IN_A_FILE = 0, 1, 2


class Result(Protocol):
    @property
    def as_expected(self) -> bool: ...

    def to_json(self) -> dict[str, Any]: ...


class FileMistakes(Exception):
    """One file and all that is wrong with it."""

    def __init__(self, name: str, mistakes: Iterable[Mistake]) -> None:
        self.lines = [
            f"{name}:{mistake.line or 1}: {mistake.path or 'document'}: {mistake.message}" for mistake in mistakes
        ]
        super().__init__("\n".join(self.lines))


def run(
    *,
    policy_paths: Sequence[str],
    cases_path: str,
    judge: Callable[[Sequence[Policy], str], Sequence[Result]],
    out: TextIO,
    error: TextIO,
) -> int:
    """Print what `judge` finds to `out`; a mistake in a file goes to `error`, and nothing to `out`.

    Gives 0, or 1 when a case differs from what its file expects, or 2 for a mistake in a file.
    """
    try:
        policies = [policy for path in policy_paths for policy in read_policies(path)]
        zones = {policy.time_zone for policy in policies}
        if len(zones) > 1:
            raise FileMistakes(policy_paths[-1], [Mistake("time_zone", "differs between the versions")])
        text = _read(cases_path)
        try:
            results = judge(policies, text)
        except CasesInvalid as refusal:
            raise FileMistakes(cases_path, refusal.mistakes) from refusal
    except FileMistakes as mistakes:
        error.write(f"{mistakes}\n")
        return MISTAKE_IN_A_FILE
    told = [result.to_json() for result in results]
    different = [one for one, result in zip(told, results, strict=True) if not result.as_expected]
    document = {
        "results": told,
        "differences": [
            {"name": one.get("case") or one.get("job"), "differences": one["differences"] or [one.get("problem")]}
            for one in different
        ],
    }
    out.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return DIFFERENT if different else AS_EXPECTED


def read_policies(path: str) -> list[Policy]:
    """One document, or several under `versions`, numbered as they stand. Raises FileMistakes."""
    text = _read(path)
    data, mistakes = read_yaml(text)
    if mistakes:
        raise FileMistakes(path, mistakes)
    if not (isinstance(data, Mapping) and set(data) == {"versions"}):
        try:
            return [load_policy_yaml(text, version=1)]
        except PolicyInvalid as refusal:
            raise FileMistakes(path, refusal.mistakes) from refusal
    if not isinstance(data["versions"], list) or not data["versions"]:
        raise FileMistakes(path, [Mistake("versions", "must be a list of policies")])
    return _versions(path, text, data["versions"])


def _versions(path: str, text: str, documents: Sequence[Any]) -> list[Policy]:
    found: list[Policy] = []
    mistakes: list[Mistake] = []
    first_days: dict[date, int] = {}
    for index, document in enumerate(documents):
        own = f"versions[{index}]"
        try:
            policy = load_policy(document if isinstance(document, Mapping) else {}, version=index + 1)
        except PolicyInvalid as refusal:
            mistakes += [Mistake(f"{own}.{one.path}" if one.path else own, one.message) for one in refusal.mistakes]
            continue
        found.append(policy)
        if policy.effective_from_date in first_days:
            message = f"is also the first day of versions[{first_days[policy.effective_from_date]}]"
            mistakes.append(Mistake(f"{own}.effective_from_date", message))
        first_days[policy.effective_from_date] = index
    if mistakes:
        raise FileMistakes(path, with_lines(mistakes, text))
    return found


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileMistakes(path, [Mistake("file", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise FileMistakes(path, [Mistake("file", "is not UTF-8 text")]) from error
