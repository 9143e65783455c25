"""See what a policy says to cases: verdicts with reasons, as JSON. Needs no database."""

import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from departments.policy.cases import CaseResult, read_cases, run_cases
from departments.policy.documents import Policy
from departments.policy.trying import run


class Command(BaseCommand):
    help = (
        "Judge the cases of CASES.yaml by POLICY.yaml and print the verdicts as JSON. Exit code 0: as expected; "
        "1: a case differs from what it expects; 2: a mistake in a file."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("policy", metavar="POLICY.yaml")
        parser.add_argument("cases", metavar="CASES.yaml")
        parser.add_argument("--also", action="append", default=[], metavar="POLICY.yaml", help="another version")

    def handle(self, *args: Any, **options: Any) -> None:
        code = run(
            policy_paths=[options["policy"], *options["also"]],
            cases_path=options["cases"],
            judge=_judge,
            out=sys.stdout,
            error=sys.stderr,
        )
        if code:
            sys.exit(code)


def _judge(policies: Sequence[Policy], text: str) -> list[CaseResult]:
    return run_cases(policies=policies, cases=read_cases(text, time_zone=policies[0].time_zone, policies=policies))
