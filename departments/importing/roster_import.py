"""The roster's import: what a file would change, and the change itself, all or nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from departments.access import inside
from departments.importing.columns import ROSTER_FIELDS, missing_fields
from departments.importing.roster_apply import apply_roster
from departments.importing.roster_plan import EntryChange, RosterPlan, plan_roster
from departments.importing.roster_rows import read_roster_rows
from departments.importing.runs import (
    OPEN_STATES,
    SHOWN,
    ImportState,
    describe_run,
    keep_preview,
    locked_run,
    starter_of,
    tell_percent,
)
from departments.models import ImportRun
from departments.policies import read_policies_in_force
from departments.refusals import ImportHasMoved, NoPolicyInForce
from kernel import audit
from kernel.errors import InvalidInput, Refusal
from kernel.subscriptions import Event


def preview_roster(*, department_id: UUID, run_id: UUID, at: datetime) -> ImportState:
    """Compare the file with the roster as it is now; nothing is changed but the preview itself.

    Raises ImportNotFound, ImportHasMoved, InvalidInput (a required column is not mapped).
    """
    with transaction.atomic(), inside(department_id=department_id):
        run = locked_run(run_id, OPEN_STATES)
        missing = missing_fields(run.mapping, ROSTER_FIELDS)
        if missing:
            raise InvalidInput(
                f"Choose the column for: {', '.join(one.label for one in missing)}.", field=missing[0].name
            )
        plan = _plan(run, at=at, lock=False)
        counts = {
            "rows": len(run.table["rows"]),
            "added": len(plan.added),
            "changed": len(plan.changed),
            "unchanged": plan.unchanged,
            "missing": len(plan.missing),
        }
        shown = {
            "added": [_added(one) for one in plan.added[:SHOWN]],
            "changed": [_changed(one) for one in plan.changed[:SHOWN]],
            "missing": [{"badge": one.badge_number, "name": one.full_name} for one in plan.missing[:SHOWN]],
        }
        keep_preview(run, plan=shown, counts=counts, mistakes=plan.mistakes, basis=plan.basis)
        return describe_run(run)


def on_roster_import_started(*, event: Event, at: datetime) -> None:
    """Handler of departments.roster_import_started. The delivery's own transaction is the import's: a worker that dies
    takes everything back, and the delivery comes again."""
    department_id, run_id = UUID(event.payload["department_id"]), UUID(event.payload["run_id"])
    with transaction.atomic(), inside(department_id=department_id):
        try:
            run = locked_run(run_id, (ImportRun.State.APPLYING,))
        except ImportHasMoved:
            return
        try:
            with transaction.atomic():
                _apply(department_id, run, at)
        except (Refusal, IntegrityError) as error:
            run.state, run.message = ImportRun.State.REFUSED, _told(error)
        run.finished_at, run.percent = at, 100
        run.save(update_fields=["state", "message", "percent", "finished_at", "counts"])


def _apply(department_id: UUID, run: ImportRun, at: datetime) -> None:
    tell_percent(run.id, 5)
    plan = _plan(run, at=at, lock=True)
    if plan.basis != run.basis or plan.mistakes:
        raise InvalidInput("Somebody changed the roster since the preview. Nothing was imported; look at it again.")
    remove_missing = bool(run.options.get("remove_missing"))
    actor = starter_of(run)
    apply_roster(
        department_id=department_id,
        plan=plan,
        remove_missing=remove_missing,
        actor=actor,
        at=at,
        tell=lambda percent: tell_percent(run.id, percent),
    )
    removed = len(plan.missing) if remove_missing else 0
    run.state = ImportRun.State.APPLIED
    run.counts = {**run.counts, "removed": removed}
    run.message = f"{len(plan.added)} added, {len(plan.changed)} changed, {removed} taken off the roster."
    audit.record(
        actor=actor,
        action="import.roster_applied",
        subject_kind="import_run",
        subject_id=run.id,
        tenant_id=department_id,
        at=at,
        after={"sha256": run.sha256, **run.counts},
    )


def _plan(run: ImportRun, *, at: datetime, lock: bool) -> RosterPlan:
    header = run.table["header"]
    reading = read_roster_rows(
        header=header,
        rows=run.table["rows"],
        mapping=run.mapping,
        fields=ROSTER_FIELDS,
        ranks=_ranks(at),
    )
    titles = {name: header[index] for name, index in run.mapping.items()}
    plan = plan_roster(rows=reading.rows, titles=titles, lock=lock)
    plan.mistakes = sorted([*reading.mistakes, *plan.mistakes], key=lambda one: (one.row, one.column))
    if reading.mistakes:
        # Who is named in a row that cannot be read is not missing; so nobody is called missing until all can be.
        plan.missing = []
    return plan


def _ranks(at: datetime) -> dict[str, str]:
    try:
        policy = next(iter(read_policies_in_force(on_dates=[at.date()]).values()))
    except NoPolicyInForce as refusal:
        raise InvalidInput("Publish a policy first: its rate card names the ranks.") from refusal
    ranks = {rank.code.lower(): rank.code for rank in policy.rate_card.ranks}
    return {**{rank.name.lower(): rank.code for rank in policy.rate_card.ranks}, **ranks}


def _added(change: EntryChange) -> dict[str, Any]:
    entry = change.entry
    return {"row": change.row, "badge": entry.badge_number, "name": entry.full_name, "rank": entry.rank_code}


def _changed(change: EntryChange) -> dict[str, Any]:
    fields = [{"field": name, "from": change.before.get(name, ""), "to": value} for name, value in change.after.items()]
    return {"row": change.row, "badge": change.entry.badge_number, "name": change.entry.full_name, "fields": fields}


def _told(error: Exception) -> str:
    if isinstance(error, Refusal):
        return error.message
    return "The file clashes with what was entered meanwhile. Nothing was imported; look at the preview again."
