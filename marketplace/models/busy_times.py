"""Stretches of time as one value that PostgreSQL compares with a shift: a `tstzmultirange`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Lookup


class BusyTimesField(models.Field):  # type: ignore[type-arg]
    """Written as [(starts_at, ends_at), …], moments or ISO 8601 with an offset, half-open; read as PostgreSQL's text.

    `busy_times__overlap=(starts_at, ends_at)` finds the rows that a stretch collides with.
    """

    description = "Stretches of time (tstzmultirange)"

    def db_type(self, connection: Any) -> str:
        return "tstzmultirange"

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return "{" + ",".join(f"[{_text(starts_at)},{_text(ends_at)})" for starts_at, ends_at in value) + "}"


@BusyTimesField.register_lookup
class Overlap(Lookup):  # type: ignore[type-arg]
    lookup_name = "overlap"
    prepare_rhs = False
    rhs: Sequence[datetime]

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        starts_at, ends_at = value
        return "pg_catalog.tstzrange(%s, %s)", [starts_at, ends_at]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} OPERATOR(pg_catalog.&&) {right}", [*left_values, *right_values]


def _text(moment: Any) -> str:
    return moment.isoformat() if isinstance(moment, datetime) else str(moment)
