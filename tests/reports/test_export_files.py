"""Files for payroll: cells as the format says, nothing that runs, the same bytes again. No database."""

import csv
import io
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from departments.exports.batches import Sent
from departments.exports.layouts import Layout, read_layout, standard_layout
from departments.exports.refusals import LayoutInvalid
from departments.exports.sources import EXAMPLE
from reports.time_exports.cells import cell_texts, rounded_minutes
from reports.time_exports.changes import SourceRow, compare, rows_to_send, taken_back, totals
from reports.time_exports.files import write_file

WORKED = {"source": "worked_minutes", "heading": "Hours"}
UNTIL = "2026-04-01"


def layout(*columns: dict[str, Any], rows: str = "payroll_lines", **more: Any) -> Layout:
    return read_layout({"columns": list(columns) or [WORKED], **more}, rows=rows)


def row(**values: Any) -> SourceRow:
    return SourceRow(uuid4(), {**EXAMPLE, "work_date": "2026-03-10", **values})


def lines_of(written: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    ("shown_as", "step", "minutes", "text"),
    [
        ("decimal", 1, 450, "7.50"), ("decimal", 1, 452, "7.53"), ("decimal", 15, 452, "7.50"),
        ("decimal", 15, 458, "7.75"), ("decimal", 6, 453, "7.60"), ("clock", 1, 452, "7:32"),
        ("clock", 1, -452, "-7:32"), ("minutes", 1, 452, "452"), ("decimal", 30, 464, "7.50"),
        ("decimal", 30, 465, "8.00"), ("decimal", 1, -450, "-7.50"),
    ],
)  # fmt: skip
def test_hours_are_shown_as_the_format_says(shown_as: str, step: int, minutes: int, text: str) -> None:
    chosen = layout({**WORKED, "format": shown_as}, rounding_minutes=step)
    assert cell_texts(chosen, {"worked_minutes": minutes}) == [text]


def test_dates_times_amounts_and_fixed_texts() -> None:
    chosen = layout(
        {"source": "worked_starts_at", "heading": ""}, {"source": "worked_starts_at", "heading": "D", "format": "date"},
        {"source": "worked_starts_at", "heading": "T", "format": "time"}, {"source": "pay_cents", "heading": "P"},
        {"source": "pay_cents", "heading": "C", "format": "cents"}, {"source": "fixed", "heading": "F", "text": "EX"},
        date_format="%m/%d/%Y", time_format="%I:%M %p", decimal_mark=",",
    )  # fmt: skip
    values = {"worked_starts_at": "2026-03-10T18:05:00", "pay_cents": 32_625}
    assert cell_texts(chosen, values) == [
        "03/10/2026 06:05 PM", "03/10/2026", "06:05 PM", "326,25", "32625", "EX",
    ]  # fmt: skip
    assert chosen.columns[0].heading == "Worked from"


def test_pay_codes_take_the_most_exact_entry() -> None:
    codes = [
        {"rank_code": "sergeant", "pay_code": "paid-duty", "code": "A"}, {"rank_code": "", "pay_code": "paid-duty",
         "code": "B"}, {"rank_code": "sergeant", "pay_code": "", "code": "C"},
    ]  # fmt: skip
    chosen = layout(pay_codes=codes)
    found = [
        chosen.department_code(rank_code=rank, pay_code=pay)
        for rank, pay in [("sergeant", "paid-duty"), ("constable", "paid-duty"), ("sergeant", "x"), ("constable", "x")]
    ]
    assert found == ["A", "B", "C", None]


TYPED = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", 'say "no", twice', "two\nlines", "Zoë – Ł", "007"]


def test_what_was_typed_cannot_run_and_survives_quoting() -> None:
    chosen = layout({"source": "job_title", "heading": '=HYPERLINK("x")'}, WORKED)
    values = [{"job_title": text, "worked_minutes": -60} for text in TYPED]
    written = write_file(layout=chosen, rows=values)
    head, *read = lines_of(written)
    assert head[0] == '\'=HYPERLINK("x")'
    assert [line[0] for line in read] == [
        "'=1+1", "'+1", "'-1", "'@SUM(A1)", "' =1", "'\t=1", 'say "no", twice', "two\nlines", "Zoë – Ł", "007",
    ]  # fmt: skip
    assert {line[1] for line in read} == {"-1.00"}, "our own figures stay figures"
    assert written.endswith(b"\r\n")
    assert not written.startswith(b"\xef\xbb\xbf")
    assert write_file(layout=layout(byte_order_mark=True), rows=[]) == b"\xef\xbb\xbfHours\r\n"


def test_a_workbook_holds_texts_and_figures_and_is_the_same_bytes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = layout({"source": "job_title", "heading": "Title"}, WORKED, {"source": "work_date", "heading": "Day"},
                    file_kind="xlsx")  # fmt: skip
    rows = [{"job_title": text, "worked_minutes": 450, "work_date": "2026-03-10"} for text in TYPED]
    first = write_file(layout=chosen, rows=rows)
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2096, 10, 2, 7, 6, 40, 1, 276, 0))
    assert write_file(layout=chosen, rows=rows) == first
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(first)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["Title", "Hours", "Day"]
    assert sheet[1] == ["=1+1", 7.5, datetime(2026, 3, 10).date()]


@given(minutes=st.integers(0, 5000), step=st.sampled_from([1, 6, 15, 30]))
@settings(max_examples=60)
def test_a_reversal_shows_exactly_what_it_takes_back(minutes: int, step: int) -> None:
    assert rounded_minutes(-minutes, step) == -rounded_minutes(minutes, step)
    assert abs(rounded_minutes(minutes, step) - minutes) * 2 <= step
    values = {**EXAMPLE, "worked_minutes": minutes, "pay_cents": minutes * 31}
    back = taken_back(values)
    assert (back["worked_minutes"], back["pay_cents"], back["pay_rate_cents_per_hour"]) == (
        -minutes, -minutes * 31, values["pay_rate_cents_per_hour"],
    )  # fmt: skip


@given(
    history=st.lists(
        st.dictionaries(st.integers(0, 5), st.integers(0, 600).filter(bool), max_size=6), min_size=1, max_size=6
    )
)
@settings(max_examples=80)
def test_what_left_always_sums_to_what_holds(history: list[dict[int, int]]) -> None:
    """Whatever appears, changes or vanishes between batches, the rows sent so far add up to the rows that hold."""
    ids = [uuid4() for _ in range(6)]
    sent: dict[Any, Sent] = {}
    frozen: dict[Any, Any] = {}
    total, keys, sequence = 0, set(), 1
    for number, holding in enumerate(history, start=1):
        rows = [SourceRow(ids[place], {"work_date": "2026-03-10", "worked_minutes": minutes})
                for place, minutes in holding.items()]  # fmt: skip
        changes = compare(rows=rows, sent=sent, until=UNTIL)
        leaving = rows_to_send(changes=changes, sent=sent, frozen=frozen, number=number, sequence=sequence)
        sequence += len(leaving)
        total += totals(leaving)["worked_minutes"]
        for one in leaving:
            key = (one.source_id, one.version, one.entry == "reversal")
            assert key not in keys
            keys.add(key)
            sent[one.source_id] = Sent(one.source_id, one.version, one.entry == "reversal", one.fingerprint)
            if one.entry != "reversal":
                frozen[one.source_id] = one.values
        assert total == sum(holding.values())
        assert compare(rows=rows, sent=sent, until=UNTIL).row_count == 0


def test_a_short_period_leaves_later_work_but_not_corrections() -> None:
    later, known = row(work_date="2026-04-01"), row(work_date="2026-05-01", worked_minutes=60)
    sent = {known.source_id: Sent(known.source_id, 1, False, "another fingerprint")}
    changes = compare(rows=[later, known], sent=sent, until=UNTIL)
    assert (changes.fresh, changes.changed, changes.gone) == ((), (known,), ())


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"columns": []}, "columns", "at least one column"),
        ({"columns": [{"source": "salary"}]}, "columns", "Column 1"),
        ({"columns": [{"source": "pay_cents"}]}, "columns", "payroll lines only"),
        ({"columns": [{**WORKED, "format": "date"}]}, "columns", "cannot be shown"),
        ({"columns": [{"source": "fixed", "text": "a\x00"}]}, "columns", "cannot be printed"),
        ({"columns": [WORKED] * 41}, "columns", "at most 40"),
        ({"delimiter": "#"}, "delimiter", "one of"),
        ({"rounding_minutes": True}, "rounding_minutes", "one of"),
        ({"pay_codes": [{"code": ""}]}, "pay_codes", "own system"),
        ({"pay_codes": [{"code": "a"}, {"code": "b"}]}, "pay_codes", "mapped twice"),
        ({"refuses_unmapped": True}, "pay_codes", "at least one"),
    ],
)
def test_a_wrong_layout_names_its_field(change: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(LayoutInvalid, match=words) as refused:
        layout(rows="timesheets", **{"columns": [WORKED], **change}) if "columns" not in change else read_layout(
            change, rows="timesheets"
        )
    assert refused.value.field == field


def test_the_standard_layouts_are_valid_and_survive_storage() -> None:
    for rows in ("timesheets", "payroll_lines"):
        standard = standard_layout(rows)
        assert read_layout(standard.to_json(), rows=rows) == standard
