"""A roster from a file: read, previewed, applied whole or not at all."""

import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from departments.importing import runs
from departments.importing.roster_import import on_roster_import_started, preview_roster
from departments.importing.runs import ImportState
from departments.importing.tables import MAXIMUM_ROWS, read_table
from departments.member_depth import add_status, member_depth, set_credential, set_place
from departments.refusals import CommandRunsInACircle, FileRefused, ImportHasErrors, StatusPeriodOverlaps
from departments.roster import change_member, list_members, member
from kernel.identifiers import uuid7
from kernel.models import AuditEvent, OutboxEvent
from kernel.subscriptions import Event
from tenants.models import Tenant
from tests.factories.departments import LONG_AGO, SETTING_UP, join, make_member, publish_example

HEAD = "Badge,First name,Last name,Email,Rank,Hire date,Unit,Reports to,Certifications"
ALDER = "10,Wren,Alderly,wren@police.example,Constable,2020-05-01,Platoon A,20,cpr:2027-06-30"
BIRCH = "20,Kim,Birch,kim@police.example,sergeant,2010-05-01,Platoon A,,"


def upload(department: Tenant, text: str | bytes, name: str = "roster.csv") -> ImportState:
    content = text if isinstance(text, bytes) else text.encode()
    run = runs.upload(
        department_id=department.id, kind="roster", file_name=name, content=content, actor=SETTING_UP, at=LONG_AGO
    )
    return preview_roster(department_id=department.id, run_id=run.run_id, at=LONG_AGO)


def apply(department: Tenant, run: ImportState, **options: Any) -> ImportState:
    runs.start(department_id=department.id, run_id=run.run_id, options=options, actor=SETTING_UP, at=LONG_AGO)
    stored = OutboxEvent.objects.filter(name=runs.ROSTER_IMPORT_STARTED).latest("id")
    for _ in range(2):  # at least once: the second delivery changes nothing
        on_roster_import_started(
            event=Event(uuid7(), stored.name, stored.tenant_id, stored.payload, LONG_AGO), at=LONG_AGO
        )
    return runs.import_run(department_id=department.id, run_id=run.run_id)


def mistakes(run: ImportState) -> list[tuple[int, str]]:
    return [(one["row"], one["column"]) for one in run.plan["errors"]]


@pytest.mark.django_db
def test_members_are_added_changed_and_left_alone_and_twice_is_once(department: Tenant) -> None:
    publish_example(department)
    bystander = make_member(department, family_name="Cedar")
    run = upload(department, "\n".join([HEAD, ALDER, BIRCH]))
    assert (run.counts["added"], run.counts["changed"], run.counts["missing"], run.counts["errors"]) == (2, 0, 1, 0)
    assert list_members(department_id=department.id, text="Alderly") == []
    assert apply(department, run).state == "applied"
    [alder] = list_members(department_id=department.id, text="Alderly")
    depth = member_depth(department_id=department.id, entry_id=alder.entry_id)
    assert (depth.unit, depth.supervisor_name) == ("Platoon A", "Kim Birch")
    assert [(one.code, one.expires_date) for one in depth.credentials] == [("cpr", date(2027, 6, 30))]
    assert alder.credential_codes == ("cpr",)
    assert member(department_id=department.id, entry_id=bystander.entry_id).status == "active"
    again = upload(department, "\n".join([HEAD, ALDER, BIRCH]))
    assert (again.counts["added"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 2)
    audited = AuditEvent.objects.filter(action="roster.member_changed").count()
    apply(department, again)
    assert AuditEvent.objects.filter(action="roster.member_changed").count() == audited
    moved = upload(department, "\n".join([HEAD, ALDER.replace("Platoon A", "Marine"), BIRCH]))
    assert moved.plan["changed"][0]["fields"] == [{"field": "unit", "from": "Platoon A", "to": "Marine"}]


@pytest.mark.django_db
def test_whoever_is_missing_leaves_only_when_asked(department: Tenant) -> None:
    publish_example(department)
    cedar = make_member(department, family_name="Cedar")
    officer = join(cedar)
    apply(department, upload(department, "\n".join([HEAD, BIRCH])), remove_missing=True)
    assert member(department_id=department.id, entry_id=cedar.entry_id).status == "left"
    told = OutboxEvent.objects.filter(name="departments.roster_changed").latest("id").payload
    assert (told["officer_id"], told["left"]) == (str(officer.id), True)


@pytest.mark.django_db
def test_two_members_may_exchange_badges_by_employee_number(department: Tenant) -> None:
    publish_example(department)
    head = "Badge,Employee ID,First name,Last name,Email,Rank,Hire date"
    one = "{},E1,Wren,Alderly,wren@police.example,constable,2020-05-01"
    two = "{},E2,Kim,Birch,kim@police.example,constable,2010-05-01"
    apply(department, upload(department, "\n".join([head, one.format(10), two.format(20)])))
    assert apply(department, upload(department, "\n".join([head, one.format(20), two.format(10)]))).state == "applied"
    badges = {found.family_name: found.badge_number for found in list_members(department_id=department.id)}
    assert badges == {"Alderly": "20", "Birch": "10"}


@pytest.mark.django_db
def test_every_mistake_is_named_by_row_and_column_and_nothing_is_applied(department: Tenant) -> None:
    publish_example(department)
    rows = [
        HEAD,
        ALDER,
        ALDER.replace("wren@", "other@"),
        "30,Ash,Oak,not an address,colonel,31/31/2020,,99,cpr:soon",
        '=1+1,Ash,Elm,elm@police.example,constable,2020-05-01,"=HYPERLINK(1)",,',
        "40,Ida,Fir,fir@police.example,constable,2020-05-01,,40,",
    ]
    run = upload(department, "\n".join(rows))
    found = mistakes(run)
    assert [one for one in found if one[1] == "Badge" and one[0] < 4] == [(2, "Badge"), (3, "Badge")]
    assert {column for row, column in found if row == 4} == {"Email", "Rank", "Hire date", "Certifications"}
    assert [column for row, column in found if row == 5] == ["Badge"]
    assert (6, "Reports to") in found
    with pytest.raises(ImportHasErrors):
        apply(department, run)
    assert list_members(department_id=department.id) == []


@pytest.mark.django_db
def test_a_roster_changed_since_the_preview_is_previewed_again(department: Tenant) -> None:
    publish_example(department)
    cedar = make_member(department, family_name="Cedar")
    run = upload(department, "\n".join([HEAD, BIRCH]))
    change_member(
        department_id=department.id, entry_id=cedar.entry_id, rank_code="sergeant", actor=SETTING_UP, at=LONG_AGO
    )
    refused = apply(department, run)
    assert (refused.state, len(list_members(department_id=department.id))) == ("refused", 1)
    assert "Somebody changed the roster" in refused.message


def test_encodings_are_told_apart_and_a_mixed_file_names_its_row() -> None:
    text = "Badge;Last name\n1;Lévesque\n2;Côté"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert read_table(name="x.csv", content=text.encode(encoding)).rows[1] == (3, ("2", "Côté"))
    mixed = "Badge;Last name\n1;Lévesque\n".encode() + "2;Côté".encode("cp1252")
    with pytest.raises(FileRefused, match="Row 3"):
        read_table(name="x.csv", content=mixed)


def test_sheets_are_read_and_formulas_stay_what_they_showed() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Badge", "Hire date"])
    sheet.write_number(1, 0, 4711)
    sheet.write_datetime(1, 1, date(2020, 5, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert read_table(name="x.xlsx", content=target.getvalue()).rows == ((2, ("4711", "2020-05-01")),)


@pytest.mark.parametrize("content", [b"", b"\n", b"Badge\n", b"PK\x03\x04nonsense", b"Badge\n\x81\x8d", b"\xff\xfea"])
def test_files_that_cannot_be_read_are_refused_whole(content: bytes) -> None:
    with pytest.raises(FileRefused):
        read_table(name="x", content=content)


def test_too_many_rows_are_refused_before_all_are_read() -> None:
    with pytest.raises(FileRefused, match="50,000"):
        read_table(name="x.csv", content=b"Badge\n" + b"1\n" * (MAXIMUM_ROWS + 1))
    assert len(read_table(name="x.csv", content=b"Badge\n" + b"1\n" * MAXIMUM_ROWS).rows) == MAXIMUM_ROWS


@pytest.mark.django_db
def test_a_status_that_begins_later_bars_from_then_and_says_no_more(department: Tenant) -> None:
    publish_example(department)
    cedar = make_member(department)
    join(cedar)
    door: dict[str, Any] = {
        "department_id": department.id, "entry_id": cedar.entry_id, "actor": SETTING_UP, "at": LONG_AGO,
    }  # fmt: skip
    add_status(status="suspended", from_date=date(2026, 1, 12), note="Inquiry", **door)
    told = OutboxEvent.objects.filter(name="departments.roster_changed").latest("id").payload
    assert told["may_work_until_date"] == "2026-01-12"
    add_status(status="sick", from_date=date(2026, 1, 5), until_date=date(2026, 1, 7), **door)
    told = OutboxEvent.objects.filter(name="departments.roster_changed").latest("id").payload
    assert told["may_work_from_date"] == "2026-01-08"  # a day of cool-off after the last
    assert not {"sick", "suspended", "Inquiry"} & set(str(told).replace("'", " ").split())
    with pytest.raises(StatusPeriodOverlaps):
        add_status(status="suspended", from_date=date(2026, 2, 1), **door)


@pytest.mark.django_db
def test_command_never_leads_back_and_expired_credentials_leave_the_shadow(department: Tenant) -> None:
    publish_example(department)
    one, two = make_member(department), make_member(department)
    place: dict[str, Any] = {
        "department_id": department.id, "unit": "", "rank_since_date": None, "employee_number": "", "actor": SETTING_UP,
        "at": LONG_AGO,
    }  # fmt: skip
    set_place(entry_id=one.entry_id, supervisor_id=two.entry_id, **place)
    with pytest.raises(CommandRunsInACircle):
        set_place(entry_id=two.entry_id, supervisor_id=one.entry_id, **place)
    for code, expires in (("cpr", date(2026, 1, 4)), ("motor", date(2026, 1, 5))):
        held = set_credential(
            department_id=department.id, entry_id=one.entry_id, code=code, expires_date=expires, actor=SETTING_UP,
            at=LONG_AGO,
        )  # fmt: skip
    assert held.credential_codes == ("motor",)
