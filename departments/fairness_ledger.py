"""The fairness ledger of a department: what its officers were offered, took, refused, worked, gave up or were credited.

It only grows. A repeated line is one line, by its business key; a mistake is put right by a further line.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from departments.access import inside
from departments.models import FairnessEntry
from kernel.actors import Actor
from kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """`kind` is one of FairnessEntry.Kind and says what its `minutes` do: a credit's are taken off, never negative.

    `business_key` names the fact, such as `worked:<timesheet>`: what is recorded twice under one key counts once.
    """

    business_key: str
    kind: str
    officer_id: UUID
    happened_at: datetime
    minutes: int = 0
    shift_id: UUID | None = None
    award_id: UUID | None = None
    reason: str = ""
    recorded_by_person_id: UUID | None = None


def record(*, department_id: UUID, lines: Sequence[LedgerLine], actor: Actor, at: datetime) -> None:
    """Add the lines that are not there yet, in the caller's transaction; one query for any number.

    Raises InvalidInput for an unknown kind, and for negative minutes.
    """
    for line in lines:
        _check(line)
    with inside(department_id=department_id):
        FairnessEntry.objects.bulk_create(
            (
                FairnessEntry(
                    business_key=line.business_key,
                    kind=line.kind,
                    officer_id=line.officer_id,
                    shift_id=line.shift_id,
                    award_id=line.award_id,
                    minutes=line.minutes,
                    happened_at=line.happened_at,
                    recorded_at=at,
                    recorded_by_person_id=line.recorded_by_person_id or actor.person_id,
                    reason=line.reason,
                )
                for line in lines
            ),
            ignore_conflicts=True,
        )


def entries(
    *,
    department_id: UUID,
    officer_ids: Collection[UUID] | None = None,
    kinds: Collection[str] | None = None,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> list[LedgerLine]:
    """Lines of the half-open time, the oldest first; of everybody when no officers are named. One query."""
    with inside(department_id=department_id):
        found = FairnessEntry.objects.all()
        if officer_ids is not None:
            found = found.filter(officer_id__in=list(officer_ids))
        if kinds is not None:
            found = found.filter(kind__in=list(kinds))
        if from_at is not None:
            found = found.filter(happened_at__gte=from_at)
        if until_at is not None:
            found = found.filter(happened_at__lt=until_at)
        return [_line(row) for row in found.order_by("happened_at", "id")]


def _check(line: LedgerLine) -> None:
    if line.kind not in FairnessEntry.Kind.values:
        raise InvalidInput(f"“{line.kind}” is not a kind of entry.", field="kind")
    if line.minutes < 0:
        raise InvalidInput(f"{line.minutes} minutes: the kind says in which direction they count.", field="minutes")


def _line(row: FairnessEntry) -> LedgerLine:
    return LedgerLine(
        business_key=row.business_key,
        kind=str(row.kind),
        officer_id=row.officer_id,
        happened_at=row.happened_at,
        minutes=row.minutes,
        shift_id=row.shift_id,
        award_id=row.award_id,
        reason=row.reason,
        recorded_by_person_id=row.recorded_by_person_id,
    )
