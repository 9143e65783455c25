"""manage.py try_award POLICY.yaml BIDDERS.yaml: what a department's order would do, as JSON. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from departments.policy.award_cases import read_award_cases
from departments.policy.award_trials import differences, try_award
from departments.policy.documents import ENGINE_VERSION
from departments.policy.loading import load_policy_yaml
from departments.policy.refusals import Mistake, PolicyInvalid


class Command(BaseCommand):
    help = (
        "Rank the bidders of a file by a policy's award order. Exit status: 1 unexpected result, 2 mistake in a file."
    )
    # A department that writes its rules has no database at hand.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("policy", type=Path)
        parser.add_argument("bidders", type=Path)

    def handle(self, *args: Any, policy: Path, bidders: Path, **options: Any) -> None:
        try:
            rules = load_policy_yaml(_text_of(policy))
        except PolicyInvalid as refusal:
            _stop(policy, refusal.mistakes)
        cases, mistakes = read_award_cases(_text_of(bidders), policy=rules)
        if mistakes:
            _stop(bidders, mistakes)
        results = [try_award(policy=rules, case=case) for case in cases]
        wrong = [one for case, result in zip(cases, results, strict=True) for one in differences(case, result)]
        answer = {
            "policy": {"name": rules.name, "sha256": rules.sha256},
            "engine_version": ENGINE_VERSION,
            "awards": results,
            "differences": wrong,
        }
        self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))
        if wrong:
            sys.exit(1)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        _stop(path, [Mistake("", f"cannot be read: {error}")])


def _stop(path: Path, mistakes: Any) -> NoReturn:
    """Every mistake with file, line and path, as `file:line: path: what`."""
    for mistake in mistakes:
        line = f":{mistake.line}" if mistake.line is not None else ""
        sys.stderr.write(f"{path}{line}: {mistake.path or 'document'}: {mistake.message}\n")
    sys.exit(2)
