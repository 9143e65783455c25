"""How strange is a punch? Points over facts; a person decides what they mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from geo.distances import metres_between
from geo.fences import Fix
from geo.points import Point

REVIEW_POINTS = 50
NOTE_POINTS = 20
IMPOSSIBLE_METRES_PER_SECOND = 55.0
IMPOSSIBLE_MINIMUM_METRES = 2000.0
CLOCK_SKEW_SECONDS = 120
FIX_TIME_OFF_SECONDS = 30


@dataclass(frozen=True, slots=True)
class PreviousPunch:
    point: Point
    at: datetime


@dataclass(frozen=True, slots=True)
class PunchFacts:
    """All that one punch is judged by. Questions about other punches come answered, as flags."""

    fixes: Sequence[Fix]
    best_fix: Fix | None
    received_at: datetime
    pins: Sequence[Point] = ()
    client_sent_at: datetime | None = None
    online: bool = True
    previous: PreviousPunch | None = None
    # Of a punch that arrived late: the one that happened after it.
    following: PreviousPunch | None = None
    device_used_by_another_officer_within_12_hours: bool = False
    same_fix_as_another_officer_or_day: bool = False
    replays_earlier_punch: bool = False
    address_country: str = ""
    venue_country: str = ""
    is_desktop_browser: bool = False
    is_new_device: bool = False


@dataclass(frozen=True, slots=True)
class RiskSignal:
    code: str
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    points: int
    level: Literal["clear", "note", "review"]
    signals: tuple[RiskSignal, ...]


def assess(facts: PunchFacts) -> RiskAssessment:
    """Add up the points of every signal: 50 and more is for review, 20 to 49 a note."""
    signals = tuple(signal for signal in _signals(facts) if signal is not None)
    points = sum(signal.points for signal in signals)
    level: Literal["clear", "note", "review"] = "clear"
    if points >= REVIEW_POINTS:
        level = "review"
    elif points >= NOTE_POINTS:
        level = "note"
    return RiskAssessment(points, level, signals)


def _signals(facts: PunchFacts) -> list[RiskSignal | None]:
    return [
        _impossible_accuracy(facts),
        _impossible_speed(facts),
        _flag(
            facts.device_used_by_another_officer_within_12_hours,
            "shared-device",
            50,
            "The same device was used by another officer within 12 hours.",
        ),
        _flag(
            facts.same_fix_as_another_officer_or_day,
            "repeated-fix",
            30,
            "Exactly the same position was sent by another officer or on another day.",
        ),
        _flag(
            facts.replays_earlier_punch,
            "replayed",
            50,
            "Position and moment are those of another punch: it looks like one that was sent again.",
        ),
        _fix_is_the_pin(facts),
        _clock_skew(facts),
        _flag(
            bool(facts.address_country and facts.venue_country)
            and facts.address_country.upper() != facts.venue_country.upper(),
            "foreign-address",
            20,
            f"The internet address is in {facts.address_country}, the venue in {facts.venue_country}.",
        ),
        _frozen_fixes(facts),
        _flag(facts.is_desktop_browser, "desktop", 15, "The punch came from a desktop browser."),
        _fix_time(facts),
        _flag(facts.is_new_device, "new-device", 10, "This officer has not used this device before."),
    ]


def _flag(present: bool, code: str, points: int, sentence: str) -> RiskSignal | None:
    return RiskSignal(code, points, sentence) if present else None


def _impossible_accuracy(facts: PunchFacts) -> RiskSignal | None:
    wrong = any(not math.isfinite(fix.accuracy_metres) or fix.accuracy_metres <= 0 for fix in facts.fixes)
    return _flag(wrong, "impossible-accuracy", 50, "The phone claimed an accuracy that no receiver has.")


def _impossible_speed(facts: PunchFacts) -> RiskSignal | None:
    """Against the punch before and, of one that arrived late, the punch after it: the worse of the two, once."""
    for neighbour, what in ((facts.previous, "last"), (facts.following, "next")):
        if neighbour is None or facts.best_fix is None:
            continue
        metres = metres_between(neighbour.point, facts.best_fix.point)
        seconds = abs((facts.received_at - neighbour.at).total_seconds())
        if metres > IMPOSSIBLE_MINIMUM_METRES and (seconds == 0 or metres / seconds > IMPOSSIBLE_METRES_PER_SECOND):
            which = "earlier" if what == "last" else "later"
            sentence = f"{metres / 1000:.1f} km from the {what} punch {seconds / 60:.0f} minutes {which}."
            return RiskSignal("impossible-speed", 50, sentence)
    return None


def _fix_is_the_pin(facts: PunchFacts) -> RiskSignal | None:
    fix = facts.best_fix
    same = fix is not None and any(pin.rounded(5) == fix.point.rounded(5) for pin in facts.pins)
    return _flag(same, "fix-is-the-pin", 25, "The position equals the pin to within a metre.")


def _clock_skew(facts: PunchFacts) -> RiskSignal | None:
    if not facts.online or facts.client_sent_at is None:
        return None
    skew = abs((facts.received_at - facts.client_sent_at).total_seconds())
    return _flag(skew > CLOCK_SKEW_SECONDS, "clock-skew", 20, f"The phone's clock is off by {skew:.0f} s.")


def _frozen_fixes(facts: PunchFacts) -> RiskSignal | None:
    places = {(fix.latitude, fix.longitude, fix.accuracy_metres) for fix in facts.fixes}
    frozen = len(facts.fixes) > 1 and len(places) == 1 and all(fix.altitude_metres is None for fix in facts.fixes)
    return _flag(frozen, "frozen-fixes", 15, "All positions were identical and none had an altitude.")


def _fix_time(facts: PunchFacts) -> RiskSignal | None:
    fix = facts.best_fix
    if fix is None:
        return None
    sent_at = facts.client_sent_at or facts.received_at
    off = abs((sent_at - fix.fixed_at).total_seconds())
    return _flag(off > FIX_TIME_OFF_SECONDS, "fix-time", 10, f"The position was taken {off:.0f} s from the punch.")
