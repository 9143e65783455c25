"""Past awards made again, one after the other, under the rules of their time or under a draft.

Both runs go the same way over the same facts, so what differs between them is the draft's doing. Each award sees the
simulated places that came before it instead of the real ones, so that hours accumulate as they would have. What is not
simulated: who would have bid under other rules, and who would have refused. A place that goes to the same officer as in
reality has the same fate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from departments.policy.documents import Policy
from departments.policy.evaluation import evaluate
from departments.policy.facts import Commitment
from departments.policy.ordering import Bidder, Ranking, rank_bidders
from departments.policy.past_awards import History, PastAward, PastBidder
from departments.policy.simulated_values import Held, values_for
from departments.policy.verdicts import Verdict


@dataclass(slots=True)
class Decision:
    """One award made again. `denied` by officer; `ranking` is None where the place was not ranked for."""

    award: PastAward
    winners: list[str] = field(default_factory=list)
    denied: dict[str, Verdict] = field(default_factory=dict)
    ranking: Ranking | None = None

    def sentence_of(self, officer_id: str) -> str:
        """Why the officer did or did not get it."""
        if officer_id in self.denied:
            return self.denied[officer_id].sentence
        entries = self.ranking.entries if self.ranking else ()
        return next((entry.sentence for entry in entries if entry.officer_id == officer_id), "")


@dataclass(slots=True)
class Run:
    decisions: list[Decision] = field(default_factory=list)
    minutes_by_officer: Counter[str] = field(default_factory=Counter)
    filled_by_position: Counter[str] = field(default_factory=Counter)
    denials_by_rule: Counter[str] = field(default_factory=Counter)
    denials: int = 0


def simulate(*, history: History, draft: Policy | None = None, on_step: Callable[[], None] | None = None) -> Run:
    """`draft` None is the rules of the time. `on_step` is called after each award, for whoever shows progress."""
    return _Simulation(history, draft).run(on_step)


class _Simulation:
    def __init__(self, history: History, draft: Policy | None) -> None:
        self.history = history
        self.draft = draft
        self.held = Held(history.work, frozenset(award.shift_id for award in history.awards))
        self.result = Run()
        self.ranked: dict[str, Decision] = {}
        self.places: dict[str, list[str]] = {}

    def run(self, on_step: Callable[[], None] | None) -> Run:
        for award in self.history.awards:
            decision = self._decide(award)
            self.result.decisions.append(decision)
            if on_step is not None:
                on_step()
        for officer_id, places in self.held.places.items():
            # A place that was given up without work is nobody's hours.
            if places:
                kept = [one for one in places if one.given_up_at is None]
                self.result.minutes_by_officer[officer_id] = sum(one.minutes for one in kept)
        self.result.filled_by_position = Counter({key: len(officers) for key, officers in self.places.items()})
        return self.result

    def _decide(self, award: PastAward) -> Decision:
        decision = Decision(award)
        free = max(0, award.headcount - len(self._holders(award)))
        if award.kind == "backup":
            self._promote(decision, free)
            return decision
        eligible = self._eligible(decision)
        if award.is_ranked:
            decision.ranking = self._rank(award, eligible, free)
            decision.winners = [entry.officer_id for entry in decision.ranking.winners]
            self.ranked[award.position_id] = decision
        else:
            decision.winners = [one.officer_id for one in eligible if one.officer_id in award.won][:free]
        for officer_id in decision.winners:
            self._give(award, officer_id)
        return decision

    def _rank(self, award: PastAward, eligible: list[PastBidder], free: int) -> Ranking:
        rules = self.draft or award.rules
        return rank_bidders(
            keys=rules.award_order.keys,
            shift_id=award.shift_id,
            seed=award.seed,
            positions_to_fill=free,
            bidders=[
                Bidder(
                    one.officer_id,
                    one.bid_at,
                    values_for(bidder=one, award=award, rules=rules, held=self.held),
                )
                for one in eligible
            ],
        )

    def _promote(self, decision: Decision, free: int) -> None:
        """A place came free: the next in this run's own order who has none and may work. As in reality, one award is
        one place; without an order of this run it is whoever got it."""
        award, ranked = decision.award, self.ranked.get(decision.award.position_id)
        if free == 0:
            return
        order = [entry.officer_id for entry in ranked.ranking.entries] if ranked and ranked.ranking else []
        bidders = {one.officer_id: one for one in (*(ranked.award.bidders if ranked else ()), *award.bidders)}
        for officer_id in order or [one.officer_id for one in award.bidders]:
            bidder = bidders.get(officer_id)
            if bidder is None or officer_id in self.places.get(award.position_id, []):
                continue
            if self._judge(bidder, award).allowed:
                decision.winners = [officer_id]
                self._give(award, officer_id)
                return

    def _eligible(self, decision: Decision) -> list[PastBidder]:
        found = []
        for bidder in decision.award.bidders:
            verdict = self._judge(bidder, decision.award)
            if verdict.allowed:
                found.append(bidder)
                continue
            decision.denied[bidder.officer_id] = verdict
            self.result.denials += 1
            rules = {one.rule_id for one in verdict.reasons if one.outcome in ("deny", "needs_approval")}
            self.result.denials_by_rule.update(rules)
        return found

    def _judge(self, bidder: PastBidder, award: PastAward) -> Verdict:
        rules = self.draft if self.draft is not None and bidder.is_own else bidder.rules
        return evaluate(
            policy=rules,
            officer=bidder.officer,
            shift=bidder.shift,
            commitments=self._commitments(bidder, award.decided_at),
            waivers=bidder.waivers,
        )

    def _commitments(self, bidder: PastBidder, at: datetime) -> list[Commitment]:
        """The stored ones, with the real places in simulated shifts replaced by this run's."""
        mine = self.held.shift_ids_of(bidder.officer_id, at)
        simulated = self.held.simulated_shift_ids
        kept = [one for one in bidder.commitments if one.reference not in simulated or one.reference in mine]
        known = {one.reference for one in kept}
        added = [
            Commitment("extra_duty", place.starts_at, place.ends_at, place.shift_id)
            for place in self.held.simulated(bidder.officer_id, at)
            if place.shift_id not in known
        ]
        return [*kept, *added]

    def _holders(self, award: PastAward) -> list[str]:
        """Who has a place on the position and has not given it up by now."""
        return [
            officer_id
            for officer_id in self.places.get(award.position_id, [])
            if award.shift_id in self.held.shift_ids_of(officer_id, award.decided_at)
        ]

    def _give(self, award: PastAward, officer_id: str) -> None:
        place = self.held.give(officer_id, award)
        self.places.setdefault(award.position_id, []).append(place.officer_id)
