"""What counts in a verdict beside the roster's line and its duty: approved exceptions and hours for other employers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Value
from django.db.models.functions import Cast

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


def read_beside_the_roster(
    officer_ids: Collection[UUID], *, from_at: datetime, until_at: datetime
) -> dict[UUID, BesideTheRoster]:
    """By officer, inside the department's schema, what touches the half-open time. One query for everybody."""
    exceptions = (
        PolicyException.objects.filter(
            state=PolicyException.State.APPROVED,
            roster_entry__officer_id__in=officer_ids,
            starts_at__lt=until_at,
            expires_at__gt=from_at,
        )
        .annotate(kind=Value("exception", output_field=CharField()), named=Cast("shift_id", CharField()))
        .values_list("roster_entry__officer_id", "kind", "rule_id", "named", "starts_at", "expires_at", "decided_by")
    )
    hours = (
        DeclaredHours.objects.filter(
            withdrawn_at=None,
            roster_entry__officer_id__in=officer_ids,
            starts_at__lt=until_at,
            ends_at__gt=from_at,
        )
        .annotate(
            kind=Value("hours", output_field=CharField()),
            empty=Value("", output_field=CharField()),
            named=Cast("id", CharField()),
            nobody=Value("", output_field=CharField()),
        )
        .values_list("roster_entry__officer_id", "kind", "empty", "named", "starts_at", "ends_at", "nobody")
    )
    return _by_officer(exceptions.union(hours, all=True).order_by("starts_at", "rule_id", "named"))


def _by_officer(
    rows: Iterable[tuple[UUID, str, str, str | None, datetime, datetime, str]],
) -> dict[UUID, BesideTheRoster]:
    found: dict[UUID, BesideTheRoster] = {}
    for officer_id, kind, rule_id, named, starts_at, ends_at, decided_by in rows:
        beside = found.setdefault(officer_id, BesideTheRoster())
        if kind == "hours":
            beside.elsewhere.append(Commitment("other_employer", starts_at, ends_at, reference=named or ""))
        elif may_be_waived(rule_id):
            shift_id = UUID(named) if named else None
            beside.exceptions.append(Excepted(rule_id, shift_id, starts_at, ends_at, decided_by))
    return found


NOTHING_BESIDE = BesideTheRoster()
