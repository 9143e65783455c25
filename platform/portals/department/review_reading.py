"""One punch that waits for a decision: the map, the same in words, and this officer's other punches."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from geo.bearings import bearing_word
from geo.distances import metres_between
from geo.points import Point
from marketplace import access
from marketplace.clocking_rules import fence_of
from marketplace.models import ClockEvent, ClockReview
from marketplace.queries import open_reviews, other_punches

HISTORY = 8
_TONES = {"VERIFIED": "success", "NEAR": "info", "WEAK": "warning"}


@dataclass(frozen=True)
class FixRow:
    """One position in words. `metres` from the nearest pin; `accuracy_metres` None when the phone claimed no number."""

    fixed_at: datetime
    metres: int
    direction: str
    accuracy_metres: float | None


@dataclass(frozen=True)
class ReviewPage:
    review: ClockReview
    markers: list[dict[str, Any]]
    fixes: list[FixRow]
    history: Sequence[ClockEvent]
    place: int
    waiting: int
    previous_id: UUID | None
    next_id: UUID | None

    @property
    def event(self) -> ClockEvent:
        return self.review.clock_event

    @property
    def signals(self) -> list[dict[str, Any]]:
        return [one for one in self.event.risk_signals if isinstance(one, dict)]

    @property
    def is_open(self) -> bool:
        return self.review.state == ClockReview.State.OPEN

    @property
    def late_minutes(self) -> int:
        return int((self.event.received_at - self.event.happened_at).total_seconds() // 60)


def read_review(*, department_id: UUID, clock_event_id: UUID) -> ReviewPage:
    """Raises NotFound."""
    review = access.review_for_department(department_id=department_id, clock_event_id=clock_event_id)
    event = review.clock_event
    waiting = list(open_reviews(department_id).values_list("clock_event_id", flat=True))
    place = waiting.index(event.id) if event.id in waiting else -1
    others = [one for one in waiting if one != event.id]
    following = waiting[place + 1 :] if place >= 0 else others
    return ReviewPage(
        review=review,
        markers=punch_markers(event),
        fixes=_fixes(event),
        history=list(other_punches(event=event, department_id=department_id)[:HISTORY]),
        place=place + 1,
        waiting=len(waiting),
        previous_id=waiting[place - 1] if place > 0 else None,
        # After the last one those that were passed over come again.
        next_id=following[0] if following else (others[0] if others else None),
    )


def punch_markers(event: ClockEvent) -> list[dict[str, Any]]:
    """The pins with their fence, and the fix that counted with its accuracy: `radius_metres` makes the circle."""
    venue = event.assignment.shift.job.venue
    fence = fence_of(venue)
    markers: list[dict[str, Any]] = [
        {
            "latitude": pin.latitude,
            "longitude": pin.longitude,
            "title": venue.name,
            "detail": f"The venue's pin; its fence is {fence.radius_metres} m.",
            "tone": "primary",
            "radius_metres": fence.radius_metres,
        }
        for pin in fence.pins
    ]
    if event.latitude is not None and event.longitude is not None:
        markers.append(
            {
                "latitude": event.latitude,
                "longitude": event.longitude,
                "title": f"Clock-{event.kind}",
                "detail": event.explanation,
                "tone": _TONES.get(event.verdict, "error"),
                "radius_metres": event.accuracy_metres,
                "is_rough": True,
            }
        )
    return markers


def _fixes(event: ClockEvent) -> list[FixRow]:
    pins = fence_of(event.assignment.shift.job.venue).pins
    rows = []
    for fix in event.fixes:
        point = Point(float(fix["latitude"]), float(fix["longitude"]))
        pin = min(pins, key=lambda one: metres_between(one, point))
        accuracy = float(fix["accuracy_metres"])
        rows.append(
            FixRow(
                fixed_at=datetime.fromisoformat(fix["fixed_at"]),
                metres=round(metres_between(pin, point)),
                direction=bearing_word(pin, point),
                accuracy_metres=accuracy if math.isfinite(accuracy) else None,
            )
        )
    return rows
