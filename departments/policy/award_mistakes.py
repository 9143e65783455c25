"""What makes no sense in an award order, each with its path: circles, keys that decide nothing, closed doors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from departments.policy.codes import same_code
from departments.policy.ordering_keys import DECISIVE, KEYS
from departments.policy.refusals import Mistake

_COUNTED = {"counted_minutes", "counted_shifts", "counted_refusals"}
_STANDS_WITHOUT_BIDS = "an order without bids has no bid times: end it with draw"


def award_order_mistakes(order: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Mistake]:
    """`order` is the section as written, its shape already checked; `document` the whole of it."""
    ranks = {same_code(rank["code"]) for rank in document["rate_card"]["ranks"]}
    method = order.get("method", "bids")
    yield from _keys(order.get("keys", []), "award_order.keys", method)
    yield from _counters(order.get("counters"), "award_order.counters")
    yield from _lists(order.get("lists", []), method)
    yield from _counters_are_used(order)
    yield from _tiers(order.get("tiers", []))
    yield from _windows(order.get("windows"), ranks, document, method)
    yield from _wheel(order, method)
    yield from _bumping(order.get("bumping"))
    yield from _automatic(order, method)
    if method == "manual" and order.get("short_notice") == "first_come":
        yield Mistake(
            "award_order.short_notice", "first_come decides nothing where a coordinator decides; write same or nothing"
        )


def _keys(keys: Sequence[str], path: str, method: str) -> Iterator[Mistake]:
    for index, key in enumerate(keys):
        if key not in KEYS:
            yield Mistake(f"{path}[{index}]", f"“{key}” is not a key; choose from {', '.join(sorted(KEYS))}")
    if keys and keys[-1] not in DECISIVE:
        yield Mistake(path, "the last key must be draw or bid_at, so that no tie is left undecided")
    for index, key in enumerate(keys[:-1]):
        if key in DECISIVE:
            yield Mistake(f"{path}[{index}]", f"{key} leaves nothing undecided: the keys after it are never reached")
    if method in ("automatic", "wheel") and "bid_at" in keys:
        yield Mistake(f"{path}[{list(keys).index('bid_at')}]", _STANDS_WITHOUT_BIDS)


def _counters(counters: Mapping[str, Any] | None, path: str) -> Iterator[Mistake]:
    if counters is None:
        return
    if counters.get("reset") == "28_days" and not counters.get("anchor_date"):
        yield Mistake(f"{path}.anchor_date", "is needed by the reset 28_days: its periods are counted from that day")
    debits = counters.get("debits", ["worked", "awarded"])
    for section in ("percent", "flat_minutes"):
        for kind in counters.get(section, {}):
            if kind not in debits:
                yield Mistake(f"{path}.{section}.{kind}", f"weighs {kind}, which is not among the debits")
    for kind in counters.get("percent", {}):
        if kind in counters.get("flat_minutes", {}):
            yield Mistake(f"{path}.percent.{kind}", "has flat_minutes too: give one of them")


def _lists(lists: Sequence[Mapping[str, Any]], method: str) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, one in enumerate(lists):
        path = f"award_order.lists[{index}]"
        if one["id"] in seen:
            yield Mistake(f"{path}.id", f"“{one['id']}” is already used")
        seen.add(one["id"])
        if not any(one["when"].get(key) for key in ("event_types", "weekdays", "dates")):
            yield Mistake(f"{path}.when", "takes every shift, so that the lists after it and the general one are empty")
        yield from _keys(one.get("keys", []), f"{path}.keys", method)
        yield from _counters(one.get("counters"), f"{path}.counters")


def _counters_are_used(order: Mapping[str, Any]) -> Iterator[Mistake]:
    """A newcomer's credit, or any other counting, that no key reads would promise what never happens."""
    places = [
        ("award_order", order),
        *((f"award_order.lists[{i}]", one) for i, one in enumerate(order.get("lists", []))),
    ]
    every_key = {key for _, one in places for key in one.get("keys", [])}
    for path, one in places:
        if one.get("counters") is not None and not _COUNTED & (set(one.get("keys", [])) or every_key):
            newcomer = one["counters"].get("newcomer", "zero") != "zero"
            yield Mistake(
                f"{path}.counters.newcomer" if newcomer else f"{path}.counters",
                "counts what no key reads: name counted_minutes, counted_shifts or counted_refusals among the keys",
            )


def _tiers(tiers: Sequence[Mapping[str, Any]]) -> Iterator[Mistake]:
    by_id: dict[str, int] = {}
    for index, tier in enumerate(tiers):
        path = f"award_order.tiers[{index}]"
        if tier["id"] in by_id:
            yield Mistake(f"{path}.id", f"“{tier['id']}” is already used by award_order.tiers[{by_id[tier['id']]}]")
        by_id.setdefault(tier["id"], index)
        if tier.get("opens_after_minutes") is not None and tier.get("opens_hours_before_start") is not None:
            yield Mistake(f"{path}.opens_hours_before_start", "opens_after_minutes is given too: give one of them")
    yield from _chain(tiers, by_id)


def _chain(tiers: Sequence[Mapping[str, Any]], by_id: Mapping[str, int]) -> Iterator[Mistake]:
    reached: list[int] = []
    current: int | None = 0 if tiers else None
    while current is not None:
        reached.append(current)
        path = f"award_order.tiers[{current}].falls_back_to"
        named = tiers[current].get("falls_back_to", "")
        if named and named not in by_id:
            yield Mistake(path, f"“{named}” is not a tier; the tiers are {', '.join(by_id)}")
            return
        following = by_id[named] if named else current + 1
        if following in reached:
            ring = " → ".join(tiers[one]["id"] for one in (*reached[reached.index(following) :], following))
            yield Mistake(path, f"the tiers run in a circle ({ring}) and never end")
            return
        if following >= len(tiers):
            break
        yield from _opens_later(tiers, current, following)
        current = following
    for number, later in enumerate(reached):
        if all(
            any(_takes(tiers[one], tiers[later], home) for one in reached[:number]) for home in _homes(tiers[later])
        ):
            taken = " and ".join(f"“{tiers[one]['id']}”" for one in reached[:number])
            yield Mistake(
                f"award_order.tiers[{later}]",
                f"“{tiers[later]['id']}” is never reached: {taken} in front of it takes everybody that it would",
            )
    for index in sorted(set(range(len(tiers))) - set(reached)):
        yield Mistake(
            f"award_order.tiers[{index}]", f"“{tiers[index]['id']}” is never reached: no tier falls back to it"
        )


def _homes(tier: Mapping[str, Any]) -> tuple[str, ...]:
    home = tier.get("who", {}).get("home", "any")
    return ("own", "others") if home == "any" else (home,)


def _takes(earlier: Mapping[str, Any], later: Mapping[str, Any], home: str) -> bool:
    """Is every officer of this home whom the later tier would take in the earlier one already?"""
    first, then = earlier.get("who", {}), later.get("who", {})
    if home not in _homes(earlier):
        return False
    ranks, wanted = ({same_code(code) for code in who.get("ranks", [])} for who in (first, then))
    held, needed = ({same_code(code) for code in who.get("credentials", [])} for who in (first, then))
    return (not ranks or (bool(wanted) and wanted <= ranks)) and held <= needed


def _opens_later(tiers: Sequence[Mapping[str, Any]], earlier: int, later: int) -> Iterator[Mistake]:
    first, then = tiers[earlier], tiers[later]
    for field, sign in (("opens_after_minutes", 1), ("opens_hours_before_start", -1)):
        before, after = first.get(field), then.get(field)
        if before is not None and after is not None and sign * after < sign * before:
            yield Mistake(
                f"award_order.tiers[{later}].{field}", f"opens before “{first['id']}”, which comes in front of it"
            )


def _windows(
    windows: Mapping[str, Any] | None, ranks: set[str], document: Mapping[str, Any], method: str
) -> Iterator[Mistake]:
    if windows is None:
        return
    path = "award_order.windows"
    if method in ("automatic", "wheel"):
        yield Mistake(path, f"nobody bids under the method {method}, so no window ever opens")
    sets = windows.get("sets", [])
    if not sets and not windows.get("hidden_unlock_minutes"):
        yield Mistake(path, "has neither sets nor a hidden unlock: it does nothing")
    total = 0
    seen: set[str] = set()
    for index, one in enumerate(sets):
        here = f"{path}.sets[{index}]"
        if one["id"] in seen:
            yield Mistake(f"{here}.id", f"“{one['id']}” is already used")
        seen.add(one["id"])
        for rank in one.get("ranks", []):
            if same_code(rank) not in ranks:
                yield Mistake(
                    f"{here}.ranks", f"“{rank}” is not a rank of the rate card, so the set never opens for it"
                )
        if one.get("share_percent") is not None:
            if total >= 100:
                yield Mistake(f"{here}.share_percent", "is never reached: the sets before it take the whole roster")
            total += one["share_percent"]
    if total > 100:
        yield Mistake(f"{path}.sets", f"the shares come to {total} percent of the roster")
    if sets and total < 100 and any(sets[-1].get(key) for key in ("ranks", "years_of_service", "share_percent")):
        yield Mistake(
            f"{path}.sets",
            "leave officers for whom bidding never opens: end with a set for everybody, or share out 100",
        )


def _wheel(order: Mapping[str, Any], method: str) -> Iterator[Mistake]:
    wheel = order.get("wheel")
    keys = {*order.get("keys", []), *(key for one in order.get("lists", []) for key in one.get("keys", []))}
    turns = method == "wheel" or "wheel_position" in keys
    if turns and (wheel is None or not wheel.get("anchor_date")):
        yield Mistake("award_order.wheel.anchor_date", "is needed by a wheel: its rosters are counted from that day")
    if method == "wheel" and order.get("keys") and order["keys"][0] != "wheel_position":
        yield Mistake("award_order.keys[0]", "a wheel is walked from its top: the first key must be wheel_position")
    if wheel is not None and not turns:
        yield Mistake("award_order.wheel", "turns for nobody: the method is not wheel and no key is wheel_position")


def _bumping(bumping: Mapping[str, Any] | None) -> Iterator[Mistake]:
    for index, key in enumerate((bumping or {}).get("by", [])):
        path = f"award_order.bumping.by[{index}]"
        if key not in KEYS:
            yield Mistake(path, f"“{key}” is not a key; choose from {', '.join(sorted(KEYS))}")
        elif key in DECISIVE:
            yield Mistake(path, f"nobody is bumped by {key}: it says nothing of the officers")


def _automatic(order: Mapping[str, Any], method: str) -> Iterator[Mistake]:
    if order.get("automatic") is not None and method not in ("automatic", "wheel"):
        yield Mistake("award_order.automatic", f"offers nothing under the method {method}")
