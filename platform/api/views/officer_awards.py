"""“Why not me?” as data."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import OfficerEndpoint, operation
from api.serializers.awards import OwnAwardOut
from marketplace.own_awards import OwnAward, explain_own_award


class OwnAwardExplanation(OfficerEndpoint):
    @operation("officer_award_read", tag="officer work", answers=OwnAwardOut)
    def get(self, request: Request, shift_id: UUID) -> Response:
        """What became of the officer's own bid, and what would have changed it. Colleagues have pseudonyms."""
        return self.answer(OwnAwardOut, _told(explain_own_award(officer=self.officer, shift_id=shift_id, at=self.at)))


def _told(own: OwnAward) -> dict[str, Any]:
    reading, ladder = own.reading, own.ladder
    overrides = [one for one in (*((reading,) if reading else ()), *own.later) if one.is_override]
    latest = overrides[-1] if overrides else None
    return {
        "shift_id": own.shift.id,
        "state": own.state,
        "verdict": own.verdict,
        "kind": reading.kind if reading else "",
        "is_override": latest is not None,
        "override_by": latest.made_by if latest else "",
        "override_reason": latest.reason if latest else "",
        "places": reading.places if reading else None,
        "place": ladder.place if ladder else None,
        "count": ladder.count if ladder else None,
        "ladder": ladder.rungs if ladder else (),
        "changes": ladder.changes if ladder else (),
        "considered": reading.ranked if reading else (),
        "rules": own.rules,
        "contests": own.contests,
        "contest_until": own.contestable[1] if own.contestable else None,
    }
