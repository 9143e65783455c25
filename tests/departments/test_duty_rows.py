"""A schedule's rows: words, times over midnight, the two nights on which the clocks move, overlaps."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.importing.calendars import read_calendar
from departments.importing.columns import DUTY_FIELDS, recognise
from departments.importing.duty_rows import DutyRow, overlap_mistakes, read_duty_rows
from departments.refusals import FileRefused

ZONE = ZoneInfo("America/Toronto")
HEAD = ["Badge", "Type", "Date", "Start", "End"]


def read(*rows: list[str]) -> tuple[list[DutyRow], list[str]]:
    numbered = [(index + 2, row) for index, row in enumerate(rows)]
    found, mistakes = read_duty_rows(
        header=HEAD, rows=numbered, mapping=recognise(HEAD, DUTY_FIELDS), fields=DUTY_FIELDS, zone=ZONE
    )
    return found, [f"{one.row} {one.column}: {one.reason}" for one in mistakes]


def test_a_tour_over_midnight_ends_on_the_next_day() -> None:
    [row], mistakes = read(["10", "Regular tour", "2026-03-14", "1800", "06:00"])
    assert mistakes == []
    assert (row.kind, row.starts_at) == ("duty", datetime(2026, 3, 14, 22, tzinfo=UTC))
    assert row.ends_at - row.starts_at == timedelta(hours=12)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["10", "duty", "2026-03-08", "02:30", "09:00"], "2 Start: 2026-03-08 02:30 does not exist"),
        (["10", "duty", "2026-11-01", "01:30", "09:00"], "2 Start: 2026-11-01 01:30 comes twice"),
        (["10", "duty", "", "02:30", "09:00"], "2 Start: is a time alone"),
        (["10", "picnic", "2026-03-14", "08:00", "09:00"], "2 Type: “picnic” is not a kind"),
        (["", "duty", "2026-03-14", "08:00", "09:00"], "2 Badge: is empty"),
        (["=1+1", "duty", "2026-03-14", "08:00", "09:00"], "2 Badge: looks like a formula"),
        (["10", "duty", "2026-03-14", "25:00", "09:00"], "2 Start: “25:00” is not a time"),
        (["10", "duty", "", "2026-03-14 09:00", "2026-03-14 09:00"], "2 End: is not after the start"),
        (["10", "duty", "", "2026-03-14 09:00", "2026-08-14 09:00"], "2 End: is 153 days after"),
    ],
)
def test_what_cannot_be_a_stretch_of_time_is_named(row: list[str], told: str) -> None:
    found, mistakes = read(row)
    assert found == []
    assert mistakes[0].startswith(told)


def test_a_time_that_comes_twice_is_taken_with_its_offset() -> None:
    [row], _ = read(["10", "duty", "", "2026-11-01T01:30:00-04:00", "2026-11-01T09:00"])
    assert row.starts_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6)), max_size=12))
def test_a_row_is_named_exactly_when_another_one_overlaps_it_with_it(spans: list[tuple[int, int]]) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [
        DutyRow(index, "10", "duty", day + timedelta(hours=start), day + timedelta(hours=start + length))
        for index, (start, length) in enumerate(spans)
    ]
    named = {one.row for one in overlap_mistakes(rows, column="Badge")}
    for row in rows:
        clashes = any(one is not row and one.starts_at < row.ends_at and row.starts_at < one.ends_at for one in rows)
        assert not (row.row in named and not clashes)
    assert bool(named) == any(
        one is not row and one.starts_at < row.ends_at and row.starts_at < one.ends_at for one in rows for row in rows
    )


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VEVENT
UID:a-1
{extra}
DTSTART;TZID=America/Toronto:20260314T180000
DTEND;TZID=America/Toronto:20260315T060000
SUMMARY:Court appearance
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def test_a_calendar_reads_as_a_table() -> None:
    table = read_calendar(content=CALENDAR.format(extra="ATTENDEE:mailto:Wren@police.example").encode())
    assert table.rows[0][1][0] == "wren@police.example"
    found, mistakes = read_duty_rows(
        header=table.header,
        rows=table.rows,
        mapping=recognise(table.header, DUTY_FIELDS),
        fields=DUTY_FIELDS,
        zone=ZONE,
    )
    assert (mistakes, found[0].kind, found[0].external_id) == ([], "court", "a-1")
    assert found[0].starts_at == datetime(2026, 3, 14, 22, tzinfo=UTC)


@pytest.mark.parametrize("extra", ["RRULE:FREQ=DAILY", "DTSTAMP:nonsense"])
def test_repeating_and_broken_calendars_are_refused(extra: str) -> None:
    content = CALENDAR.format(extra=extra)
    if "nonsense" in extra:
        content = content.replace("BEGIN:VEVENT", "BEGIN")
    with pytest.raises(FileRefused):
        read_calendar(content=content.encode())
