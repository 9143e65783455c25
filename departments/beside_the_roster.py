"""What counts in a verdict beside the roster's line and its duty: approved exceptions and hours for other employers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from departments.models import DeclaredHours, PolicyException
from departments.policy.facts import Commitment, ShiftFacts, Waiver
from departments.policy.waivable import may_be_waived


@dataclass(frozen=True, slots=True)
class Excepted:
    """An approved exception. `shift_id` None: for any shift that starts in its time."""

    rule_id: str
    shift_id: UUID | None
    starts_at: datetime
    expires_at: datetime
    approved_by: str

    def speaks_of(self, shift: ShiftFacts) -> bool:
        named = self.shift_id is None or str(self.shift_id) == shift.shift_id
        return named and self.starts_at <= shift.starts_at < self.expires_at


@dataclass(slots=True)
class BesideTheRoster:
    exceptions: list[Excepted] = field(default_factory=list)
    elsewhere: list[Commitment] = field(default_factory=list)

    def waivers_for(self, shift: ShiftFacts) -> tuple[Waiver, ...]:
        return tuple(
            Waiver(one.rule_id, one.expires_at, one.approved_by) for one in self.exceptions if one.speaks_of(shift)
        )


NOTHING_BESIDE = BesideTheRoster()


def beside_annotations(*, from_at: datetime, until_at: datetime) -> dict[str, ArraySubquery]:
    """Columns of a query over roster entries, inside the department's schema: what touches the half-open time."""
    exceptions = PolicyException.objects.filter(
        state=PolicyException.State.APPROVED,
        roster_entry=OuterRef("pk"),
        starts_at__lt=until_at,
        expires_at__gt=from_at,
    ).order_by("starts_at", "rule_id", "id")
    hours = DeclaredHours.objects.filter(
        withdrawn_at=None, roster_entry=OuterRef("pk"), starts_at__lt=until_at, ends_at__gt=from_at
    ).order_by("starts_at", "id")
    return {
        "excepted": ArraySubquery(
            exceptions.values(
                line=JSONObject(
                    rule_id="rule_id",
                    shift_id="shift_id",
                    starts_at="starts_at",
                    expires_at="expires_at",
                    approved_by="decided_by",
                )
            )
        ),
        "elsewhere": ArraySubquery(
            hours.values(line=JSONObject(reference="id", starts_at="starts_at", ends_at="ends_at"))
        ),
    }


def beside_of(row: Any) -> BesideTheRoster:
    """From an entry that was read with `beside_annotations`; nothing without an entry."""
    if row is None:
        return NOTHING_BESIDE
    exceptions = [
        Excepted(
            rule_id=one["rule_id"],
            shift_id=UUID(one["shift_id"]) if one["shift_id"] else None,
            starts_at=datetime.fromisoformat(one["starts_at"]),
            expires_at=datetime.fromisoformat(one["expires_at"]),
            approved_by=one["approved_by"],
        )
        for one in row.excepted
        if may_be_waived(one["rule_id"])
    ]
    elsewhere = [
        Commitment(
            "other_employer",
            datetime.fromisoformat(one["starts_at"]),
            datetime.fromisoformat(one["ends_at"]),
            reference=one["reference"],
        )
        for one in row.elsewhere
    ]
    return BesideTheRoster(exceptions, elsewhere)
