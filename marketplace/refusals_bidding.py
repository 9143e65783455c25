"""Why an officer's bid, or the award of a shift, is refused."""

from datetime import datetime
from zoneinfo import ZoneInfo

from departments.policy.verdicts import Verdict
from kernel.errors import IllegalTransition, NotFound, NotPermitted, Refusal


def _local(moment: datetime, time_zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(time_zone)):%a %d %b %H:%M}"


class ShiftNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such shift, or it is not open to you.")


class OfficerNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such officer.")


class BidNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("You have no bid on this shift.")


class NotOnRoster(NotPermitted):
    code = "not_on_roster"

    def __init__(self) -> None:
        super().__init__("Your department no longer lists you for off-duty work. Ask your coordinator.")


class ShiftNotOpen(IllegalTransition):
    code = "shift_not_open"

    def __init__(self, state: str) -> None:
        super().__init__(
            f"This shift does not take bids: it is {state.replace('_', ' ')}. Look for another near you.", state=state
        )


class ShiftAlreadyFilled(IllegalTransition):
    code = "shift_already_filled"

    def __init__(self, headcount: int) -> None:
        wanted = "The one place is" if headcount == 1 else f"All {headcount} places are"
        super().__init__(f"{wanted} taken. Look for another shift near you.", headcount=headcount)


class BiddingClosed(IllegalTransition):
    code = "bidding_closed"

    def __init__(self, closes_at: datetime, time_zone: str) -> None:
        super().__init__(
            f"Bidding on this shift closed on {_local(closes_at, time_zone)}. Look for another near you.",
            closes_at=closes_at.isoformat(),
        )


class BiddingStillOpen(IllegalTransition):
    code = "bidding_still_open"

    def __init__(self, closes_at: datetime, time_zone: str) -> None:
        super().__init__(
            f"Bidding runs until {_local(closes_at, time_zone)}; the shift is awarded then.",
            closes_at=closes_at.isoformat(),
        )


class AlreadyAwarded(IllegalTransition):
    code = "already_awarded"

    def __init__(self, awarded_at: datetime, time_zone: str) -> None:
        super().__init__(
            f"This shift was awarded on {_local(awarded_at, time_zone)}. Its award is on the shift's page.",
            awarded_at=awarded_at.isoformat(),
        )


class AlreadyBid(IllegalTransition):
    code = "already_bid"

    def __init__(self, placed_at: datetime, time_zone: str, state: str) -> None:
        super().__init__(
            f"You bid on this shift on {_local(placed_at, time_zone)}; that bid counts. It is listed under your bids.",
            placed_at=placed_at.isoformat(),
            state=state,
        )


class BidAlreadyDecided(IllegalTransition):
    code = "bid_already_decided"

    def __init__(self, state: str) -> None:
        super().__init__(
            f"This bid can no longer be withdrawn: it is {state}. If you cannot work the shift, tell your coordinator.",
            state=state,
        )


class AssignmentHasBegun(IllegalTransition):
    code = "assignment_has_begun"

    def __init__(self, state: str) -> None:
        super().__init__(
            f"This officer cannot be taken off: they are {state.replace('_', ' ')}. Correct the hours instead.",
            state=state,
        )


class RankNotWanted(Refusal):
    code = "rank_not_wanted"

    def __init__(self, rank_code: str, wanted: list[str]) -> None:
        super().__init__(
            f"This shift has no place for that rank. It asks for: {', '.join(wanted)}.",
            field="rank_code",
            rank_code=rank_code,
            wanted=wanted,
        )


class OverlapsCommitment(Refusal):
    code = "overlaps_commitment"

    def __init__(self, starts_at: datetime, ends_at: datetime, time_zone: str) -> None:
        super().__init__(
            f"You are assigned to another shift from {_local(starts_at, time_zone)} to {_local(ends_at, time_zone)}, "
            "which overlaps this one. Choose a shift at another time.",
            starts_at=starts_at.isoformat(),
            ends_at=ends_at.isoformat(),
        )


class NotAllowedAtHome(Refusal):
    """The same for the desk of another department: which rule, and why, is between the officer and their own."""

    code = "not_allowed_at_home"

    def __init__(self) -> None:
        super().__init__("The rules of the officer's own department do not allow this shift. The officer can read why.")


class PolicyDenied(Refusal):
    """The home department's rules say no, or say that somebody must approve first. `verdict` has every reason."""

    code = "policy_denied"

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(
            verdict.sentence,
            outcome=verdict.outcome,
            policy_version=verdict.policy_version,
            reasons=[
                {"rule_id": reason.rule_id, "outcome": reason.outcome, "numbers": dict(reason.numbers)}
                for reason in verdict.reasons
            ],
        )
        self.verdict = verdict


class AlreadyServesElsewhere(Refusal):
    code = "already_serves_elsewhere"

    def __init__(self) -> None:
        super().__init__(
            "You are on the roster of another department here. Ask it to end your service before you join this one."
        )


class InvitationForSomebodyElse(Refusal):
    code = "invitation_for_somebody_else"

    def __init__(self) -> None:
        super().__init__("You have joined from another roster entry already. Ask your coordinator which one is right.")


class TravelRadiusOutOfRange(Refusal):
    code = "travel_radius_out_of_range"

    def __init__(self, metres: int, minimum_metres: int, maximum_metres: int) -> None:
        super().__init__(
            f"Choose a travel distance between {minimum_metres // 1000} and {maximum_metres // 1000} km.",
            field="travel_radius_metres",
            metres=metres,
            minimum_metres=minimum_metres,
            maximum_metres=maximum_metres,
        )


class BiddingNotOpenForYouYet(IllegalTransition):
    """`opens_at` None is an opening that the department keeps hidden."""

    code = "bidding_not_open_for_you_yet"

    def __init__(self, opens_at: datetime | None, time_zone: str) -> None:
        when = (
            "It opens at a moment that nobody is told beforehand; look again later."
            if opens_at is None
            else f"For you it opens on {_local(opens_at, time_zone)}."
        )
        super().__init__(
            f"Bidding on this shift is not open to you yet. {when}",
            opens_at=None if opens_at is None else opens_at.isoformat(),
        )


class NoTierTakesYou(NotPermitted):
    code = "no_tier_takes_you"

    def __init__(self) -> None:
        super().__init__("This department's award order has no place for officers of your kind on this shift.")


class BidsNotTaken(IllegalTransition):
    code = "bids_not_taken"

    def __init__(self) -> None:
        super().__init__(
            "This department offers its shifts itself, without bids. Say on your profile when you are available."
        )


class OfferNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such offer to you.")


class OfferAlreadyAnswered(IllegalTransition):
    code = "offer_already_answered"

    def __init__(self, state: str) -> None:
        word = {"unreachable": "no longer open: the time to answer has passed"}.get(state, state)
        super().__init__(f"This offer is {word}.", state=state)


class OfferExpired(IllegalTransition):
    code = "offer_expired"

    def __init__(self, answer_by: datetime, time_zone: str) -> None:
        super().__init__(
            f"The time to answer ended on {_local(answer_by, time_zone)}. The place goes to the next officer.",
            answer_by=answer_by.isoformat(),
        )


class CallOffNeedsCoordinator(IllegalTransition):
    code = "call_off_needs_coordinator"

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{sentence} Ask your coordinator, who can take you off this shift.")


class CallOffTooLate(IllegalTransition):
    code = "call_off_too_late"

    def __init__(self, until: datetime, hours: int, time_zone: str) -> None:
        super().__init__(
            f"Officers may give this shift up until {_local(until, time_zone)}, {hours} h before its start. "
            "Call your coordinator.",
            until=until.isoformat(),
            hours=hours,
        )


class AwardToOneself(NotPermitted):
    code = "award_to_oneself"

    def __init__(self) -> None:
        super().__init__("Nobody gives a place to themselves by hand. Ask somebody else in the role.")


class MayNotAwardByHand(NotPermitted):
    code = "may_not_award_by_hand"

    def __init__(self, roles: tuple[str, ...]) -> None:
        super().__init__(f"Your department lets {', '.join(roles)} award by hand.", roles=list(roles))
