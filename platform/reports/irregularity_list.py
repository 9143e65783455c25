"""The exceptions report as a spreadsheet, one row per line of it."""

from collections.abc import Iterable, Iterator
from typing import Any

from marketplace.irregularities import Irregularity
from reports.workbooks import Column, local_moment, write_workbook

_COLUMNS = (
    Column("Kind", width=26),
    Column("When", "moment", 17),
    Column("Officer", width=26),
    Column("Reference", width=13),
    Column("Detail", width=32),
    Column("Shift starts", "moment", 17),
    Column("Shift ends", "moment", 17),
    Column("Time zone", width=18),
    Column("Minutes", "number", 9),
    Column("What", width=60),
    Column("Settled", width=40),
    Column("Disposition", width=60),
    Column("Written by", width=26),
    Column("Written", "moment", 17),
    Column("Reason given", width=26),
)


def write_irregularity_list(*, found: Iterable[Irregularity]) -> bytes:
    """An .xlsx of `marketplace.irregularities`; times are the venue's own, and the latest disposition shows."""
    return write_workbook(sheet_name="Exceptions", columns=_COLUMNS, rows=_rows(found))


def _rows(found: Iterable[Irregularity]) -> Iterator[list[Any]]:
    for one in found:
        shift = one.assignment.shift
        zone = shift.time_zone
        latest = one.dispositions[-1] if one.dispositions else None
        yield [
            one.label,
            local_moment(one.happened_at, zone),
            one.assignment.officer.display_name,
            shift.job.reference,
            shift.job.title,
            local_moment(shift.starts_at, zone),
            local_moment(shift.ends_at, zone),
            zone,
            one.minutes or None,
            one.sentence,
            one.resolved,
            latest.text if latest else "",
            latest.written_by if latest else "",
            local_moment(latest.written_at, zone) if latest else None,
            one.reason,
        ]
