"""A roster file previewed and applied whole, against adding the same members one by one."""

from __future__ import annotations

from datetime import date

from bench.figures import Figure, once_seconds
from bench.stage import NOW, department
from departments import roster
from departments.importing import runs
from departments.importing.roster_import import on_roster_import_started, preview_roster
from kernel.actors import system
from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from tenants.context import acting_as

_HEAD = "Badge,First name,Last name,Email,Rank,Hire date,Unit,Certifications"


def measure() -> list[Figure]:
    figures = []
    for rows in (500, 5_000):
        tenant, singles = department(f"rosters{rows}"), department(f"singles{rows}")
        content = "\n".join([_HEAD, *(_line(number) for number in range(rows))]).encode()
        with acting_as(purpose="worker"):
            ours = once_seconds(lambda tenant=tenant, content=content: _import(tenant, content))
            peer = once_seconds(lambda tenant=singles, rows=rows: _one_by_one(tenant, rows))
        figures.append(
            Figure(
                "roster import, preview and apply",
                f"{rows:,} rows",
                "rows/s",
                rows / ours,
                rows / peer,
                "one transaction for each member",
            )
        )
    return figures


def _line(number: int) -> str:
    return (
        f"B{number:05d},Robin,Ashdown {number},robin.{number}@police.example,constable,2015-06-01,"
        f"Platoon {number % 9},cpr:2027-06-30"
    )


def _import(tenant, content: bytes) -> None:  # type: ignore[no-untyped-def]
    actor = system("benchmark")
    run = runs.upload(
        department_id=tenant.id, kind="roster", file_name="roster.csv", content=content, actor=actor, at=NOW
    )
    preview_roster(department_id=tenant.id, run_id=run.run_id, at=NOW)
    runs.start(department_id=tenant.id, run_id=run.run_id, options={}, actor=actor, at=NOW)
    stored = OutboxEvent.objects.filter(name=runs.ROSTER_IMPORT_STARTED, tenant_id=tenant.id).latest("id")
    on_roster_import_started(event=Event(uuid7(), stored.name, stored.tenant_id, stored.payload, NOW), at=NOW)
    state = runs.import_run(department_id=tenant.id, run_id=run.run_id)
    if state.state != "applied":
        raise RuntimeError(f"The import was {state.state}: {state.message}")


def _one_by_one(tenant, rows: int) -> None:  # type: ignore[no-untyped-def]
    for number in range(rows):
        roster.add_member(
            department_id=tenant.id,
            badge_number=f"B{number:05d}",
            given_name="Robin",
            family_name=f"Ashdown {number}",
            work_email=f"robin.{number}@police.example",
            rank_code="constable",
            seniority_date=date(2015, 6, 1),
            actor=system("benchmark"),
            at=NOW,
        )
