"""Who is told of an open shift when: the first tier and the nearest first, then more, while a place is free.

A round is one opening to one group. Its waves are rows that a scan finds. Nearness counts in the bands that others may
see, with a draw inside of each: who is in which wave is visible to the department, and must not tell more than a band.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction

from departments.policies import policy_at
from departments.policy.documents import Messages
from geo.points import Point
from geo.vicinities import vicinity_rank
from kernel import outbox
from kernel.subscriptions import Event
from marketplace import events, matching, short_codes
from marketplace.assigning import TAKING_STATES
from marketplace.invitation_times import tellings
from marketplace.models import Invitation, InvitationRound, Officer, OfficerReach, Shift
from marketplace.scanning import move_each
from messaging.dropping import withdraw_offers
from tenants.context import app_connection, matching_context

# More officers than any one place has within reach; it bounds the memory of one wave.
EVERYBODY = 20_000
_BATCH = 50
_TELLING_LOCK = 5_215


def begin_round(*, shift_id: UUID, event_id: UUID, tier_id: str, at: datetime) -> InvitationRound | None:
    """Open a round and tell its first wave. None when there is nobody to tell, no bid is taken, or the event has opened
    one before. What still waits from an earlier round is told anew by this one."""
    shift = Shift.objects.select_related("job__venue").get(id=shift_id)
    if is_over(shift, at=at) or InvitationRound.objects.filter(event_id=event_id).exists():
        return None
    rules = policy_at(department_id=shift.governing_department_id, at=shift.starts_at).messages
    candidates = _candidates(shift, tier_id=tier_id, at=at)
    if not candidates:
        return None
    all_at_once = is_imminent(shift, rules=rules, at=at)
    with transaction.atomic():
        if not tier_id:
            _end_rounds(shift, reason="The shift was opened anew.", at=at)
        opened = InvitationRound.objects.create(
            shift=shift,
            event_id=event_id,
            tier_id=tier_id,
            all_at_once=all_at_once,
            waves=1 if all_at_once else _waves_for(len(candidates), rules),
            opened_at=at,
        )
        _tell_wave(opened, shift, candidates, rules=rules, at=at)
    return opened


def scan_waves(*, at: datetime) -> int:
    """Tell the waves that are due, each round in a transaction of its own."""
    due = (InvitationRound.objects.filter(next_wave_at__lte=at).order_by("next_wave_at").values_list("id", flat=True))[
        :_BATCH
    ]
    return move_each(due, lambda round_id: _next_wave(round_id, at))


def whom_to_tell(*, round_id: UUID, wave: int, at: datetime) -> list[Invitation]:
    """The wave's invitations that are told one by one; none when there is nothing to bid on any more.

    The round is locked until the transaction ends: whoever ends it finds the offers queued and withdraws them.
    """
    opened = InvitationRound.objects.select_for_update().get(id=round_id)
    single = opened.invitations.filter(wave=wave, telling=Invitation.Telling.SINGLE)
    if opened.ended_at is not None or is_over(Shift.objects.get(id=opened.shift_id), at=at):
        single.update(telling=Invitation.Telling.UNTOLD, due_at=None)
        return []
    return list(single.select_related("round", "officer__person", "shift__job__venue").order_by("id"))


def on_shift_over(*, event: Event, at: datetime) -> None:
    """marketplace.shift_staffed, shift_cancelled, shift_expired: nobody more is told, and what waits is dropped."""
    shift = Shift.objects.get(id=event.payload["shift_id"])
    # The announcement may be late: a place can be free again by now.
    if shift.state not in TAKING_STATES:
        _end_rounds(shift, reason=_OVER.get(Shift.State(shift.state), "It takes no bids any more."), at=at)


_OVER = {
    Shift.State.STAFFED: "The shift is staffed.",
    Shift.State.CANCELLED: "The shift was cancelled.",
    Shift.State.EXPIRED: "The shift began.",
    Shift.State.IN_PROGRESS: "The shift began.",
}


def is_imminent(shift: Shift, *, rules: Messages, at: datetime) -> bool:
    return shift.starts_at - at < timedelta(hours=rules.all_at_once_hours)


def takes_bids_until(shift: Shift) -> datetime:
    """From then on an offer of the shift is of no use."""
    return shift.starts_at if shift.first_come or shift.closes_at is None else shift.closes_at


def _next_wave(round_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        opened = (
            InvitationRound.objects.select_for_update(of=("self",))
            .select_related("shift__job__venue")
            .filter(id=round_id, next_wave_at__lte=at)
            .first()
        )
        if opened is None:
            return False
        shift = opened.shift
        if is_over(shift, at=at):
            _end_rounds(shift, reason=_OVER.get(Shift.State(shift.state), "Bidding has closed."), at=at)
            return True
        rules = policy_at(department_id=shift.governing_department_id, at=shift.starts_at).messages
        if is_imminent(shift, rules=rules, at=at):
            opened.all_at_once = True
        told = set(opened.invitations.values_list("officer_id", flat=True))
        candidates = [one for one in _candidates(shift, tier_id=opened.tier_id, at=at) if one.id not in told]
        _tell_wave(opened, shift, candidates, rules=rules, at=at)
        return True


def is_over(shift: Shift, *, at: datetime) -> bool:
    """Nobody is to be told of it any more."""
    # A coordinator decides by hand once bidding has closed: no bid would be taken any more.
    return shift.state not in TAKING_STATES or takes_bids_until(shift) <= at


def _candidates(shift: Shift, *, tier_id: str, at: datetime) -> list[Officer]:
    """Whoever may bid now and has not said no: tier after tier, in each the bands from near to far, in each
    by a draw of the shift."""
    declined = short_codes.who_declined(shift_id=shift.id)
    near = matching.officers_to_notify(shift=shift, tier_id=tier_id, at=at, limit=EVERYBODY)
    invited = [officer for officer in near if officer.id not in declined]
    unit: Literal["km", "mi"] = "mi" if shift.job.venue.country == "US" else "km"
    place = Point(shift.latitude, shift.longitude)
    with matching_context():
        bands = {
            officer_id: vicinity_rank(Point(latitude, longitude), place, unit)
            for officer_id, latitude, longitude in OfficerReach.objects.filter(
                officer_id__in=[officer.id for officer in invited]
            ).values_list("officer_id", "latitude", "longitude")
        }
    return sorted(
        invited,
        key=lambda one: (getattr(one, "tier_number", 0), bands.get(one.id, len(bands)), _drawn(shift.id, one.id)),
    )


def _drawn(shift_id: UUID, officer_id: UUID) -> str:
    return hashlib.sha256(f"invitation|{shift_id}|{officer_id}".encode()).hexdigest()


def _tell_wave(
    opened: InvitationRound, shift: Shift, candidates: Sequence[Officer], *, rules: Messages, at: datetime
) -> None:
    size = len(candidates)
    if not opened.all_at_once and opened.wave < len(rules.wave_sizes):
        size = rules.wave_sizes[opened.wave]
    chosen = candidates[:size]
    opened.waiting = len(candidates) - len(chosen)
    opened.wave += 1
    # What was planned for fewer, or for more, is what it became.
    opened.waves = opened.wave + _waves_for(opened.waiting, rules, told=opened.wave)
    opened.next_wave_at = at + _interval(opened, shift, rules, at=at) if opened.waiting else None
    opened.save(update_fields=["waiting", "wave", "waves", "all_at_once", "next_wave_at"])
    if not chosen:
        return
    _one_at_a_time({officer.home_department_id for officer in chosen})
    plans = tellings(officers=chosen, rules=rules, is_imminent=is_imminent(shift, rules=rules, at=at), at=at)
    Invitation.objects.bulk_create(
        (
            Invitation(
                round=opened,
                shift=shift,
                officer=officer,
                wave=opened.wave,
                telling=plans[officer.id].telling,
                due_at=plans[officer.id].due_at,
                invited_at=at,
            )
            for officer in chosen
        ),
        batch_size=2_000,
    )
    outbox.announce(
        name=events.OFFICERS_INVITED,
        payload={"round_id": str(opened.id), "wave": opened.wave},
        tenant_id=shift.governing_department_id,
        at=at,
    )


def _waves_for(waiting: int, rules: Messages, *, told: int = 0) -> int:
    """How many waves so many officers still need."""
    if not waiting:
        return 0
    waves = 1
    for size in rules.wave_sizes[told:]:
        waiting -= size
        if waiting <= 0:
            return waves
        waves += 1
    return waves


def _interval(opened: InvitationRound, shift: Shift, rules: Messages, *, at: datetime) -> timedelta:
    """The policy's, or shorter, so that the last wave still has as long to answer as each before it."""
    until_closing = takes_bids_until(shift) - at
    return min(timedelta(minutes=rules.wave_minutes), until_closing / (opened.waves - opened.wave + 1))


def _end_rounds(shift: Shift, *, reason: str, at: datetime) -> None:
    InvitationRound.objects.filter(shift=shift, ended_at=None).update(
        ended_at=at, ended_reason=reason, next_wave_at=None
    )
    # Not told after all, so it does not count against what an officer wants to hear in a day.
    Invitation.objects.filter(shift=shift, telling=Invitation.Telling.SINGLE, due_at__gt=at).update(
        telling=Invitation.Telling.UNTOLD, due_at=None
    )
    withdraw_offers(about_id=shift.id, reason=reason, at=at)


def _one_at_a_time(department_ids: set[UUID]) -> None:
    """Until the transaction ends: two waves at once would each think that an officer had heard of nothing else yet."""
    with app_connection().cursor() as cursor:
        for department_id in sorted(department_ids):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_TELLING_LOCK, str(department_id)])
