"""A job that goes on day after day with many officers, as rows: what its pages read must not grow with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from django.db.models.sql import compiler
from psycopg2.extras import DateTimeTZRange

from accounts.models import Person
from kernel.identifiers import uuid7
from marketplace.models import Assignment, Award, Job, Officer, Position, Shift
from tests.factories.departments import LONG_AGO


def let_it_go_on(job: Job, *, dates: int, officers: int) -> None:
    """So many dates more, one a day after its first, each with so many confirmed officers of one rank."""
    first = job.shifts.order_by("starts_at").select_related(None)[0]
    [rank] = first.positions.all()
    people = [
        Person(email=f"standing.{uuid7().hex}@example.org", given_name="Robin", family_name=f"Number {number}")
        for number in range(officers)
    ]
    Person.objects.bulk_create(people)
    who = [
        Officer(
            person=person,
            home_department_id=job.governing_department_id,
            home_since_date=date(2026, 1, 1),
            display_name=person.full_name,
            joined_at=LONG_AGO,
        )
        for person in people
    ]
    Officer.objects.bulk_create(who)
    next_number = job.shifts.order_by("-number")[0].number + 1
    shifts, positions, awards, assignments = [], [], [], []
    for index in range(dates):
        later = timedelta(days=index + 1)
        shift = _copy(first, number=next_number + index, state="staffed")
        shift.starts_at, shift.ends_at = first.starts_at + later, first.ends_at + later
        position = _copy(rank, shift=shift, headcount=max(officers, 1))
        award = Award(
            shift=shift, position=position, decided_at=LONG_AGO, decided_by="closing", engine_version="1",
            policy_version=1, policy_sha256="", snapshot={},
        )  # fmt: skip
        shifts.append(shift)
        positions.append(position)
        awards.append(award)
        assignments += [
            Assignment(
                shift=shift,
                position=position,
                officer=officer,
                award=award,
                period=DateTimeTZRange(shift.starts_at, shift.ends_at),
                pay_rate_cents_per_hour=rank.pay_rate_cents_per_hour,
                authorised_ends_at=shift.ends_at,
                created_at=LONG_AGO,
            )
            for officer in who
        ]
    Shift.objects.bulk_create(shifts)
    Position.objects.bulk_create(positions)
    Award.objects.bulk_create(awards)
    Assignment.objects.bulk_create(assignments, batch_size=5_000)


def _copy(row: Any, **changes: Any) -> Any:
    values = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.generated}
    copied = type(row)(**{**values, "id": uuid7()})
    for name, value in changes.items():
        setattr(copied, name, value)
    return copied


@dataclass
class RowsRead:
    chunks: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.chunks)


@contextmanager
def counting_rows() -> Iterator[RowsRead]:
    """How many rows the database handed over to querysets meanwhile, models and values alike."""
    read, as_it_was = RowsRead(), compiler.cursor_iter

    def counted(*arguments: Any) -> Iterator[Any]:
        for chunk in as_it_was(*arguments):
            read.chunks.append(len(chunk))
            yield chunk

    with patch.object(compiler, "cursor_iter", counted):
        yield read
