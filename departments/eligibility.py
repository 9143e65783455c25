"""May this officer work this shift? The home department's answer, from its own roster, duty schedule and rules.

The marketplace brings the officer's commitments; it gets verdicts back and never sees why somebody is on leave.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from departments.access import department, inside_of
from departments.beside_the_roster import NOTHING_BESIDE, BesideTheRoster, read_beside_the_roster
from departments.models import Credential as HeldCredential
from departments.models import DutyPeriod, RosterEntry, StatusPeriod
from departments.beside_the_roster import (
    NOTHING_BESIDE,
    BesideTheRoster,
    beside_annotations,
    beside_of,
    read_beside_the_roster,
)
from departments.models import RosterEntry
from departments.policies import read_policies_in_force
from departments.policy.documents import Policy
from departments.policy.evaluation import evaluate, evaluate_many
from departments.policy.facts import Commitment, Credential, OfficerFacts, ShiftFacts, Waiver
from departments.policy.facts import StatusPeriod as PolicyStatusPeriod
from departments.policy.snapshots import snapshot
from departments.policy.verdicts import Verdict
from departments.standing import local_midnight, policy_status

# The longest windows are months and 28-day rosters; a shift near their edge must see the whole of one.
WINDOW_REACH = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with everything needed to replay it, and the ranking facts that the roster alone knows."""

    verdict: Verdict
    snapshot: dict[str, Any]
    seniority_date: date | None
    rank_level: int


def verdicts(
    *,
    department_id: UUID,
    officers: Mapping[UUID, Sequence[Commitment]],
    shift_facts: ShiftFacts,
    at: datetime,
) -> dict[UUID, Judgement]:
    """One shift, many officers of one home department, four queries. Whoever is not on the roster is denied.

    Raises NoPolicyInForce.
    """
    home = department(department_id=department_id)
    zone = ZoneInfo(home.time_zone)
    on_date = shift_facts.starts_at.astimezone(zone).date()
    with inside_of(home):
        policy = read_policies_in_force(on_dates=[on_date])[on_date]
        entries, duties = _entries_with_duties(
            list(officers), from_at=shift_facts.starts_at, until_at=shift_facts.ends_at
        )
        beside = _beside(officers, from_at=shift_facts.starts_at, until_at=shift_facts.ends_at)
    found: dict[UUID, Judgement] = {}
    for officer_id, commitments in officers.items():
        entry = entries.get(officer_id)
        own = beside.get(officer_id, NOTHING_BESIDE)
        found[officer_id] = _judge(
            policy=policy,
            officer=_facts(officer_id, entry, zone),
            shift=shift_facts,
            commitments=[*commitments, *duties.get(officer_id, []), *own.elsewhere],
            waivers=own.waivers_for(shift_facts),
        )
    return found


def verdicts_for_officer(
    *, department_id: UUID, officer_id: UUID, shifts: Sequence[ShiftFacts], commitments: Sequence[Commitment]
) -> list[Verdict]:
    """One officer, many shifts, in their order: a constant number of queries. Each by the policy of its own date.

    Raises NoPolicyInForce.
    """
    if not shifts:
        return []
    home = department(department_id=department_id)
    zone = ZoneInfo(home.time_zone)
    dates = [shift.starts_at.astimezone(zone).date() for shift in shifts]
    starts_at, ends_at = min(shift.starts_at for shift in shifts), max(shift.ends_at for shift in shifts)
    with inside_of(home):
        policies = read_policies_in_force(on_dates=dates)
        entries, duties = _entries_with_duties(
            [officer_id],
            from_at=starts_at,
            until_at=ends_at,
            also=beside_annotations(from_at=starts_at - WINDOW_REACH, until_at=ends_at + WINDOW_REACH),
        )
    own = beside_of(entries.get(officer_id))
    # What is evaluated together shares rules and exceptions.
    alike: dict[tuple[int, tuple[Waiver, ...]], list[int]] = {}
    for index, on_date in enumerate(dates):
        alike.setdefault((policies[on_date].version, own.waivers_for(shifts[index])), []).append(index)
    found: dict[int, Verdict] = {}
    for (_, waivers), indexes in alike.items():
        answers = evaluate_many(
            policy=policies[dates[indexes[0]]],
            officer=_facts(officer_id, entries.get(officer_id), zone),
            shifts=[shifts[index] for index in indexes],
            commitments=[*commitments, *duties.get(officer_id, []), *own.elsewhere],
            waivers=waivers,
        )
        found.update(zip(indexes, answers, strict=True))
    return [found[index] for index in range(len(shifts))]


@dataclass(frozen=True, slots=True)
class KnownOfficer:
    """What the department knows of an officer for judging them, without the marketplace's commitments."""

    badge_number: str
    facts: OfficerFacts
    commitments: tuple[Commitment, ...]


def known_officers(
    officer_ids: Collection[UUID], *, zone: ZoneInfo, from_at: datetime, until_at: datetime
) -> dict[UUID, KnownOfficer]:
    """Those on the roster, inside the department's schema: facts, duty and hours elsewhere near that time. A constant
    number of queries."""
    entries, duties = _entries_with_duties(list(officer_ids), from_at=from_at, until_at=until_at)
    beside = _beside(officer_ids, from_at=from_at, until_at=until_at)
    return {
        officer_id: KnownOfficer(
            badge_number=entry.badge_number,
            facts=_facts(officer_id, entry, zone),
            commitments=(*duties.get(officer_id, ()), *beside.get(officer_id, NOTHING_BESIDE).elsewhere),
        )
        for officer_id, entry in entries.items()
    }


def _judge(
    *,
    policy: Policy,
    officer: OfficerFacts,
    shift: ShiftFacts,
    commitments: Sequence[Commitment],
    waivers: Sequence[Waiver] = (),
) -> Judgement:
    verdict = evaluate(policy=policy, officer=officer, shift=shift, commitments=commitments, waivers=waivers)
    levels = {rank.code: rank.level for rank in policy.rate_card.ranks}
    return Judgement(
        verdict=verdict,
        snapshot=snapshot(
            policy=policy, officer=officer, shift=shift, commitments=commitments, verdict=verdict, waivers=waivers
        ),
        seniority_date=officer.seniority_date,
        rank_level=levels.get(officer.rank_code, 0),
    )


def _entries_with_duties(
    officer_ids: list[UUID], *, from_at: datetime, until_at: datetime, also: Mapping[str, Any] | None = None
) -> tuple[dict[UUID, RosterEntry], dict[UUID, list[Commitment]]]:
    """By officer: the roster's line with its dated statuses and credentials, and the department's claims on them near
    that time, the earliest first. One query, a row for each officer: arrays spare a row for every claim."""
    own: Any = OuterRef("pk")
    near = DutyPeriod.objects.filter(
        roster_entry=own, starts_at__lt=until_at + WINDOW_REACH, ends_at__gt=from_at - WINDOW_REACH
    )
    rows = RosterEntry.objects.filter(officer_id__in=officer_ids).annotate(
        near_duties=_array(near.order_by("starts_at"), "id", "kind", "starts_at", "ends_at"),
        dated_statuses=_array(
            StatusPeriod.objects.filter(roster_entry=own).order_by("from_date"), "status", "from_date", "until_date"
        ),
        held_credentials=_array(
            HeldCredential.objects.filter(roster_entry=own).order_by("code"), "code", "expires_date"
        ),
    """By officer: the roster's line, and the department's claims on them near that time, the earliest first. One
    query, with a row for each claim."""
    near = Q(duty_periods__starts_at__lt=until_at + WINDOW_REACH, duty_periods__ends_at__gt=from_at - WINDOW_REACH)
    rows = (
        RosterEntry.objects.filter(officer_id__in=officer_ids)
        .annotate(duty=FilteredRelation("duty_periods", condition=near))
        .annotate(
            duty_id=F("duty__id"),
            duty_kind=F("duty__kind"),
            duty_starts_at=F("duty__starts_at"),
            duty_ends_at=F("duty__ends_at"),
            **(also or {}),
        )
        .order_by("duty__starts_at")
    )
    entries: dict[UUID, RosterEntry] = {}
    duties: dict[UUID, list[Commitment]] = {}
    row: Any
    for row in rows:
        entries[row.officer_id] = row
        if row.near_duties:
            duties[row.officer_id] = [
                Commitment(
                    bucket=duty["kind"],
                    starts_at=datetime.fromisoformat(duty["starts_at"]).astimezone(UTC),
                    ends_at=datetime.fromisoformat(duty["ends_at"]).astimezone(UTC),
                    reference=duty["id"],
                )
                for duty in row.near_duties
            ]
    return entries, duties


def _beside(officer_ids: Collection[UUID], *, from_at: datetime, until_at: datetime) -> dict[UUID, BesideTheRoster]:
    return read_beside_the_roster(list(officer_ids), from_at=from_at - WINDOW_REACH, until_at=until_at + WINDOW_REACH)


def _array(queryset: Any, *names: str) -> ArraySubquery:
    return ArraySubquery(queryset.values(found=JSONObject(**{name: name for name in names})))


def _facts(officer_id: UUID, entry: Any, zone: ZoneInfo) -> OfficerFacts:
    """The one place where a roster's line, as `_entries_with_duties` reads it, becomes what the rules are asked of."""
    if entry is None:
        return OfficerFacts(officer_id=str(officer_id), rank_code="", status="left")
    return OfficerFacts(
        officer_id=str(officer_id),
        rank_code=entry.rank_code,
        status=policy_status(str(entry.status)),
        may_work_from_date=entry.may_work_from_date,
        may_work_until_date=entry.may_work_until_date,
        seniority_date=entry.seniority_date,
        credentials=tuple(
            Credential(code=held["code"], expires_date=_day(held["expires_date"])) for held in entry.held_credentials
        ),
        status_periods=tuple(_status_period(period, zone) for period in entry.dated_statuses),
    )


def _status_period(period: dict[str, Any], zone: ZoneInfo) -> PolicyStatusPeriod:
    until = _day(period["until_date"])
    return PolicyStatusPeriod(
        status=policy_status(period["status"]),
        starts_at=local_midnight(date.fromisoformat(period["from_date"]), zone),
        ends_at=None if until is None else local_midnight(until, zone),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
