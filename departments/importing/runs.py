"""An import's life: uploaded, mapped, previewed, applied in one piece or not at all. Wired by the outbox, so that a
worker that dies leaves nothing half done and the next one does the whole again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.db import transaction

from departments.access import inside
from departments.importing.columns import Mistake, fields_of, missing_fields, recognise
from departments.importing.tables import Table, read_table
from departments.models import ImportRun
from departments.refusals import ImportHasErrors, ImportHasMoved, ImportNotFound
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import InvalidInput

ROSTER_IMPORT_STARTED = "departments.roster_import_started"
DUTY_IMPORT_STARTED = "departments.duty_import_started"
_EVENTS = {"roster": ROSTER_IMPORT_STARTED, "duty": DUTY_IMPORT_STARTED}
OPEN_STATES = (ImportRun.State.UPLOADED, ImportRun.State.PREVIEWED)
# People look at the first rows; counts and the download of mistakes are always whole.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class ImportState:
    """`plan` holds what people look at: lists under added, changed, missing, errors; `counts` is whole."""

    run_id: UUID
    kind: str
    state: str
    file_name: str
    sha256: str
    encoding: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    mapping: dict[str, int]
    options: dict[str, Any]
    plan: dict[str, Any]
    counts: dict[str, int]
    percent: int
    message: str
    uploaded_at: datetime
    finished_at: datetime | None
    started_by: str

    @property
    def is_running(self) -> bool:
        return self.state == "applying"


def upload(
    *, department_id: UUID, kind: str, file_name: str, content: bytes, actor: Actor, at: datetime
) -> ImportState:
    """Read the file and keep its rows. Recognised headers are mapped. Raises FileRefused."""
    table = read_table(name=file_name, content=content)
    return store_table(
        department_id=department_id, kind=kind, file_name=file_name, content=content, table=table, actor=actor, at=at
    )


def store_table(
    *, department_id: UUID, kind: str, file_name: str, content: bytes, table: Table, actor: Actor, at: datetime
) -> ImportState:
    with transaction.atomic(), inside(department_id=department_id):
        run = ImportRun.objects.create(
            kind=kind,
            file_name=file_name.replace("\x00", "")[-200:],
            sha256=hashlib.sha256(content).hexdigest(),
            encoding=table.encoding,
            table={"header": list(table.header), "rows": [[number, list(cells)] for number, cells in table.rows]},
            mapping=recognise(table.header, fields_of(kind)),
            uploaded_at=at,
            started_by=asdict(actor) | {"person_id": str(actor.person_id) if actor.person_id else None},
        )
        audit.record(
            actor=actor,
            action=f"import.{kind}_uploaded",
            subject_kind="import_run",
            subject_id=run.id,
            tenant_id=department_id,
            at=at,
            after={"file_name": run.file_name, "sha256": run.sha256, "rows": len(table.rows)},
        )
        return describe_run(run)


def map_columns(*, department_id: UUID, run_id: UUID, mapping: Mapping[str, int | None]) -> ImportState:
    """Say which column is which field. Raises ImportNotFound, ImportHasMoved, InvalidInput."""
    with transaction.atomic(), inside(department_id=department_id):
        run = locked_run(run_id, OPEN_STATES)
        chosen = {name: index for name, index in mapping.items() if index is not None}
        width = len(run.table["header"])
        fields = fields_of(run.kind)
        if set(chosen) - {one.name for one in fields} or any(not 0 <= index < width for index in chosen.values()):
            raise InvalidInput("Choose among the columns of the file.")
        if len(set(chosen.values())) < len(chosen):
            raise InvalidInput("One column cannot be two fields. Choose another for one of them.")
        missing = missing_fields(chosen, fields)
        if missing:
            raise InvalidInput(
                f"Choose the column for: {', '.join(one.label for one in missing)}.", field=missing[0].name
            )
        run.mapping, run.state = chosen, ImportRun.State.UPLOADED
        run.save(update_fields=["mapping", "state"])
        return describe_run(run)


def import_run(*, department_id: UUID, run_id: UUID) -> ImportState:
    """With the percent of a run that is being applied right now. Raises ImportNotFound."""
    with inside(department_id=department_id):
        run = ImportRun.objects.filter(id=run_id).first()
        if run is None:
            raise ImportNotFound()
        return describe_run(run)


def list_runs(*, department_id: UUID, kind: str, limit: int = 20) -> list[ImportState]:
    """The newest first, without their rows."""
    with inside(department_id=department_id):
        runs = ImportRun.objects.filter(kind=kind).defer("table", "plan").order_by("-uploaded_at")[:limit]
        return [describe_run(run, with_table=False) for run in runs]


def start(*, department_id: UUID, run_id: UUID, options: Mapping[str, Any], actor: Actor, at: datetime) -> ImportState:
    """Hand a preview without mistakes to the workers. Raises ImportNotFound, ImportHasMoved, ImportHasErrors."""
    with transaction.atomic(), inside(department_id=department_id):
        run = locked_run(run_id, (ImportRun.State.PREVIEWED,))
        if run.counts.get("errors"):
            raise ImportHasErrors(run.counts["errors"])
        run.state = ImportRun.State.APPLYING
        run.options = {**run.options, **options}
        run.percent, run.message = 0, ""
        run.started_by = asdict(actor) | {"person_id": str(actor.person_id) if actor.person_id else None}
        run.save(update_fields=["state", "options", "percent", "message", "started_by"])
        outbox.announce(
            name=_EVENTS[run.kind],
            payload={"department_id": str(department_id), "run_id": str(run.id)},
            tenant_id=department_id,
            at=at,
        )
        return describe_run(run)


def cancel(*, department_id: UUID, run_id: UUID, actor: Actor, at: datetime) -> ImportState:
    """Raises ImportNotFound, ImportHasMoved."""
    with transaction.atomic(), inside(department_id=department_id):
        run = locked_run(run_id, OPEN_STATES)
        run.state, run.finished_at = ImportRun.State.CANCELLED, at
        run.save(update_fields=["state", "finished_at"])
        audit.record(
            actor=actor,
            action=f"import.{run.kind}_cancelled",
            subject_kind="import_run",
            subject_id=run.id,
            tenant_id=department_id,
            at=at,
        )
        return describe_run(run)


def locked_run(run_id: UUID, states: Sequence[str]) -> ImportRun:
    """Inside the department's schema, in a transaction. Raises ImportNotFound, ImportHasMoved."""
    run = ImportRun.objects.select_for_update().filter(id=run_id).first()
    if run is None:
        raise ImportNotFound()
    if run.state not in states:
        raise ImportHasMoved(str(run.state))
    return run


def starter_of(run: ImportRun) -> Actor:
    told = dict(run.started_by)
    person_id = told.pop("person_id", None)
    return Actor(person_id=UUID(person_id) if person_id else None, **told)


def starter(*, department_id: UUID, run_id: UUID) -> Actor:
    """Who gave the word to apply it. Raises ImportNotFound."""
    with inside(department_id=department_id):
        run = ImportRun.objects.defer("table", "plan").filter(id=run_id).first()
        if run is None:
            raise ImportNotFound()
        return starter_of(run)


def keep_preview(
    run: ImportRun, *, plan: dict[str, Any], counts: dict[str, int], mistakes: Sequence[Mistake], basis: str
) -> None:
    run.plan = {**plan, "errors": [one.as_json() for one in mistakes]}
    run.counts = {**counts, "errors": len({one.row for one in mistakes})}
    run.basis, run.state = basis, ImportRun.State.PREVIEWED
    run.save(update_fields=["plan", "counts", "basis", "state"])


def tell_percent(run_id: UUID, percent: int) -> None:
    """Beside the transaction, which nobody else can look into. Losing it loses a number, nothing else."""
    caches["shared"].set(f"import-percent:{run_id}", percent, 900)


def describe_run(run: ImportRun, *, with_table: bool = True) -> ImportState:
    percent = run.percent
    if run.state == ImportRun.State.APPLYING:
        percent = max(percent, int(caches["shared"].get(f"import-percent:{run.id}") or 0))
    table = run.table if with_table else {"header": [], "rows": []}
    return ImportState(
        run_id=run.id,
        kind=str(run.kind),
        state=str(run.state),
        file_name=run.file_name,
        sha256=run.sha256,
        encoding=run.encoding,
        header=tuple(table["header"]),
        sample=tuple(tuple(cells) for _, cells in table["rows"][:3]),
        mapping=dict(run.mapping),
        options=dict(run.options),
        plan=dict(run.plan) if with_table else {},
        counts=dict(run.counts),
        percent=percent,
        message=run.message,
        uploaded_at=run.uploaded_at,
        finished_at=run.finished_at,
        started_by=run.started_by.get("label", ""),
    )
