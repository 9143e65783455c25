"""Who stands where against the department's own hour limits: many officers in a constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from departments.access import department, inside_of
from departments.eligibility import KnownOfficer, known_officers
from departments.policies import read_policies_in_force
from departments.policy.documents import Policy
from departments.policy.evaluation import evaluate
from departments.policy.facts import Commitment, ShiftFacts
from departments.policy.limit_standing import LimitStanding, limit_standings, words_of_limit


@dataclass(frozen=True, slots=True)
class Tightest:
    """The limit that leaves the least after one of the officer's shifts."""

    officer_id: UUID
    badge_number: str
    shift_id: UUID
    rule_id: str
    words: str
    total_minutes: int
    limit_minutes: int

    @property
    def remaining_minutes(self) -> int:
        return self.limit_minutes - self.total_minutes


@dataclass(frozen=True, slots=True)
class OfficersHours:
    """Every claim on an officer's time that the department knows of, by bucket, and where that leaves them."""

    standings: tuple[LimitStanding, ...]
    commitments: tuple[Commitment, ...]


def tightest_limits(
    *,
    department_id: UUID,
    work: Mapping[UUID, Sequence[ShiftFacts]],
    commitments: Mapping[UUID, Sequence[Commitment]],
) -> list[Tightest]:
    """By officer of this department, the tightest hour limit over the shifts given; the nearest to it first.

    Four queries, whatever the number of officers. Raises NoPolicyInForce.
    """
    shifts = [shift for given in work.values() for shift in given]
    if not shifts:
        return []
    home = department(department_id=department_id)
    zone = ZoneInfo(home.time_zone)
    starts_at, ends_at = min(one.starts_at for one in shifts), max(one.ends_at for one in shifts)
    dates = {one.starts_at.astimezone(zone).date() for one in shifts}
    with inside_of(home):
        policies = read_policies_in_force(on_dates=dates)
        known = known_officers(work, zone=zone, from_at=starts_at, until_at=ends_at)
    found = []
    for officer_id, officer in known.items():
        held = [*commitments.get(officer_id, ()), *officer.commitments]
        stands = [
            one
            for shift in work[officer_id]
            for one in _stands(officer_id, officer, shift, policies[shift.starts_at.astimezone(zone).date()], held)
        ]
        if stands:
            found.append(min(stands, key=lambda one: one.remaining_minutes))
    return sorted(found, key=lambda one: (one.remaining_minutes, one.badge_number))


def _stands(
    officer_id: UUID, officer: KnownOfficer, shift: ShiftFacts, policy: Policy, held: Sequence[Commitment]
) -> list[Tightest]:
    words = {limit.id: words_of_limit(limit) for limit in policy.hour_limits}
    verdict = evaluate(policy=policy, officer=officer.facts, shift=shift, commitments=held)
    return [
        Tightest(
            officer_id=officer_id,
            badge_number=officer.badge_number,
            shift_id=UUID(shift.shift_id),
            rule_id=measure.rule_id,
            words=words[measure.rule_id],
            total_minutes=measure.total_minutes,
            limit_minutes=measure.limit_minutes,
        )
        for measure in verdict.measures
        if measure.rule_id in words
    ]


def hours_of_officer(
    *, department_id: UUID, officer_id: UUID, commitments: Sequence[Commitment], at: datetime
) -> OfficersHours:
    """Standing against each limit at `at`, and all that claims the officer's time near it. Raises NoPolicyInForce."""
    home = department(department_id=department_id)
    zone = ZoneInfo(home.time_zone)
    on_date = at.astimezone(zone).date()
    with inside_of(home):
        policy = read_policies_in_force(on_dates=[on_date])[on_date]
        known = known_officers([officer_id], zone=zone, from_at=at, until_at=at).get(officer_id)
    if known is None:
        return OfficersHours((), tuple(commitments))
    held = [*commitments, *known.commitments]
    return OfficersHours(
        standings=limit_standings(policy=policy, officer=known.facts, commitments=held, at=at),
        commitments=tuple(sorted(held, key=lambda one: (one.starts_at, one.ends_at))),
    )
