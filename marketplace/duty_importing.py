"""The duty schedule comes in under the same officer locks as an award takes: whoever is second sees the first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.importing import duty_import, runs
from departments.importing.duty_import import DutyImported, Window
from departments.importing.duty_rows import DutyRow
from departments.refusals import ImportHasMoved, ScheduleRefused
from kernel.actors import Actor
from kernel.subscriptions import Event
from marketplace.assigning import locked_officers
from marketplace.duty_conflicts import review_conflicts


@dataclass(frozen=True, slots=True)
class DutyTaken:
    added: int
    removed: int
    unchanged: int
    conflicts: int


def import_duty(
    *,
    department_id: UUID,
    source: str,
    rows: Sequence[DutyRow],
    window: Window | None = None,
    named: Collection[str] = (),
    actor: Actor,
    at: datetime,
) -> DutyTaken:
    """Lock the officers, replace what `source` said of them for that time, review conflicts: one transaction.

    Raises ScheduleRefused.
    """
    done, opened = _take(department_id, source, rows, window, named, actor, at)
    return DutyTaken(done.added, done.removed, done.unchanged, opened)


def on_duty_import_started(*, event: Event, at: datetime) -> None:
    """Handler of departments.duty_import_started. In the delivery's one transaction: a dead worker leaves nothing."""
    department_id, run_id = UUID(event.payload["department_id"]), UUID(event.payload["run_id"])
    try:
        run = runs.import_run(department_id=department_id, run_id=run_id)
        with transaction.atomic():
            rows = duty_import.rows_of_run(department_id=department_id, run_id=run_id)
            runs.tell_percent(run_id, 20)
            actor = runs.starter(department_id=department_id, run_id=run_id)
            done, opened = _take(department_id, "import", rows, None, (), actor, at)
    except ImportHasMoved:
        return
    except ScheduleRefused as refusal:
        duty_import.finish_run(
            department_id=department_id, run_id=run.run_id, done=None, message=refusal.message, conflicts=0, at=at
        )
        return
    told = f"{done.added} added, {done.removed} taken away, {done.unchanged} as before. {_conflict_words(opened)}"
    duty_import.finish_run(
        department_id=department_id, run_id=run.run_id, done=done, message=told, conflicts=opened, at=at
    )


def _take(
    department_id: UUID,
    source: str,
    rows: Sequence[DutyRow],
    window: Window | None,
    named: Collection[str],
    actor: Actor,
    at: datetime,
) -> tuple[DutyImported, int]:
    with transaction.atomic():
        whos = {*(row.who for row in rows), *named}
        locked_officers(duty_import.officers_named(department_id=department_id, whos=whos))
        done = duty_import.import_duty(
            department_id=department_id, source=source, rows=rows, window=window, named=named, actor=actor, at=at
        )
        opened = review_conflicts(department_id=department_id, officer_ids=done.officer_ids, at=at)
        return done, opened


def _conflict_words(opened: int) -> str:
    if opened == 0:
        return "No detail is touched."
    return "One detail is in conflict." if opened == 1 else f"{opened} details are in conflict."
