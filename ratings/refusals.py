from datetime import datetime

from geo.timezones import zone_named
from kernel.errors import IllegalTransition, InvalidInput, NotPermitted


class AlreadyRated(IllegalTransition):
    code = "already_rated"

    def __init__(self, *, whom: str = "this officer") -> None:
        super().__init__(f"You have rated {whom} for this shift already. A rating stays as it was given. Thank you.")


class NotYetWorked(IllegalTransition):
    code = "not_yet_worked"

    def __init__(self) -> None:
        super().__init__(
            "A shift can be rated once it is worked: clocked in and out on site, or with hours that are final."
        )


class RatingClosed(IllegalTransition):
    code = "rating_closed"

    def __init__(self, closed_at: datetime, time_zone: str, *, days: int) -> None:
        local = closed_at.astimezone(zone_named(time_zone))
        super().__init__(
            f"Ratings of this shift closed on {local:%Y-%m-%d}, {days} days after it ended. Tell the department's "
            "coordinator instead.",
            closed_at=closed_at.isoformat(),
            days=days,
        )


class OtherSideReadable(IllegalTransition):
    """Whoever has had the chance to read would answer, not rate."""

    code = "other_side_readable"

    def __init__(self, *, days: int) -> None:
        super().__init__(
            f"What the other side said of this shift has been open to you since {days} days after it: a rating given "
            "now would be an answer to it. You can reply to the comment instead.",
            days=days,
        )


class OwnWork(NotPermitted):
    code = "own_work"

    def __init__(self) -> None:
        super().__init__("Nobody rates their own work. Ask a colleague who was responsible for the shift.")


class MarkOutOfRange(InvalidInput):
    code = "mark_out_of_range"

    def __init__(self, field: str) -> None:
        super().__init__("Choose between 1 and 5 stars.", field=field, minimum=1, maximum=5)


class NothingToReplyTo(IllegalTransition):
    code = "nothing_to_reply_to"

    def __init__(self) -> None:
        super().__init__("There is no comment to reply to: it was hidden, or the rating has none.")


class AlreadyReplied(IllegalTransition):
    code = "already_replied"

    def __init__(self) -> None:
        super().__init__("You have replied to this comment already; both are shown together.")


class AlreadyReported(IllegalTransition):
    code = "already_reported"

    def __init__(self) -> None:
        super().__init__("This rating was reported already. Its decision is final; you can still reply to the comment.")


class ReportAlreadyDecided(IllegalTransition):
    code = "report_already_decided"

    def __init__(self, state: str) -> None:
        super().__init__(f"Somebody decided this report already: {state}.")


class NotImpartial(NotPermitted):
    code = "not_impartial"

    def __init__(self) -> None:
        super().__init__("You gave this rating, or it is about you. Somebody else must decide on it.")
