"""The tables: a fragment of a policy, and the cases and jobs that its words imply, on both sides of every boundary."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from departments.policy.cases import Case, read_cases, run_cases
from departments.policy.documents import Policy
from departments.policy.loading import load_policy, policy_of_checked
from departments.policy.quote_cases import Job, read_jobs, run_jobs
from departments.policy.yaml_reading import read_yaml

FOLDER = Path(__file__).parent / "shapes"
ZONE = "America/Toronto"


def rank(code: str, bill: int, pay: int, level: int) -> dict[str, Any]:
    name = code.replace("-", " ").capitalize()
    return {
        "code": code,
        "name": name,
        "bill_rate_cents_per_hour": bill,
        "pay_rate_cents_per_hour": pay,
        "level": level,
    }


BASE: dict[str, Any] = {
    "name": "Rivermouth Police",
    "currency": "CAD",
    "time_zone": ZONE,
    "effective_from_date": "2010-01-01",
    "rate_card": {
        "ranks": [
            rank("officer", 6000, 5000, 1),
            rank("sergeant", 9000, 7000, 2),
            rank("staff-sergeant", 12000, 9000, 3),
        ]
    },
}


@cache
def shapes() -> tuple[dict[str, Any], ...]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        data, mistakes = read_yaml(path.read_text(encoding="utf-8"))
        assert not mistakes, f"{path.name}: {mistakes[0]}"
        found += data
    names = [shape["shape"] for shape in found]
    assert len(names) == len(set(names))
    return tuple(found)


def fragments(shape: dict[str, Any]) -> list[dict[str, Any]]:
    """The versions of the shape's policy, as the table writes them. To be changed in place by the mutations."""
    if "versions" in shape:
        return deepcopy(shape["versions"])
    return [{**deepcopy(shape.get("policy") or {}), **({"card": deepcopy(shape["card"])} if "card" in shape else {})}]


def policies(parts: list[dict[str, Any]], *, checked: bool = True) -> list[Policy]:
    """Raises PolicyInvalid. Unchecked is many times faster."""
    found = []
    for number, part in enumerate(parts, start=1):
        sections = {key: value for key, value in part.items() if key != "card"}
        document = {**deepcopy(BASE), **sections}
        document["rate_card"] = {**document["rate_card"], **part.get("card", {})}
        found.append(load_policy(document, version=number) if checked else policy_of_checked(document, number))
    return found


def differences(shape: dict[str, Any], rules: list[Policy]) -> list[str]:
    """What the engine says otherwise than the table."""
    found = []
    for number, result in enumerate(run_cases(policies=rules, cases=cases_of(shape["shape"])), start=1):
        found += [f"case {number}: {one}" for one in (*result.differences, *filter(None, [result.problem]))]
    for number, priced in enumerate(run_jobs(policies=rules, jobs=jobs_of(shape["shape"])), start=1):
        found += [f"job {number}: {one}" for one in (*priced.differences, *filter(None, [priced.problem]))]
    return found


@cache
def cases_of(name: str) -> list[Case]:
    shape = next(one for one in shapes() if one["shape"] == name)
    cases = read_cases({"cases": shape["cases"]}, time_zone=ZONE) if shape.get("cases") else []
    assert all(case.expect is not None for case in cases), "a case without an expectation proves nothing"
    return cases


@cache
def jobs_of(name: str) -> list[Job]:
    shape = next(one for one in shapes() if one["shape"] == name)
    jobs = read_jobs({"jobs": shape["jobs"]}, time_zone=ZONE) if shape.get("jobs") else []
    assert all(job.expect is not None for job in jobs), "a job without an expectation proves nothing"
    return jobs
