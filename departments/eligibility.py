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
from departments.beside_the_roster import beside_annotations, beside_of
from departments.models import Credential as HeldCredential
from departments.models import DutyPeriod, RosterEntry, StatusPeriod
from departments.policies import read_policies_in_force
from departments.policy.documents import Policy
from departments.policy.evaluation import evaluate, evaluate_many
from departments.policy.facts import Commitment, Credential, OfficerFacts, ShiftFacts, Waiver
from departments.policy.facts import StatusPeriod as PolicyStatusPeriod
from departments.policy.scenes import asks_about_command
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
        command = _chain_of_command(policy)
    found: dict[UUID, Judgement] = {}
    for officer_id, commitments in officers.items():
        entry = entries.get(officer_id)
        own = beside_of(entry)
        found[officer_id] = _judge(
            policy=policy,
            officer=_facts(officer_id, entry, zone, command),
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
        entries, duties = _entries_with_duties([officer_id], from_at=starts_at, until_at=ends_at)
        command = _chain_of_command(*policies.values())
    own = beside_of(entries.get(officer_id))
    # What is evaluated together shares rules and exceptions.
    alike: dict[tuple[int, tuple[Waiver, ...]], list[int]] = {}
    for index, on_date in enumerate(dates):
        alike.setdefault((policies[on_date].version, own.waivers_for(shifts[index])), []).append(index)
    found: dict[int, Verdict] = {}
    for (_, waivers), indexes in alike.items():
        answers = evaluate_many(
            policy=policies[dates[indexes[0]]],
            officer=_facts(officer_id, entries.get(officer_id), zone, command),
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
    return {
        officer_id: KnownOfficer(
            badge_number=entry.badge_number,
            facts=_facts(officer_id, entry, zone, {}),
            commitments=(*duties.get(officer_id, ()), *beside_of(entry).elsewhere),
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
    officer_ids: list[UUID], *, from_at: datetime, until_at: datetime
) -> tuple[dict[UUID, RosterEntry], dict[UUID, list[Commitment]]]:
    """By officer: the roster's line with its dated statuses, credentials, exceptions and hours elsewhere, and the
    department's claims on them near that time, the earliest first. One query, a row for each officer: arrays spare a
    row for every claim."""
    own: Any = OuterRef("pk")
    near_from, near_until = from_at - WINDOW_REACH, until_at + WINDOW_REACH
    near = DutyPeriod.objects.filter(roster_entry=own, starts_at__lt=near_until, ends_at__gt=near_from)
    rows = RosterEntry.objects.filter(officer_id__in=officer_ids).annotate(
        near_duties=_array(near.order_by("starts_at"), "id", "kind", "starts_at", "ends_at"),
        dated_statuses=_array(
            StatusPeriod.objects.filter(roster_entry=own).order_by("from_date"), "status", "from_date", "until_date"
        ),
        held_credentials=_array(
            HeldCredential.objects.filter(roster_entry=own).order_by("code"), "code", "expires_date"
        ),
        **beside_annotations(from_at=near_from, until_at=near_until),
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


def _array(queryset: Any, *names: str) -> ArraySubquery:
    return ArraySubquery(queryset.values(found=JSONObject(**{name: name for name in names})))


def _facts(officer_id: UUID, entry: Any, zone: ZoneInfo, command: Mapping[UUID, "_Command"]) -> OfficerFacts:
    """The one place where a roster's line, as `_entries_with_duties` reads it, becomes what the rules are asked of."""
    if entry is None:
        return OfficerFacts(officer_id=str(officer_id), rank_code="", status="left")
    periods = tuple(_status_period(period, zone) for period in entry.dated_statuses)
    chain = command.get(entry.id, _NO_COMMAND)
    return OfficerFacts(
        officer_id=str(officer_id),
        rank_code=entry.rank_code,
        status=policy_status(str(entry.status)),
        may_work_from_date=entry.may_work_from_date,
        may_work_until_date=entry.may_work_until_date,
        seniority_date=entry.seniority_date,
        rank_since_date=entry.rank_since_date,
        credentials=tuple(
            Credential(code=held["code"], expires_date=_day(held["expires_date"])) for held in entry.held_credentials
        ),
        status_periods=periods,
        superior_ids=chain.superiors,
        subordinate_ids=chain.subordinates,
        facts=_told(entry),
    )


def _told(entry: Any) -> dict[str, Any]:
    """What conditions may ask of an officer by name: the unit, the department's own notes, the end of probation."""
    told = {f"officer.attributes.{name}": value for name, value in entry.attributes.items()}
    if entry.unit:
        told["officer.unit"] = entry.unit
    if isinstance(entry.attributes.get("training_phase"), int):
        told["officer.training_phase"] = entry.attributes["training_phase"]
    ends = [one["until_date"] for one in entry.dated_statuses if one["status"] == "probation" and one["until_date"]]
    if ends:
        told["officer.probation_ends_date"] = max(ends)
    return told


@dataclass(frozen=True, slots=True)
class _Command:
    """Officers above and below, at any distance."""

    superiors: tuple[str, ...] = ()
    subordinates: tuple[str, ...] = ()


_NO_COMMAND = _Command()


def _chain_of_command(*policies: Policy) -> dict[UUID, _Command]:
    """By roster entry, in one query over the whole roster, and only for rules that ask about it."""
    if not any(asks_about_command(policy) for policy in policies):
        return {}
    lines = RosterEntry.objects.exclude(status=RosterEntry.Status.LEFT).values_list("id", "supervisor_id", "officer_id")
    above = {entry_id: supervisor_id for entry_id, supervisor_id, _ in lines}
    officers = {entry_id: str(officer_id) for entry_id, _, officer_id in lines if officer_id}
    superiors: dict[UUID, list[str]] = {entry_id: [] for entry_id in above}
    subordinates: dict[UUID, list[str]] = {entry_id: [] for entry_id in above}
    for entry_id in above:
        at, seen = above[entry_id], {entry_id}
        while at is not None and at in above and at not in seen:
            seen.add(at)
            if at in officers:
                superiors[entry_id].append(officers[at])
            if entry_id in officers:
                subordinates[at].append(officers[entry_id])
            at = above[at]
    return {entry_id: _Command(tuple(superiors[entry_id]), tuple(sorted(subordinates[entry_id]))) for entry_id in above}


def _status_period(period: dict[str, Any], zone: ZoneInfo) -> PolicyStatusPeriod:
    until = _day(period["until_date"])
    return PolicyStatusPeriod(
        status=policy_status(period["status"]),
        starts_at=local_midnight(date.fromisoformat(period["from_date"]), zone),
        ends_at=None if until is None else local_midnight(until, zone),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
