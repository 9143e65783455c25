"""Two complete policies with invented names, for demonstrations and as a start for a department's own."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any

import yaml

from departments.policy.canonical import plain

NAMES = ("ontario", "us")


def example_text(name: str) -> str:
    if name not in NAMES:
        raise KeyError(name)
    return resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def example(name: str) -> dict[str, Any]:
    """Plain data for `load_policy`: "ontario" (CAD, payroll, rates with HST) or "us" (USD, direct, admin fee)."""
    return deepcopy(_read(name))


@cache
def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = plain(yaml.safe_load(example_text(name)))
    return data
