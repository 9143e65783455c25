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
from departments.policy.refusals import Mistake
from departments.policy.trying import FileMistakes, read_policies


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
            versions = read_policies(str(policy))
        except FileMistakes as found:
            sys.stderr.write(f"{found}\n")
            sys.exit(2)
        cases, mistakes = read_award_cases(_text_of(bidders), policies=versions)
        if mistakes:
            _stop(bidders, mistakes)
        results = [try_award(policy=case.policy, case=case) for case in cases]
        if len(versions) > 1:
            results = [
                result | {"policy_effective_from_date": case.policy.effective_from_date.isoformat()}
                for case, result in zip(cases, results, strict=True)
            ]
        wrong = [one for case, result in zip(cases, results, strict=True) for one in differences(case, result)]
        rules = versions[0]
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
