"""See what jobs cost under a policy: itemised lines in cents, each explained, as JSON. Needs no database."""

import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from departments.policy.documents import Policy
from departments.policy.quote_cases import JobResult, read_jobs, run_jobs
from departments.policy.trying import run


class Command(BaseCommand):
    help = (
        "Price the jobs of JOBS.yaml by POLICY.yaml and print every line as JSON. Exit code 0: as expected; "
        "1: a job differs from what it expects; 2: a mistake in a file."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("policy", metavar="POLICY.yaml")
        parser.add_argument("jobs", metavar="JOBS.yaml")
        parser.add_argument("--also", action="append", default=[], metavar="POLICY.yaml", help="another version")

    def handle(self, *args: Any, **options: Any) -> None:
        code = run(
            policy_paths=[options["policy"], *options["also"]],
            cases_path=options["jobs"],
            judge=_judge,
            out=sys.stdout,
            error=sys.stderr,
        )
        if code:
            sys.exit(code)


def _judge(policies: Sequence[Policy], text: str) -> list[JobResult]:
    return run_jobs(policies=policies, jobs=read_jobs(text, time_zone=policies[0].time_zone))
