"""Which column of a file is which field, by the names that departments give them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FORMULA_MARKS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Field:
    """`is_code`: a cell that begins like a formula is refused there; elsewhere it stays the text that it is."""

    name: str
    label: str
    synonyms: tuple[str, ...]
    required: bool = False
    is_code: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """`row` as a spreadsheet numbers it; `column` as the file names it."""

    row: int
    column: str
    reason: str

    def as_json(self) -> dict[str, object]:
        return {"row": self.row, "column": self.column, "reason": self.reason}


ROSTER_FIELDS = (
    Field(
        "badge_number",
        "Badge number",
        ("badge", "badge no", "badge #", "shield", "regimental number"),
        True,
        True,
        "4711",
    ),
    Field(
        "employee_number",
        "Employee number",
        ("employee id", "employee no", "payroll number", "emp id"),
        False,
        True,
        "E-20331",
    ),
    Field("given_name", "Given name", ("first name", "forename", "first"), True, False, "Wren"),
    Field("family_name", "Family name", ("last name", "surname", "last"), True, False, "Alderly"),
    Field(
        "work_email",
        "Work e-mail",
        ("email", "e-mail", "work email", "mail", "email address"),
        True,
        True,
        "wren.alderly@police.example",
    ),
    Field("rank_code", "Rank", ("rank code", "title", "grade"), True, True, "constable"),
    Field(
        "seniority_date",
        "Serves since",
        ("seniority date", "hire date", "date of hire", "start date", "doh"),
        True,
        True,
        "2020-05-01",
    ),
    Field("rank_since_date", "Rank since", ("rank date", "date of rank", "promotion date"), False, True, "2024-01-15"),
    Field("status", "Status", ("employment status", "duty status"), False, True, "active"),
    Field("unit", "Unit", ("division", "platoon", "squad", "assignment", "district"), False, False, "Platoon B"),
    Field(
        "supervisor",
        "Supervisor's badge",
        ("supervisor badge", "reports to", "supervisor", "manager badge"),
        False,
        True,
        "208",
    ),
    Field(
        "credentials",
        "Credentials",
        ("certifications", "qualifications", "certs"),
        False,
        True,
        "traffic-control:2027-06-30; cpr",
    ),
)

DUTY_FIELDS = (
    Field("badge_number", "Badge number", ("badge", "badge no", "badge #", "officer", "shield"), True, True, "4711"),
    Field("kind", "Kind", ("type", "activity", "event"), False, True, "duty"),
    Field("date", "Date", ("day", "shift date", "work date"), False, True, "2026-03-14"),
    Field("start", "Start", ("starts at", "from", "begin", "start time", "starts"), True, True, "18:00"),
    Field("end", "End", ("ends at", "to", "until", "end time", "ends"), True, True, "06:00"),
    Field("external_id", "Reference", ("id", "reference", "schedule id"), False, True, "T-5512"),
)


def fields_of(kind: str) -> tuple[Field, ...]:
    return ROSTER_FIELDS if kind == "roster" else DUTY_FIELDS


def recognise(header: Sequence[str], fields: Sequence[Field]) -> dict[str, int]:
    """Field name → index of its column, for the columns whose names are known. The first of a name counts."""
    known: dict[str, str] = {}
    for field in fields:
        for spelling in (field.name, field.label, *field.synonyms):
            known.setdefault(_plain(spelling), field.name)
    mapping: dict[str, int] = {}
    for index, title in enumerate(header):
        name = known.get(_plain(title))
        if name is not None:
            mapping.setdefault(name, index)
    return mapping


def missing_fields(mapping: Mapping[str, int], fields: Sequence[Field]) -> list[Field]:
    return [field for field in fields if field.required and field.name not in mapping]


def looks_like_formula(text: str) -> bool:
    return text.startswith(FORMULA_MARKS)


def _plain(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum() or character == "#")
