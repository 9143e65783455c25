"""Reads of offers and of who may be given a place, for pages and the API."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from marketplace.models import Offer, Officer, Shift
from marketplace.refusals_bidding import OfferNotFound, OfficerNotFound


def offers_of_officer(officer: Officer) -> "QuerySet[Offer]":
    """Every offer that was made to the officer, the latest first; who was only passed over was made none."""
    return (
        Offer.objects.filter(officer=officer)
        .exclude(state=Offer.State.WITHDRAWN, assignment=None)
        .select_related("shift__job__venue", "position")
        .order_by("-offered_at")
    )


def open_offers_of(officer: Officer, *, at: datetime) -> list[Offer]:
    """Those that wait for an answer, the most urgent first."""
    waiting = offers_of_officer(officer).filter(state=Offer.State.OPEN, answer_by__gt=at)
    return list(waiting.order_by("answer_by")[:20])


def offer_for_officer(*, officer: Officer, offer_id: UUID) -> Offer:
    """Raises OfferNotFound."""
    offer = offers_of_officer(officer).filter(id=offer_id).first()
    if offer is None:
        raise OfferNotFound()
    return offer


def offers_of_shift(shift: Shift) -> "QuerySet[Offer]":
    """In the order in which they were made."""
    return (
        Offer.objects.filter(shift=shift).select_related("officer", "position").order_by("-award__decided_at", "place")
    )


def officers_for_hand(shift: Shift) -> "QuerySet[Officer]":
    """Whom a coordinator may choose: the department's own officers and whoever bid, by name."""
    own = Officer.objects.filter(left_at=None, home_department_id=shift.governing_department_id)
    bidders = Officer.objects.filter(left_at=None, bids__shift=shift)
    return (own | bidders).distinct().order_by("display_name", "id")


def officer_for_hand(*, shift: Shift, officer_id: UUID) -> Officer:
    """One of those. Raises OfficerNotFound, for a missing officer and for another department's alike."""
    officer = officers_for_hand(shift).filter(id=officer_id).first()
    if officer is None:
        raise OfficerNotFound()
    return officer


def officers_for_relief(shift: Shift) -> "QuerySet[Officer]":
    """The same without those who are, or were, on the shift themselves."""
    return officers_for_hand(shift).exclude(assignments__shift=shift)
