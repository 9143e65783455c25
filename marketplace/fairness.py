"""What a bidder is ordered by, from the real records: commitments, the department's fairness ledger, roster and home.

Hours come from the marketplace's own assignments and are counted once: worked where there is a timesheet, else
scheduled. Refusals, give-ups, no-shows, credits and debits come from the ledger of the governing department.
The number of queries does not grow with the number of bidders.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.module_loading import import_string

from departments import fairness_ledger, seniority
from departments.eligibility import Judgement
from departments.policy.candidates import AwardedShift, Candidate, ChosenOrder, Considered, chosen_order, consider
from departments.policy.counters import HistoryEntry, period_of
from departments.policy.documents import Policy
from departments.policy.wheel import roster_period
from departments.policy.windows import month_window
from geo.points import Point
from geo.vicinities import vicinity_metres
from marketplace.eligibility import counted_assignments
from marketplace.models import Officer, OfficerReach, Shift
from tenants.context import matching_context

# An offer that was accepted is in the ledger twice, as accepted and as awarded; whoever bid is there as awarded alone.
_LEDGER_WORDS = {
    "refused": "refused",
    "unreachable": "unreachable",
    "called_off": "given_up",
    "no_show": "no_show",
    "credit": "credit",
    "debit": "debit",
    "next_offer": "next_offer",
    "awarded": "accepted",
}
# A remedy or a correction counts from the day on which it was granted, whatever shift gave the reason.
_OF_THEIR_OWN_DAY = frozenset({"credit", "debit", "next_offer"})
_NEEDS_DISTANCE = "distance_band_kilometres"
_NEEDS_RATING = "rating"
_ROSTER_PERIOD = timedelta(days=28)
# How long before its shift something may have been refused or given up, and still counts in the shift's period.
_AHEAD = timedelta(days=62)


def considered(
    *,
    officers: Collection[Officer],
    shift: Shift,
    policy: Policy,
    judgements: Mapping[UUID, Judgement],
    at: datetime,
) -> dict[UUID, Considered]:
    """Values for every key that an award order may name, and the tier, as of this shift's start; `shift` has its job.

    The shift itself is not counted. A distance or a rating is read only where the order asks for one.
    """
    order = chosen_order(policy=policy, starts_at=shift.starts_at, event_type=shift.job.event_type)
    roster = _roster(shift, policy)
    people = {officer.id: officer for officer in officers}
    joined = dict(Officer.objects.filter(id__in=roster.keys() - people.keys()).values_list("id", "joined_at"))
    histories = _histories(
        officer_ids=[*people, *joined],
        department_id=shift.governing_department_id,
        from_at=_counted_from(policy, shift, at),
    )
    kilometres = _kilometres(people, shift) if _NEEDS_DISTANCE in order.keys else {}
    ratings = _ratings(people) if _NEEDS_RATING in _named(order, policy) else {}
    candidates = [
        _candidate(
            officer,
            shift,
            judgements[officer.id],
            kilometres=kilometres.get(officer.id),
            rating_tenths=ratings.get(officer.id),
            history=tuple(histories.get(officer.id, ())),
        )
        for officer in people.values()
    ]
    others = [
        Candidate(
            officer_id=str(officer_id),
            seniority_date=roster[officer_id].seniority_date,
            joined_at=joined_at,
            history=tuple(histories.get(officer_id, ())),
        )
        for officer_id, joined_at in joined.items()
    ]
    found = consider(policy=policy, shift=_awarded(shift), candidates=candidates, roster=others, at=at)
    return {officer_id: found[str(officer_id)] for officer_id in people}


def order_background(*, policy: Policy, shift: Shift) -> dict[str, object]:
    """What an award's snapshot says of its order."""
    order = chosen_order(policy=policy, starts_at=shift.starts_at, event_type=shift.job.event_type)
    zone = ZoneInfo(policy.time_zone)
    starts_at, ends_at = period_of(order.counters, zone=zone, moment=shift.starts_at)
    return {
        "method": policy.award_order.method,
        "list_id": order.list_id,
        "keys": list(order.keys),
        "keep_backups": policy.award_order.keep_backups,
        "period_starts_at": starts_at.isoformat(),
        "period_ends_at": ends_at.isoformat(),
    }


def considered_background(found: Mapping[UUID, Considered]) -> dict[str, dict[str, object]]:
    return {
        str(officer_id): {
            "tier": one.tier.id if one.tier else None,
            "tier_name": one.tier.name if one.tier else "",
            "counted_minutes": one.counted.minutes,
            "counted_shifts": one.counted.shifts,
            "counted_refusals": one.counted.refusals,
            "newcomer_minutes": one.newcomer_minutes,
        }
        for officer_id, one in found.items()
    }


def _candidate(
    officer: Officer,
    shift: Shift,
    judgement: Judgement,
    *,
    kilometres: float | None,
    rating_tenths: int | None,
    history: tuple[HistoryEntry, ...],
) -> Candidate:
    facts = judgement.snapshot["officer"]
    return Candidate(
        officer_id=str(officer.id),
        is_own=officer.home_department_id == shift.governing_department_id,
        rank_code=facts["rank_code"],
        rank_level=judgement.rank_level,
        seniority_date=judgement.seniority_date,
        joined_at=officer.joined_at,
        credentials=tuple(one["code"] for one in facts["credentials"]),
        distance_kilometres=kilometres,
        rating_tenths=rating_tenths,
        history=history,
    )


def _awarded(shift: Shift) -> AwardedShift:
    return AwardedShift(str(shift.id), shift.starts_at, shift.opened_at or shift.starts_at, shift.job.event_type)


def _roster(shift: Shift, policy: Policy) -> dict[UUID, seniority.RosterPlace]:
    """Everybody on the department's list, where the order looks at more than the bidders."""
    order = policy.award_order
    counters = [order.counters, *(one.counters for one in order.lists if one.counters is not None)]
    if order.wheel is None and all(one.newcomer == "zero" for one in counters):
        return {}
    places = seniority.seniority_list(department_id=shift.governing_department_id)
    return {place.officer_id: place for place in places}


def _counted_from(policy: Policy, shift: Shift, at: datetime) -> datetime:
    zone = ZoneInfo(policy.time_zone)
    order = chosen_order(policy=policy, starts_at=shift.starts_at, event_type=shift.job.event_type)
    new_year = datetime(shift.starts_at.astimezone(zone).year, 1, 1, tzinfo=zone).astimezone(UTC)
    starts = [
        month_window(policy=policy, at=shift.starts_at)[0],
        new_year,
        shift.starts_at - _ROSTER_PERIOD,
        period_of(order.counters, zone=zone, moment=shift.starts_at)[0],
    ]
    wheel = policy.award_order.wheel
    if wheel is not None and wheel.anchor_date is not None:
        starts.append(roster_period(wheel, zone=zone, at=at)[0])
    return min(starts)


def _histories(*, officer_ids: list[UUID], department_id: UUID, from_at: datetime) -> dict[UUID, list[HistoryEntry]]:
    found: dict[UUID, list[HistoryEntry]] = {}
    rows = (
        counted_assignments()
        .filter(officer_id__in=officer_ids, shift__starts_at__gte=from_at)
        .values_list(
            "officer_id",
            "shift_id",
            "shift__starts_at",
            "shift__ends_at",
            "shift__job__event_type",
            "timesheet__worked_minutes",
            "timesheet__payable_minutes",
        )
    )
    for officer_id, shift_id, starts_at, ends_at, event_type, worked_minutes, paid_minutes in rows:
        scheduled_minutes = int((ends_at - starts_at).total_seconds()) // 60
        found.setdefault(officer_id, []).append(
            HistoryEntry(
                kind="awarded" if worked_minutes is None else "worked",
                starts_at=starts_at,
                minutes=scheduled_minutes if worked_minutes is None else worked_minutes,
                paid_minutes=paid_minutes,
                shift_id=str(shift_id),
                event_type=event_type,
            )
        )
    lines = fairness_ledger.entries(
        department_id=department_id, officer_ids=officer_ids, kinds=_LEDGER_WORDS, from_at=from_at - _AHEAD
    )
    about = {line.shift_id for line in lines if line.shift_id and line.kind not in _OF_THEIR_OWN_DAY}
    shifts = {
        shift_id: (starts_at, event_type)
        for shift_id, starts_at, event_type in Shift.objects.filter(id__in=about).values_list(
            "id", "starts_at", "job__event_type"
        )
    }
    for line in lines:
        own_day = (line.happened_at, "")
        shift = None if line.kind in _OF_THEIR_OWN_DAY or line.shift_id is None else shifts.get(line.shift_id)
        starts_at, event_type = shift or own_day
        found.setdefault(line.officer_id, []).append(
            HistoryEntry(
                kind=_LEDGER_WORDS[line.kind],
                starts_at=starts_at,
                minutes=line.minutes,
                shift_id=str(line.shift_id or ""),
                event_type=event_type,
                happened_at=line.happened_at,
            )
        )
    return found


def _named(order: ChosenOrder, policy: Policy) -> set[str]:
    bumping = policy.award_order.bumping
    return {*order.keys, *(bumping.by if bumping is not None else ())}


def _ratings(officers: Collection[UUID]) -> Mapping[UUID, int]:
    """Tenths by officer. Ratings stand above the marketplace: the setting names who knows them."""
    figures: Mapping[UUID, int] = import_string(settings.AWARD_RATINGS)(list(officers))
    return figures


def _kilometres(officers: Collection[UUID], shift: Shift) -> dict[UUID, float]:
    """Used for bands only: `candidates.distance_band` lets nothing finer out, and the home's cell nothing by many."""
    venue = Point(shift.latitude, shift.longitude)
    with matching_context():
        homes = OfficerReach.objects.filter(officer_id__in=list(officers)).values_list(
            "officer_id", "latitude", "longitude"
        )
        return {
            officer_id: vicinity_metres(Point(latitude, longitude), venue) / 1000
            for officer_id, latitude, longitude in homes
        }
