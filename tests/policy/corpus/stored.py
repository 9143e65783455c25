"""Decisions as they were stored, one file for each version of the engine. Only ever added to.

`python -m tests.policy.corpus.stored` records the tables' cases for an engine version that has no file yet.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from departments.policy.cases import run_cases
from departments.policy.documents import ENGINE_VERSION
from departments.policy.snapshots import snapshot
from departments.policy.verdicts import Verdict
from tests.policy.rules_as_data.tables import cases_of, fragments, policies, shapes

FOLDER = Path(__file__).parent


def path_of(engine_version: str) -> Path:
    return FOLDER / f"engine-{engine_version}.json.gz"


def versions() -> list[str]:
    return sorted(
        path.name.removeprefix("engine-").removesuffix(".json.gz") for path in FOLDER.glob("engine-*.json.gz")
    )


def read(engine_version: str) -> list[dict[str, Any]]:
    stored = json.loads(gzip.decompress(path_of(engine_version).read_bytes()))
    assert stored["engine_version"] == engine_version
    snapshots: list[dict[str, Any]] = stored["snapshots"]
    return snapshots


def write(engine_version: str, snapshots: list[dict[str, Any]]) -> None:
    text = json.dumps({"engine_version": engine_version, "snapshots": snapshots}, separators=(",", ":"))
    path_of(engine_version).write_bytes(gzip.compress(text.encode(), mtime=0))


def recorded() -> list[dict[str, Any]]:
    found = []
    for shape in shapes():
        for result in run_cases(policies=policies(fragments(shape)), cases=cases_of(shape["shape"])):
            if isinstance(result.verdict, Verdict) and result.policy is not None:
                case = result.case
                found.append(
                    snapshot(
                        policy=result.policy,
                        officer=case.officer,
                        shift=case.shift,
                        commitments=case.commitments,
                        waivers=case.waivers,
                        verdict=result.verdict,
                    )
                )
    return found


if __name__ == "__main__":
    if path_of(ENGINE_VERSION).exists():
        raise SystemExit(f"{path_of(ENGINE_VERSION).name} exists. A changed verdict needs a new ENGINE_VERSION.")
    write(ENGINE_VERSION, recorded())
