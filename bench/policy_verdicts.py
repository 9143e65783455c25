"""Verdicts per second: one batch with a constant number of queries, against the same verdicts with a query for each."""

from __future__ import annotations

from datetime import timedelta

from bench.figures import Figure, median_seconds
from bench.stage import NOW, department
from bench.world import make_crew, make_job, make_past_work, make_shifts
from departments.policies import publish_policy
from departments.policy.examples import example
from kernel.actors import system
from marketplace.eligibility import judge_many, verdict_for, verdicts_for_officer
from tenants.context import acting_as

_BUCKETS = ["duty", "overtime", "court", "extra_duty"]
# Each with a limit in minutes that nobody reaches: just below what the window holds, or the rules would be refused.
_WINDOWS = (
    ("calendar_day", 1_430),
    ("rolling_24_hours", 1_430),
    ("week", 10_070),
    ("rolling_7_days", 10_070),
    ("month", 40_000),
)


def twenty_rules() -> dict[str, object]:
    """The example document with fifteen hour limits and five rests that allow everything, so that all are computed."""
    limits = [
        {"id": f"limit-{number}", "window": window, "buckets": _BUCKETS, "limit_minutes": minutes - number}
        for number in range(15)
        for window, minutes in [_WINDOWS[number % len(_WINDOWS)]]
    ]
    rests = [
        {"id": f"rest-{number}", "side": "between", "minutes": 1, "buckets": ["court"], "outcome": "warn"}
        for number in range(5)
    ]
    return {**example("ontario"), "hour_limits": limits, "rests": rests}


def measure() -> list[Figure]:
    tenant = department("verdicts")
    publish_policy(
        department_id=tenant.id,
        document=twenty_rules(),
        effective_from_date=NOW.date() - timedelta(days=100),
        note="twenty rules",
        actor=system("benchmark"),
        at=NOW,
    )
    crew = make_crew(tenant, count=200, at=NOW, duty_days=90)
    make_past_work(tenant, crew, count=200 * 45, at=NOW)
    job = make_job(tenant, at=NOW)
    starts = [NOW + timedelta(days=3, hours=5 * number) for number in range(100)]
    places = make_shifts(job, starts=starts, headcount=2, at=NOW)
    officer = crew.officers[0]
    figures = []
    with acting_as(purpose="worker"):
        for count in (50, 100):
            some = places[:count]
            ours = median_seconds(lambda some=some: verdicts_for_officer(officer=officer, places=some, at=NOW))
            peer = median_seconds(
                lambda some=some: [
                    verdict_for(officer=officer, shift=shift, position=position, at=NOW) for shift, position in some
                ],
                runs=3,
            )
            figures.append(
                Figure(
                    "one officer, many shifts, 20 rules, 90 days of history",
                    f"{count} shifts",
                    "verdicts/s",
                    count / ours,
                    count / peer,
                    "facts queried for each shift",
                )
            )
        shift, position = places[0]
        for count in (100, 200):
            officers = crew.officers[:count]
            ours = median_seconds(
                lambda officers=officers: judge_many(officers=officers, shift=shift, position=position, at=NOW)
            )
            peer = median_seconds(
                lambda officers=officers: [
                    verdict_for(officer=one, shift=shift, position=position, at=NOW) for one in officers
                ],
                runs=3,
            )
            figures.append(
                Figure(
                    "one shift, many officers, 20 rules, 90 days of history",
                    f"{count} officers",
                    "verdicts/s",
                    count / ours,
                    count / peer,
                    "facts queried for each officer",
                )
            )
    return figures
