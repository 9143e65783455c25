"""What a page may say of an award, and to whom: the desk reads names, an officer their own and pseudonyms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from departments.policy.counterfactuals import Change, what_would_have_won
from departments.policy.draws import commitment_of
from departments.policy.ordering_keys import KEYS
from departments.policy.refusals import SnapshotUnreadable
from marketplace.award_records import DENIED, replay_award
from marketplace.models import Award, Officer
from marketplace.pseudonyms import pseudonyms_of

# A person chose instead of the order.
OVERRIDE_KINDS = ("manual",)
FORMER = "A former officer"
_DENIED_AT_HOME = f"{DENIED}The rules of the officer's own department do not allow this shift."


@dataclass(frozen=True)
class BidderLine:
    """One who was considered. `values` are (key, value) in the order's own order; `decided_by` is the key that put this
    bidder behind the one before."""

    officer_id: str
    name: str
    is_reader: bool
    place: int | None
    outcome: str
    values: tuple[tuple[str, int | str | None], ...]
    decided_by: str
    sentence: str
    bid_at: datetime | None


@dataclass(frozen=True)
class AwardReading:
    """`ranked` in places, `left_out` those whom a rule or another shift kept out; `places` were to be filled.

    `is_override`: a person chose; `reason` and `made_by` then say why and who.
    """

    award: Award
    kind: str
    keys: tuple[str, ...]
    places: int
    ranked: tuple[BidderLine, ...]
    left_out: tuple[BidderLine, ...]
    seed: str
    commitment: str
    is_override: bool
    reason: str
    made_by: str

    @property
    def winners(self) -> tuple[BidderLine, ...]:
        return tuple(line for line in self.ranked if line.outcome == "won")

    @property
    def cut_off_place(self) -> int | None:
        """After which place nobody got one; None when everybody did or nobody was ranked."""
        won = sum(line.outcome == "won" for line in self.ranked)
        return won if 0 < won < len(self.ranked) else None


@dataclass(frozen=True)
class Rung:
    """One key of the order: the reader's value beside that at the cut-off. `relation` is ahead, equal or behind."""

    key: str
    own: int | str | None
    cut_off: int | str | None
    relation: str
    decides: bool


@dataclass(frozen=True)
class Ladder:
    """`against_winner`: the cut-off is the last who got a place; else it is the first who did not."""

    place: int
    count: int
    rungs: tuple[Rung, ...]
    against_winner: bool
    changes: tuple[Change, ...]


def reading_for_desk(*, award: Award) -> AwardReading:
    """Of another department's officers the desk reads that their rules said no, never which and why."""
    officers = list(Officer.objects.filter(id__in=_officer_ids(award)))
    reading = read_award(award=award, names={str(officer.id): officer.display_name for officer in officers})
    homes = {str(officer.id): officer.home_department_id for officer in officers}
    desk = award.shift.governing_department_id
    left_out = (
        replace(line, sentence=explanation_for_desk(line.sentence, home_id=homes.get(line.officer_id), desk_id=desk))
        for line in reading.left_out
    )
    return replace(reading, left_out=tuple(left_out))


def explanation_for_desk(explanation: str, *, home_id: UUID | None, desk_id: UUID) -> str:
    """A bid's explanation as a governing desk may read it."""
    return _DENIED_AT_HOME if home_id != desk_id and explanation.startswith(DENIED) else explanation


def reading_for_officer(*, award: Award, officer: Officer) -> AwardReading:
    """Colleagues by pseudonym, the reader by their own name."""
    names = pseudonyms_of(department_id=award.shift.governing_department_id, officer_ids=_officer_ids(award))
    return read_award(award=award, names={**names, str(officer.id): officer.display_name}, reader_id=officer.id)


def read_award(*, award: Award, names: Mapping[str, str], reader_id: UUID | None = None) -> AwardReading:
    stored = award.snapshot
    ranking = stored.get("ranking")
    keys = tuple(ranking["keys"]) if ranking else ()
    reader = str(reader_id) if reader_id else ""
    by_id = {bid["officer_id"]: bid for bid in stored["bids"]}

    def line(row: Mapping[str, Any], **more: Any) -> BidderLine:
        officer_id = row["officer_id"]
        return BidderLine(
            officer_id=officer_id,
            name=names.get(officer_id, FORMER),
            is_reader=officer_id == reader,
            place=row.get("place"),
            outcome=row["outcome"],
            **more,
        )

    if ranking:
        ranked = [
            line(
                entry,
                values=tuple((key, entry["key_values"].get(key)) for key in keys),
                decided_by=entry["decided_by"],
                sentence=entry["sentence"],
                bid_at=_moment(entry["bid_at"]),
            )
            for entry in ranking["entries"]
        ]
    else:
        ranked = [_unranked(line, bid) for bid in stored["bids"] if bid["outcome"] in ("won", "backup")]
    known = {one.officer_id for one in ranked}
    left_out = [_unranked(line, bid) for officer_id, bid in by_id.items() if officer_id not in known]
    kind = stored["kind"]
    return AwardReading(
        award=award,
        kind=kind,
        keys=keys,
        places=ranking["positions_to_fill"] if ranking else award.position.headcount,
        ranked=tuple(ranked),
        left_out=tuple(left_out),
        seed=stored["draw"]["seed"],
        commitment=stored["draw"]["commitment"],
        is_override=kind in OVERRIDE_KINDS,
        reason=reason_of(stored),
        made_by=award.decided_by,
    )


def reason_of(stored: Mapping[str, Any]) -> str:
    """What the person who overrode the order wrote."""
    return str(stored.get("reason") or (stored.get("manual") or {}).get("reason") or "")


def ladder_of(*, award: Award, officer_id: UUID) -> Ladder | None:
    """Where one bidder stands against the cut-off, key by key. None when the award ranked nobody or not them."""
    ranking = award.snapshot.get("ranking")
    entries = ranking["entries"] if ranking else []
    own = next((entry for entry in entries if entry["officer_id"] == str(officer_id)), None)
    if own is None:
        return None
    winners = [entry for entry in entries if entry["outcome"] == "won"]
    losers = [entry for entry in entries if entry["outcome"] != "won"]
    is_winner = own["outcome"] == "won"
    other = (losers[0] if losers else None) if is_winner else (winners[-1] if winners else None)
    rungs: list[Rung] = []
    decided = other is None
    for key in ranking["keys"]:
        value, limit = own["key_values"].get(key), other["key_values"].get(key) if other else None
        relation = _relation(key, value, limit) if other else ""
        rungs.append(Rung(key, value, limit, relation, decides=not decided and relation != "equal"))
        decided = decided or relation != "equal"
    return Ladder(
        place=own["place"],
        count=len(entries),
        rungs=tuple(rungs),
        against_winner=not is_winner,
        changes=_changes(ranking, str(officer_id)),
    )


def _changes(ranking: Mapping[str, Any], officer_id: str) -> tuple[Change, ...]:
    """A ranking that cannot be done again explains nothing; that it cannot is said by `verified`."""
    try:
        return what_would_have_won(ranking, officer_id)
    except (SnapshotUnreadable, KeyError):
        return ()


def verified(*, award: Award) -> bool:
    """The same rules, fed the stored facts, come to the same outcome, and the seed fits its commitment."""
    draw = award.snapshot["draw"]
    return replay_award(award=award) and (not draw["seed"] or commitment_of(draw["seed"]) == draw["commitment"])


def took_part(*, award: Award, officer_id: UUID) -> bool:
    return str(officer_id) in _officer_ids(award)


def _officer_ids(award: Award) -> set[str]:
    ranking = award.snapshot.get("ranking") or {}
    return {row["officer_id"] for row in (*award.snapshot["bids"], *ranking.get("entries", ()))}


def _unranked(line: Any, bid: Mapping[str, Any]) -> BidderLine:
    return line(bid, values=(), decided_by="", sentence=bid["explanation"], bid_at=_moment(bid.get("placed_at")))


def _relation(key: str, own: Any, other: Any) -> str:
    if own == other or own is None or other is None:
        return "equal"
    lower_first = key not in KEYS or KEYS[key].first == "lowest"
    return "ahead" if (own < other) == lower_first else "behind"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def shown_awards(awards: Iterable[Award]) -> list[Award]:
    return sorted(awards, key=lambda award: (award.decided_at, award.id))
