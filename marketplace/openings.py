"""When a shift is open to whom: tiers that widen, bidding windows, and openings that nobody is told of beforehand."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from departments import seniority
from departments.eligibility import Judgement
from departments.policies import policy_at
from departments.policy.bidding_windows import BiddingStart, bidding_start
from departments.policy.candidates import years_of_service
from departments.policy.documents import Policy
from departments.policy.tiers import TierPlace, openings, tier_chain, tier_of
from kernel import outbox
from marketplace import events
from marketplace.assigning import TAKING_STATES, locked_shift
from marketplace.models import Officer, Shift
from marketplace.refusals_bidding import BiddingNotOpenForYouYet, NoTierTakesYou
from marketplace.scanning import move_each

# Orders that offer places instead of taking bids.
OFFERING_METHODS = ("automatic", "wheel")
_BATCH = 200


def set_openings(*, shift: Shift, policy: Policy) -> None:
    """Note when the next tier opens, and from when other departments' officers may come. The caller saves the shift."""
    assert shift.opened_at is not None
    tiers = policy.award_order.tiers
    opens = openings(tiers, opened_at=shift.opened_at, starts_at=shift.starts_at)
    later = [moment for moment in opens.values() if shift.opened_at < moment < shift.starts_at]
    others = [opens[tier.id] for tier in (tier_chain(tiers) if tiers else []) if tier.who.home != "own"]
    shift.next_tier_opens_at = min(later, default=None)
    shift.open_to_others_at = min(others, default=None)


def own_tier(*, officer: Officer, shift: Shift, judgement: Judgement, policy: Policy) -> TierPlace | None:
    """The first tier that takes the officer, by what their home roster says of them."""
    facts = judgement.snapshot["officer"]
    return tier_of(
        policy.award_order.tiers,
        is_own=officer.home_department_id == shift.governing_department_id,
        rank_code=facts["rank_code"],
        credentials=[one["code"] for one in facts["credentials"]],
        opened_at=shift.opened_at or shift.starts_at,
        starts_at=shift.starts_at,
    )


def refuse_not_open_yet(*, officer: Officer, shift: Shift, judgement: Judgement, policy: Policy, at: datetime) -> None:
    """Raises NoTierTakesYou, and BiddingNotOpenForYouYet with the time, unless that time is hidden."""
    tier = own_tier(officer=officer, shift=shift, judgement=judgement, policy=policy)
    if tier is None:
        raise NoTierTakesYou()
    start = _start(officer=officer, shift=shift, judgement=judgement, policy=policy)
    opens_at = max(tier.opens_at, start.opens_at)
    if at < opens_at:
        hidden = start.hidden and start.opens_at >= tier.opens_at
        raise BiddingNotOpenForYouYet(None if hidden else opens_at, shift.time_zone)


def scan_tiers(*, at: datetime) -> int:
    """Tell of every tier that has opened since the last look, each shift in a transaction of its own."""
    due = (
        Shift.objects.filter(next_tier_opens_at__lte=at)
        .order_by("next_tier_opens_at")
        .values_list("id", flat=True)[:_BATCH]
    )
    return move_each(due, lambda shift_id: _open_next_tier(shift_id, at))


def _open_next_tier(shift_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        shift = locked_shift(shift_id)
        if shift.next_tier_opens_at is None or shift.next_tier_opens_at > at or shift.opened_at is None:
            return False
        policy = policy_at(department_id=shift.governing_department_id, at=shift.starts_at)
        opens = openings(policy.award_order.tiers, opened_at=shift.opened_at, starts_at=shift.starts_at)
        if shift.state in TAKING_STATES and shift.starts_at > at:
            for tier_id, moment in opens.items():
                if shift.next_tier_opens_at <= moment <= at:
                    outbox.announce(
                        name=events.TIER_OPENED,
                        payload={"shift_id": str(shift.id), "tier_id": tier_id},
                        tenant_id=shift.governing_department_id,
                        at=at,
                    )
            if policy.award_order.method in OFFERING_METHODS and shift.awarded_at is not None:
                # More officers may be asked now: a new list, without waiting for tomorrow's.
                shift.offers_due_at = at
        shift.next_tier_opens_at = min((one for one in opens.values() if at < one < shift.starts_at), default=None)
        shift.save(update_fields=["next_tier_opens_at", "offers_due_at"])
        return True


def _start(*, officer: Officer, shift: Shift, judgement: Judgement, policy: Policy) -> BiddingStart:
    windows = policy.award_order.windows
    opened_at = shift.opened_at or shift.starts_at
    if windows is None:
        return BiddingStart(opened_at, "", "", hidden=False)
    places = seniority.seniority_list(department_id=shift.governing_department_id)
    on_date = shift.starts_at.astimezone(ZoneInfo(policy.time_zone)).date()
    return bidding_start(
        windows,
        opened_at=opened_at,
        seed=shift.draw_seed,
        shift_id=str(shift.id),
        officer_id=str(officer.id),
        rank_code=judgement.snapshot["officer"]["rank_code"],
        years_of_service=years_of_service(judgement.seniority_date, on_date),
        seniority_place=next((one.place for one in places if one.officer_id == officer.id), None),
        roster_size=len(places),
    )
