"""What must be sent, given what was sent: a row leaves once, a changed one as a reversal and a correction. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any
from uuid import UUID

from departments.exports.batches import RowToSend, Sent
from departments.exports.sources import MATERIAL, SOURCES


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One timesheet or payroll line as it is now. `values` by the codes of departments.exports.sources."""

    source_id: UUID
    values: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        material = [self.values.get(code) for code in MATERIAL]
        return sha256(dumps(material, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Changes:
    """`fresh` never left or were taken back; `changed` left with other figures; `gone` left and hold no more."""

    fresh: tuple[SourceRow, ...]
    changed: tuple[SourceRow, ...]
    gone: tuple[UUID, ...]

    @property
    def row_count(self) -> int:
        return len(self.fresh) + 2 * len(self.changed) + len(self.gone)


def compare(*, rows: Iterable[SourceRow], sent: Mapping[UUID, Sent], until: str) -> Changes:
    """`rows` are all that hold now; of what never left, only work that starts before the date `until` (ISO) is wanted.

    What left and changed goes out whenever it was worked, so that a short period cannot hide a correction.
    """
    fresh, changed, holding = [], [], set()
    for row in rows:
        before = sent.get(row.source_id)
        if before is None or before.is_taken_back:
            if row.values["work_date"] < until:
                fresh.append(row)
            continue
        holding.add(row.source_id)
        if before.fingerprint != row.fingerprint:
            changed.append(row)
    gone = [source_id for source_id, before in sent.items() if not before.is_taken_back and source_id not in holding]
    return Changes(tuple(fresh), tuple(changed), tuple(sorted(gone)))


def rows_to_send(
    *, changes: Changes, sent: Mapping[UUID, Sent], frozen: Mapping[UUID, Mapping[str, Any]], number: int, sequence: int
) -> list[RowToSend]:
    """In the order of the file: what is taken back, then corrections, then what is new. `frozen`: what had left."""
    rows: list[tuple[UUID, int, str, Mapping[str, Any], str]] = []
    for source_id in (*(row.source_id for row in changes.changed), *changes.gone):
        before = sent[source_id]
        rows.append((source_id, before.version, "reversal", taken_back(frozen[source_id]), before.fingerprint))
    for row in (*changes.changed, *changes.fresh):
        known = sent.get(row.source_id)
        version, entry = (1, "original") if known is None else (known.version + 1, "correction")
        rows.append((row.source_id, version, entry, row.values, row.fingerprint))
    return [
        RowToSend(
            source_id=source_id,
            version=version,
            entry=entry,
            values={
                **values,
                "entry": entry,
                "batch_number": number,
                "row_number": place + 1,
                "sequence": sequence + place,
            },
            fingerprint=fingerprint,
        )
        for place, (source_id, version, entry, values, fingerprint) in enumerate(rows)
    ]


def taken_back(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same row with what adds up turned round, so that both together come to nothing."""
    return {
        code: -value if code in SOURCES and SOURCES[code].additive and value is not None else value
        for code, value in values.items()
    }


def totals(rows: Sequence[RowToSend]) -> dict[str, int]:
    """Worked and payable minutes and cents, what is taken back deducted."""
    return {
        name: sum(int(row.values.get(name) or 0) for row in rows)
        for name in ("worked_minutes", "payable_minutes", "pay_cents")
    }
