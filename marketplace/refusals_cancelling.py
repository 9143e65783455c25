"""Why a shift or a job cannot be cancelled."""

from datetime import datetime

from geo.timezones import zone_named
from kernel.errors import IllegalTransition, NotFound


class NothingToCancel(NotFound):
    code = "nothing_to_cancel"

    def __init__(self, reference: str) -> None:
        super().__init__(f"{reference} has no such date that could be cancelled.", reference=reference)


class ShiftHasBegun(IllegalTransition):
    """An officer has clocked in: from then on the hours decide what it costs."""

    code = "shift_has_begun"

    def __init__(self, starts_at: datetime, zone: str) -> None:
        super().__init__(
            f"The shift of {_moment(starts_at, zone)} has begun: an officer has clocked in. Send the officers home "
            "early instead; their hours are billed.",
            starts_at=starts_at,
        )


class ShiftIsOver(IllegalTransition):
    code = "shift_is_over"

    def __init__(self, state: str, starts_at: datetime, zone: str) -> None:
        super().__init__(
            f"The shift of {_moment(starts_at, zone)} is {state}: it cannot be cancelled any more.",
            starts_at=starts_at,
            state=state,
        )


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(zone_named(zone)):%Y-%m-%d %H:%M}"
