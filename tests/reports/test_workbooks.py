"""Spreadsheets keep what was typed as text, whatever it looks like, and figures as figures."""

import io
from datetime import UTC, datetime

from python_calamine import CalamineWorkbook

from reports.workbooks import Column, local_moment, write_workbook

COLUMNS = (Column("Text"), Column("Money", "money"), Column("Hours", "hours"), Column("When", "moment"))


def rows_of(*rows: list[object]) -> list[list[object]]:
    written = write_workbook(sheet_name="Sheet with a name longer than thirty-one", columns=COLUMNS, rows=rows)
    return CalamineWorkbook.from_filelike(io.BytesIO(written)).get_sheet_by_index(0).to_python()


def test_nothing_becomes_a_formula_a_link_or_a_number() -> None:
    typed = ["=1+1", "+1", "-1", "@SUM(A1)", "https://example.org", "007", "<b>x</b>", "a\x00b\x1fc", "\u202e"]
    read = rows_of(*[[text, None, None, None] for text in typed])
    assert [row[0] for row in read[1:]] == [*typed[:7], "abc", "\u202e"]


def test_cents_minutes_and_moments_become_values() -> None:
    at = local_moment(datetime(2026, 3, 10, 15, tzinfo=UTC), "America/Toronto")
    [_, row] = rows_of(["x", 12_345, 150, at])
    assert row[1:] == [123.45, 2.5, datetime(2026, 3, 10, 11)]


def test_a_long_text_is_cut_to_what_a_cell_holds() -> None:
    [_, row] = rows_of(["x" * 40_000, 0, 0, None])
    assert len(str(row[0])) == 32_767


def test_an_empty_list_is_a_sheet_with_its_head() -> None:
    assert rows_of() == [["Text", "Money", "Hours", "When"]]
