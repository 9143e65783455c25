"""What an officer's YES, NO and DROP come to. Each is one act on one shift, refused by the same rules as its page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from marketplace.answering import answer_offer
from marketplace.assigning import TAKING_STATES
from marketplace.bidding import place_bid, withdraw_bid
from marketplace.giving_up import Consequence, consequence_of, give_up
from marketplace.models import Assignment, Bid, Offer, Officer, OfficerPrivate, Shift, ShortCode
from marketplace.refusals_bidding import BidNotFound, BidsNotTaken, OfferExpired
from marketplace.short_codes import note_declined, shifts_of_phone
from tenants.context import acting_as

_WAITS_FOR_DECISION = (Bid.State.PLACED, Bid.State.BACKUP)


@dataclass(frozen=True, slots=True)
class Accepted:
    """`has_place`: an offer that was accepted, or a bid on a first-come shift; else the bid waits for the award."""

    shift: Shift
    has_place: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """`gave_up` "" with a `consequence`: nothing has happened yet, the officer must confirm."""

    gave_up: str
    consequence: Consequence | None = None


def officers_of_phone(*, phone: str) -> list[Officer]:
    """Those who have proven this number, also who has left since. More than one when they share a telephone."""
    with acting_as(purpose="messaging"):
        found = list(
            OfficerPrivate.objects.filter(phone=phone, phone_verified_at__isnull=False).values_list(
                "officer_id", flat=True
            )
        )
    return list(Officer.objects.filter(id__in=found, person__is_active=True).select_related("person").order_by("id"))


def waiting_for_answer(*, phone: str, at: datetime) -> list[ShortCode]:
    """Invitations and offers that this telephone may still say YES to, the soonest first."""
    codes = [one for one in shifts_of_phone(phone=phone, at=at) if one.declined_at is None and one.shift.starts_at > at]
    shift_ids = [one.shift_id for one in codes]
    bids = set(
        Bid.objects.filter(shift__in=shift_ids).exclude(state=Bid.State.WITHDRAWN).values_list("officer_id", "shift_id")
    )
    offers = set(
        Offer.objects.filter(shift__in=shift_ids, state=Offer.State.OPEN, answer_by__gt=at).values_list(
            "officer_id", "shift_id"
        )
    )
    return [
        one
        for one in codes
        if (one.officer_id, one.shift_id) in offers
        or ((one.officer_id, one.shift_id) not in bids and _takes_bids(one.shift, at))
    ]


def commitments_of(*, officer: Officer, at: datetime) -> list[Assignment]:
    """The officer's coming shifts, and the one going on, the soonest first."""
    return list(
        Assignment.objects.filter(
            officer=officer, state__in=(Assignment.State.CONFIRMED, Assignment.State.CHECKED_IN), shift__ends_at__gt=at
        )
        .select_related("shift__job__venue", "position", "officer")
        .order_by("shift__starts_at")[:20]
    )


def say_yes(*, officer: Officer, shift_id: UUID, actor: Actor, at: datetime) -> Accepted:
    """An open offer is accepted; without one it is a bid.

    Raises what `answer_offer` and `place_bid` raise; OfferExpired when an offer was made and has gone by.
    """
    offer = _latest_offer(officer, shift_id)
    if offer is not None and offer.state == Offer.State.OPEN:
        answered = answer_offer(officer=officer, offer_id=offer.id, accept=True, actor=actor, at=at)
        return Accepted(answered.shift, has_place=True)
    try:
        bid = place_bid(officer=officer, shift_id=shift_id, actor=actor, at=at)
    except BidsNotTaken:
        if offer is None:
            raise
        raise OfferExpired(offer.answer_by, offer.shift.time_zone) from None
    return Accepted(bid.shift, has_place=bid.state == Bid.State.WON)


def say_no(*, officer: Officer, shift_id: UUID, actor: Actor, at: datetime) -> str:
    """ "declined" an offer, "withdrawn" a bid, or "noted": not invited to this shift again.

    A place that the officer has is not given up by a NO. Raises what `answer_offer` raises, BidAlreadyDecided.
    """
    with transaction.atomic():
        offer = _latest_offer(officer, shift_id)
        if offer is not None and offer.state == Offer.State.OPEN:
            answer_offer(officer=officer, offer_id=offer.id, accept=False, actor=actor, at=at)
            done = "declined"
        else:
            done = "noted"
            try:
                withdraw_bid(officer=officer, shift_id=shift_id, actor=actor, at=at)
                done = "withdrawn"
            except BidNotFound:
                pass
        note_declined(officer_id=officer.id, shift_id=shift_id, at=at)
        return done


def drop(*, officer: Officer, shift_id: UUID, is_confirmed: bool, reason: str, actor: Actor, at: datetime) -> Dropped:
    """Give a place up, or take a bid back. What costs something is done only once the officer has confirmed it.

    Raises what `give_up` raises; BidNotFound when there is neither a place nor a bid.
    """
    assignment = (
        Assignment.objects.filter(officer=officer, shift_id=shift_id, state__in=Assignment.LIVE_STATES)
        .select_related("shift__job__venue", "position", "officer")
        .first()
    )
    if assignment is None or assignment.state == Assignment.State.OFFERED:
        if assignment is None and not _waits(officer, shift_id):
            raise BidNotFound()
        return Dropped(say_no(officer=officer, shift_id=shift_id, actor=actor, at=at))
    told = consequence_of(assignment=assignment, at=at)
    if told.allowed and (told.counts_minutes or told.text) and not is_confirmed:
        return Dropped("", told)
    give_up(officer=officer, assignment_id=assignment.id, reason=reason, actor=actor, at=at)
    return Dropped("given up", told)


def _takes_bids(shift: Shift, at: datetime) -> bool:
    return shift.state in TAKING_STATES and (shift.first_come or (shift.closes_at is not None and shift.closes_at > at))


def _latest_offer(officer: Officer, shift_id: UUID) -> Offer | None:
    return (
        Offer.objects.filter(officer=officer, shift_id=shift_id)
        .exclude(state=Offer.State.WITHDRAWN)
        .select_related("shift")
        .order_by("-offered_at")
        .first()
    )


def _waits(officer: Officer, shift_id: UUID) -> bool:
    return Bid.objects.filter(officer=officer, shift_id=shift_id, state__in=_WAITS_FOR_DECISION).exists()
