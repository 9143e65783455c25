"""“Why not me?”: what became of an officer's own bid, in sentences and figures, for every way that a bid can end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.errors import NotFound
from marketplace.award_reading import AwardReading, Ladder, ladder_of, reading_for_officer, shown_awards, took_part
from marketplace.contest_terms import contest_closes_at
from marketplace.models import Award, AwardContest, Bid, Officer, Shift


@dataclass(frozen=True)
class RuleLine:
    """What one rule said of the officer when the award was made."""

    rule_id: str
    outcome: str
    sentence: str
    lifts_at: datetime | None


@dataclass(frozen=True)
class OwnAward:
    """`state` is waiting, won, backup, lost, denied or withdrawn. `reading` is the award that decided it, `later` what
    happened to the same position afterwards, the earliest first. `contests` are the officer's own, the newest first.

    `contestable` names the award that can be contested now and until when, or is None.
    """

    shift: Shift
    bid: Bid | None
    state: str
    verdict: str
    reading: AwardReading | None
    ladder: Ladder | None
    rules: tuple[RuleLine, ...]
    later: tuple[AwardReading, ...]
    contests: tuple[AwardContest, ...]
    contestable: tuple[Award, datetime] | None


def explain_own_award(*, officer: Officer, shift_id: UUID, at: datetime) -> OwnAward:
    """Raises NotFound for a shift that the officer neither bid on nor was considered for."""
    shift = Shift.objects.select_related("job__venue").filter(id=shift_id).first()
    bid = (
        Bid.objects.select_related("position").filter(shift_id=shift_id, officer=officer).order_by("-placed_at").first()
    )
    awards = shown_awards(Award.objects.filter(shift_id=shift_id).select_related("shift__job", "position"))
    own = [award for award in awards if took_part(award=award, officer_id=officer.id)]
    if shift is None or (bid is None and not own):
        raise NotFound("There is no such bid of yours.")
    deciding = _deciding(awards, own, bid)
    state = _state(officer, bid, deciding)
    contests = tuple(AwardContest.objects.filter(officer=officer, award__shift_id=shift_id).order_by("-filed_at").all())
    later = [
        reading_for_officer(award=award, officer=officer)
        for award in awards
        if deciding is not None and award.position_id == deciding.position_id and award.decided_at > deciding.decided_at
    ]
    return OwnAward(
        shift=shift,
        bid=bid,
        state=state,
        verdict=_verdict(state, bid, deciding, officer),
        reading=reading_for_officer(award=deciding, officer=officer) if deciding else None,
        ladder=ladder_of(award=deciding, officer_id=officer.id) if deciding else None,
        rules=_rules(deciding, officer) if deciding else (),
        later=tuple(later),
        contests=contests,
        contestable=_contestable(state, [deciding, *(one.award for one in later)], own, bid, contests, at),
    )


def _deciding(awards: list[Award], own: list[Award], bid: Bid | None) -> Award | None:
    """The ranking that the officer was in, else the award that names them, else the position's first: whoever withdrew
    is in none, and may still see how it went."""
    ranked = [award for award in own if award.snapshot.get("ranking")]
    if ranked:
        return ranked[-1]
    if own:
        return own[-1]
    return next((award for award in awards if bid is not None and award.position_id == bid.position_id), None)


def _state(officer: Officer, bid: Bid | None, award: Award | None) -> str:
    if bid is None:
        stored = _stored_bid(award, officer)
        return str(stored.get("outcome", "lost"))
    if bid.state == Bid.State.PLACED:
        return "waiting"
    if bid.state == Bid.State.LOST and award is not None and _denied(award, officer):
        return "denied"
    return str(bid.state)


def _verdict(state: str, bid: Bid | None, award: Award | None, officer: Officer) -> str:
    if bid is not None and bid.explanation:
        return bid.explanation
    if state == "waiting":
        return "Your bid is in. It is decided when bidding closes, by the order below."
    return str(_stored_bid(award, officer).get("explanation", "")) or "The award names no reason for you."


def _stored_bid(award: Award | None, officer: Officer) -> dict[str, Any]:
    bids = award.snapshot["bids"] if award is not None else []
    return next((bid for bid in bids if bid["officer_id"] == str(officer.id)), {})


def _denied(award: Award, officer: Officer) -> bool:
    judgement = award.snapshot["judgements"].get(str(officer.id))
    return judgement is not None and judgement["verdict"]["outcome"] not in ("allow", "warn")


def _rules(award: Award, officer: Officer) -> tuple[RuleLine, ...]:
    judgement = award.snapshot["judgements"].get(str(officer.id))
    if judgement is None:
        return ()
    return tuple(
        RuleLine(
            reason["rule_id"],
            reason["outcome"],
            reason["sentence"],
            datetime.fromisoformat(reason["lifts_at"]) if reason.get("lifts_at") else None,
        )
        for reason in judgement["verdict"]["reasons"]
    )


def _contestable(
    state: str,
    candidates: list[Award | None],
    own: list[Award],
    bid: Bid | None,
    contests: tuple[AwardContest, ...],
    at: datetime,
) -> tuple[Award, datetime] | None:
    """The latest decision first: an override after the award is what somebody would contest."""
    if state in ("waiting", "won") or (state == "withdrawn" and not own):
        return None
    taken = {one.award_id for one in contests if one.state != AwardContest.State.WITHDRAWN}
    for award in reversed([one for one in candidates if one is not None]):
        closes_at = contest_closes_at(award=award)
        if award.id not in taken and at < closes_at:
            return award, closes_at
    return None
