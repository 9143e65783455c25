"""The file of `try_award`: shifts, bidders and expectations as people write them, read into the engine's own values.

Instants without an offset are the department's local time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator, FormatChecker

from departments.policy.candidates import AwardedShift, Candidate
from departments.policy.case_reading import policy_for
from departments.policy.counters import HistoryEntry
from departments.policy.documents import Policy
from departments.policy.facts import Commitment, OfficerFacts, ShiftFacts
from departments.policy.ordering_keys import BUILT_IN, KEYS, UNRATED_TENTHS
from departments.policy.refusals import Mistake
from departments.policy.shape_mistakes import mistakes_of_shape
from departments.policy.snapshots import commitment_from, officer_from, shift_from
from departments.policy.windows import midnight
from departments.policy.yaml_reading import line_of_paths, nearest_line, read_yaml


@dataclass(frozen=True, slots=True)
class Person:
    """`denied` and `values` stand for what the file states outright instead of leaving it to the rules."""

    candidate: Candidate
    facts: OfficerFacts
    commitments: tuple[Commitment, ...]
    bid_at: datetime | None
    available: bool
    denied: str
    values: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Move:
    officer_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AwardCase:
    """`policy` is the version that judges it."""

    id: str
    policy: Policy
    shift: AwardedShift
    shift_facts: ShiftFacts
    awarded_at: datetime | None
    positions_to_fill: int
    seed: str
    bidders: tuple[Person, ...]
    roster: tuple[Person, ...]
    answers: Mapping[str, str]
    by_hand: tuple[Mapping[str, str], ...]
    bumps: tuple[Move, ...]
    give_ups: tuple[Move, ...]
    expect: Mapping[str, Any]


def read_award_cases(text: str, *, policies: Sequence[Policy]) -> tuple[list[AwardCase], list[Mistake]]:
    """The cases, or every mistake with its path and line. One policy alone judges whatever the date."""
    data, mistakes = read_yaml(text)
    if mistakes:
        return [], mistakes
    found = [
        mistake
        for error in sorted(_validator().iter_errors(data), key=lambda error: list(map(str, error.absolute_path)))
        for mistake in mistakes_of_shape(error)
    ] or list(_mistakes_of_sense(data, policies))
    if found:
        lines = line_of_paths(text)
        return [], [Mistake(one.path, one.message, nearest_line(lines, one.path)) for one in found]
    return [_case(one, _policy_of(one, policies) or policies[0]) for one in data["awards"]], []


def _policy_of(award: Mapping[str, Any], policies: Sequence[Policy]) -> Policy | None:
    """The version in force on the local date of the shift's start."""
    if len(policies) == 1:
        return policies[0]
    zone = ZoneInfo(policies[0].time_zone)
    return policy_for(policies, on_date=_instant(award["shift"]["starts_at"], zone).astimezone(zone).date())


@cache
def _validator() -> Draft202012Validator:
    text = resources.files("departments.policy").joinpath("award_cases.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker())


def _mistakes_of_sense(data: Mapping[str, Any], policies: Sequence[Policy]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, award in enumerate(data["awards"]):
        path = f"awards[{index}]"
        if award["id"] in seen:
            yield Mistake(f"{path}.id", f"“{award['id']}” is already used")
        seen.add(award["id"])
        unreadable = list(_unreadable_instants(award, path))
        yield from unreadable
        policy = _policy_of(award, policies) if not unreadable else None
        if policy is not None:
            zone = ZoneInfo(policy.time_zone)
            if _instant(award["shift"]["ends_at"], zone) <= _instant(award["shift"]["starts_at"], zone):
                yield Mistake(f"{path}.shift.ends_at", "must be after starts_at")
            decided, opened = award.get("awarded_at"), award["shift"].get("opened_at")
            if decided and opened and _instant(decided, zone) < _instant(opened, zone):
                yield Mistake(f"{path}.awarded_at", "is before the shift opened")
            yield from _people(award, path, policy)
        elif not unreadable:
            yield Mistake(f"{path}.shift.starts_at", "is on a day on which no version of the policy is in force")


def _unreadable_instants(value: Any, path: str) -> Iterator[Mistake]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            here = f"{path}.{key}"
            if isinstance(item, str) and (key == "at" or key.endswith("_at")) and ".values" not in path:
                try:
                    datetime.fromisoformat(item)
                except ValueError:
                    yield Mistake(here, f"“{item}” is not a date and time; write one like 2026-03-20T18:00")
            else:
                yield from _unreadable_instants(item, here)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unreadable_instants(item, f"{path}[{index}]")


def _people(award: Mapping[str, Any], path: str, policy: Policy) -> Iterator[Mistake]:
    ranks = {rank.code for rank in policy.rate_card.ranks}
    known: dict[str, str] = {}
    for section in ("bidders", "roster"):
        for index, person in enumerate(award.get(section, [])):
            here = f"{path}.{section}[{index}]"
            officer_id = person["officer_id"]
            if officer_id in known:
                yield Mistake(f"{here}.officer_id", f"“{officer_id}” is already {known[officer_id]}: one line a person")
            known.setdefault(officer_id, here)
            rank = person.get("rank_code", "")
            if rank and rank not in ranks and person.get("home", "own") == "own":
                yield Mistake(f"{here}.rank_code", f"“{rank}” is not a rank of the policy's rate card")
            for key in person.get("values", {}):
                if key not in KEYS or key in BUILT_IN:
                    yield Mistake(f"{here}.values.{key}", "is not a key that can be given a value")
    wanted = award["shift"].get("rank_code", "")
    if wanted and wanted not in ranks:
        yield Mistake(f"{path}.shift.rank_code", f"“{wanted}” is not a rank of the policy's rate card")
    bidders = {person["officer_id"] for person in award["bidders"]}
    named = [(f"answers.{one}", one) for one in award.get("answers", {})]
    for section in ("bumps", "give_ups", "by_hand"):
        named += [(f"{section}[{i}].officer_id", one["officer_id"]) for i, one in enumerate(award.get(section, []))]
    for where, officer_id in named:
        if officer_id not in bidders:
            yield Mistake(f"{path}.{where}", f"“{officer_id}” is not among the bidders")


def _case(award: Mapping[str, Any], policy: Policy) -> AwardCase:
    zone = ZoneInfo(policy.time_zone)
    shift = award["shift"]
    shift_id = shift.get("shift_id", award["id"])
    starts_at, ends_at = _instant(shift["starts_at"], zone), _instant(shift["ends_at"], zone)
    opened_at = _instant(shift["opened_at"], zone) if "opened_at" in shift else _long_before(award, zone, policy)
    facts = shift_from(
        {**shift, "shift_id": shift_id, "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    )
    # Whoever is a bidder stands on the roster as well; the file names them once.
    return AwardCase(
        id=award["id"],
        policy=policy,
        shift=AwardedShift(shift_id, starts_at, opened_at, shift.get("event_type", "")),
        shift_facts=facts,
        awarded_at=_instant(award["awarded_at"], zone) if "awarded_at" in award else None,
        positions_to_fill=award.get("positions_to_fill", 1),
        seed=award.get("seed", f"try-out of {award['id']}"),
        bidders=tuple(_person(one, facts, policy, zone) for one in award["bidders"]),
        roster=tuple(_person(one, facts, policy, zone) for one in award.get("roster", [])),
        answers=award.get("answers", {}),
        by_hand=tuple(award.get("by_hand", [])),
        bumps=tuple(Move(one["officer_id"], _instant(one["at"], zone)) for one in award.get("bumps", [])),
        give_ups=tuple(Move(one["officer_id"], _instant(one["at"], zone)) for one in award.get("give_ups", [])),
        expect=award.get("expect", {}),
    )


def _long_before(award: Mapping[str, Any], zone: ZoneInfo, policy: Policy) -> datetime:
    """Without a word on it, the shift opened a week before bidding closes, and before anything that is told of it."""
    starts_at = _instant(award["shift"]["starts_at"], zone)
    told = [award["awarded_at"]] if "awarded_at" in award else []
    told += [one["bid_at"] for one in award["bidders"] if "bid_at" in one]
    a_week = timedelta(hours=policy.posting.closing_hours_before_start + 168)
    return min([starts_at - a_week, *(_instant(text, zone) for text in told)])


def _person(data: Mapping[str, Any], shift: ShiftFacts, policy: Policy, zone: ZoneInfo) -> Person:
    rank_code = data.get("rank_code") or shift.rank_code or policy.rate_card.ranks[0].code
    levels = {rank.code: rank.level for rank in policy.rate_card.ranks}
    credentials = [{"code": one} if isinstance(one, str) else dict(one) for one in data.get("credentials", [])]
    since = date.fromisoformat(data["seniority_date"]) if "seniority_date" in data else None
    joined = date.fromisoformat(data["joined_date"]) if "joined_date" in data else None
    return Person(
        candidate=Candidate(
            officer_id=data["officer_id"],
            is_own=data.get("home", "own") == "own",
            rank_code=rank_code,
            rank_level=data.get("rank_level", levels.get(rank_code, 0)),
            seniority_date=since,
            joined_at=midnight(joined, zone) if joined else None,
            credentials=tuple(one["code"] for one in credentials),
            distance_kilometres=data.get("distance_kilometres"),
            rating_tenths=data.get("rating_tenths", UNRATED_TENTHS),
            history=tuple(_entry(one, zone) for one in data.get("history", [])),
        ),
        facts=officer_from(
            {
                "rank_code": rank_code,
                "seniority_date": data.get("seniority_date"),
                "credentials": credentials,
                **data.get("officer", {}),
                "officer_id": data["officer_id"],
            }
        ),
        commitments=tuple(
            commitment_from(
                {
                    **one,
                    "starts_at": _instant(one["starts_at"], zone).isoformat(),
                    "ends_at": _instant(one["ends_at"], zone).isoformat(),
                }
            )
            for one in data.get("commitments", [])
        ),
        bid_at=_instant(data["bid_at"], zone) if "bid_at" in data else None,
        available=data.get("available", True),
        denied=data.get("denied", ""),
        values=data.get("values", {}),
    )


def _entry(data: Mapping[str, Any], zone: ZoneInfo) -> HistoryEntry:
    at = _instant(data["at"], zone)
    return HistoryEntry(
        kind=data["kind"],
        starts_at=at,
        minutes=data.get("minutes", 0),
        paid_minutes=data.get("paid_minutes"),
        shift_id=data.get("shift_id", ""),
        event_type=data.get("event_type", ""),
        happened_at=_instant(data["happened_at"], zone) if "happened_at" in data else at,
    )


def _instant(text: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
