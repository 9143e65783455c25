"""Answers to offers: by the officer, by a coordinator who telephoned, or by silence. The next on the list follows."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.policies import policy_at
from kernel import audit, outbox
from kernel.actors import Actor, system
from kernel.errors import InvalidInput
from marketplace import events, relief_search
from marketplace.assigning import TAKING_STATES, locked_officers, locked_shift, record_confirmation, restate_shift
from marketplace.eligibility import verdict_for
from marketplace.models import Assignment, Job, Offer, Officer, Shift
from marketplace.offering import ask_next, begin_round, end_round_if_over, latest_list, order_of
from marketplace.openings import OFFERING_METHODS
from marketplace.refusals_bidding import (
    NotAllowedAtHome,
    NotOnRoster,
    OfferAlreadyAnswered,
    OfferExpired,
    OfferNotFound,
    PolicyDenied,
)
from marketplace.scanning import move_each
from marketplace.service_levels import levels_at

OFFER_TIMER = system("offer timer")
ANSWERS = ("accepted", "refused", "unreachable")
_BATCH = 200


def answer_offer(*, officer: Officer, offer_id: UUID, accept: bool, actor: Actor, at: datetime) -> Offer:
    """The officer's own answer. Raises OfferNotFound, OfferAlreadyAnswered, OfferExpired, NotOnRoster, PolicyDenied."""
    if not Offer.objects.filter(id=offer_id, officer=officer).exists():
        raise OfferNotFound()
    return _answer(offer_id=offer_id, answer="accepted" if accept else "refused", actor=actor, at=at)


def record_answer(*, department_id: UUID, offer_id: UUID, answer: str, actor: Actor, at: datetime) -> Offer:
    """What a coordinator heard on the telephone: accepted, refused or unreachable.

    Raises OfferNotFound, InvalidInput, OfferAlreadyAnswered, OfferExpired, NotOnRoster, PolicyDenied, NotAllowedAtHome.
    """
    if not Offer.objects.filter(id=offer_id, shift__governing_department_id=department_id).exists():
        raise OfferNotFound()
    if answer not in ANSWERS:
        raise InvalidInput(f"Choose one of: {', '.join(ANSWERS)}.", field="answer")
    return _answer(offer_id=offer_id, answer=answer, actor=actor, at=at, recorded_by=actor.person_id)


def scan_offers(*, at: datetime) -> int:
    """Offers that nobody answered in time, and rounds that are to begin again."""
    late = Offer.objects.filter(state=Offer.State.OPEN, answer_by__lte=at).order_by("answer_by")
    due = Shift.objects.filter(offers_due_at__lte=at).order_by("offers_due_at")
    answered = move_each(
        late.values_list("id", flat=True)[:_BATCH],
        lambda offer_id: _answer(offer_id=offer_id, answer="unreachable", actor=OFFER_TIMER, at=at),
    )
    return answered + move_each(due.values_list("id", flat=True)[:_BATCH], lambda shift_id: _repeat_round(shift_id, at))


def continue_offers(*, shift: Shift, actor: Actor, at: datetime) -> bool:
    """After a place became free: the next of the original lists. The caller holds the shift's lock and no officer's.

    False when the places of this shift are not, or no longer, offered. An agency's desk decides for itself whom it asks
    next.
    """
    if shift.job.route == Job.Route.AGENCY:
        return False
    policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
    if policy.award_order.method not in OFFERING_METHODS or shift.state not in TAKING_STATES or shift.first_come:
        return False
    positions = list(shift.positions.order_by("-pay_rate_cents_per_hour", "rank_code"))
    listed = {UUID(one) for position in positions if (award := latest_list(position)) for one in order_of(award)}
    # All lists' officers at once: taken list by list, two shifts could wait for each other.
    officers = locked_officers(list(listed))
    for position in positions:
        ask_next(shift=shift, position=position, officers=officers, policy=policy, actor=actor, at=at)
    end_round_if_over(shift=shift, policy=policy, at=at)
    return True


def _answer(*, offer_id: UUID, answer: str, actor: Actor, at: datetime, recorded_by: UUID | None = None) -> Offer:
    shift_id, officer_id = Offer.objects.values_list("shift_id", "officer_id").get(id=offer_id)
    with transaction.atomic():
        shift = locked_shift(shift_id)
        offer = _locked_offer(offer_id)
        offer.shift = shift
        if offer.state != Offer.State.OPEN:
            raise OfferAlreadyAnswered(str(offer.state))
        if answer != "unreachable" and at >= offer.answer_by:
            raise OfferExpired(offer.answer_by, shift.time_zone)
        if answer == "accepted":
            offer.officer = locked_officers([officer_id, *relief_search.lock_for_acceptance(offer)])[officer_id]
            _commit(offer, is_told=recorded_by is not None, actor=actor, at=at)
        else:
            _take_hold_away(offer)
        offer.state = Offer.State(answer)
        offer.answered_at = at
        offer.recorded_by_person_id = recorded_by
        offer.save(update_fields=["state", "answered_at", "recorded_by_person_id", "assignment"])
        audit.record(
            actor=actor,
            action=f"offer.{answer}",
            subject_kind="offer",
            subject_id=offer.id,
            tenant_id=shift.governing_department_id,
            at=at,
            before={"state": "open"},
            after={"state": answer, "officer_id": str(officer_id)},
        )
        outbox.announce(
            name=events.OFFER_ANSWERED,
            payload={"offer_id": str(offer.id)},
            tenant_id=shift.governing_department_id,
            at=at,
        )
        if answer != "accepted":
            _ask_the_next(offer, shift, at)
        return offer


def _ask_the_next(offer: Offer, shift: Shift, at: datetime) -> None:
    if offer.relief_search is None:
        continue_offers(shift=shift, actor=OFFER_TIMER, at=at)
        return
    levels = levels_at(department_id=shift.governing_department_id, at=shift.starts_at)
    relief_search.ask_following(search=offer.relief_search, shift=shift, levels=levels, actor=OFFER_TIMER, at=at)


def _locked_offer(offer_id: UUID) -> Offer:
    return (
        Offer.objects.select_for_update(of=("self",))
        .select_related("position", "relief_search__assignment")
        .get(id=offer_id)
    )


def _commit(offer: Offer, *, is_told: bool, actor: Actor, at: datetime) -> None:
    """Judged again: between offer and answer the officer may have been suspended, or a tour may have been entered.

    `is_told`: a coordinator writes down what the officer said, and reads the refusal.
    """
    if offer.officer.left_at is not None:
        raise NotOnRoster()
    judgement = verdict_for(officer=offer.officer, shift=offer.shift, position=offer.position, at=at)
    if not judgement.verdict.allowed:
        if is_told and offer.officer.home_department_id != offer.shift.governing_department_id:
            raise NotAllowedAtHome()
        raise PolicyDenied(judgement.verdict)
    assignment = Assignment.objects.select_for_update(of=("self",)).get(offer=offer)
    if assignment.state != Assignment.State.OFFERED:
        raise OfferAlreadyAnswered(str(assignment.state))
    if offer.relief_search_id is not None:
        relief_search.take_over(offer=offer, shift=offer.shift, taken_by=assignment, actor=actor, at=at)
    assignment.state = Assignment.State.CONFIRMED
    assignment.save(update_fields=["state"])
    record_confirmation(assignment=assignment, shift=offer.shift, position=offer.position, actor=actor, at=at)
    restate_shift(shift=offer.shift, actor=actor, at=at)


def _take_hold_away(offer: Offer) -> None:
    held, offer.assignment = offer.assignment, None
    offer.save(update_fields=["assignment"])
    if held is not None and held.state == Assignment.State.OFFERED:
        held.delete()


def _repeat_round(shift_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        shift = locked_shift(shift_id)
        if shift.offers_due_at is None or shift.offers_due_at > at:
            return False
        policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
        if shift.state in TAKING_STATES and shift.starts_at > at:
            begin_round(shift=shift, policy=policy, actor=OFFER_TIMER, at=at)
        else:
            shift.offers_due_at = None
            shift.save(update_fields=["offers_due_at"])
        return True
