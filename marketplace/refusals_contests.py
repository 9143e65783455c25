"""Why an objection to an award, or the decision on one, is refused."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kernel.errors import IllegalTransition, InvalidInput, NotFound, NotPermitted

LONGEST_TEXT = 4000


class ContestNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such contest.")


class AwardNotYours(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such award that you took part in.")


class ContestTooLate(IllegalTransition):
    code = "contest_too_late"

    def __init__(self, closes_at: datetime, time_zone: str, days: int) -> None:
        local = closes_at.astimezone(ZoneInfo(time_zone))
        super().__init__(
            f"This award could be contested for {days} days, until {local:%a %d %b %Y %H:%M}. "
            "Speak to your coordinator.",
            closes_at=closes_at.isoformat(),
            days=days,
        )


class AlreadyContested(IllegalTransition):
    code = "already_contested"

    def __init__(self, filed_at: datetime, time_zone: str, state: str) -> None:
        local = filed_at.astimezone(ZoneInfo(time_zone))
        what = "It waits for its decision." if state == "filed" else f"It was {state}, and that stands."
        super().__init__(
            f"You contested this award on {local:%a %d %b %Y}. {what}", filed_at=filed_at.isoformat(), state=state
        )


class NothingToContest(IllegalTransition):
    code = "nothing_to_contest"

    def __init__(self, state: str) -> None:
        why = "You have this shift" if state == "won" else "You withdrew your bid before the award"
        super().__init__(f"{why}, so there is nothing to contest.", state=state)


class ContestClosed(IllegalTransition):
    code = "contest_closed"

    def __init__(self, state: str) -> None:
        super().__init__(f"This contest is {state} already. A decision stands.", state=state)


class DecidesOwnAward(NotPermitted):
    code = "decides_own_award"

    def __init__(self) -> None:
        super().__init__(
            "You made this award or took part in it, so somebody else decides on the contest. Ask a colleague."
        )


class GroundsMissing(InvalidInput):
    code = "grounds_missing"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, field=field)


class TextTooLong(InvalidInput):
    code = "text_too_long"

    def __init__(self, field: str, length: int) -> None:
        super().__init__(
            f"Use at most {LONGEST_TEXT:,} characters, not {length:,}.",
            field=field,
            length=length,
            maximum=LONGEST_TEXT,
        )


class RemedyUnfit(InvalidInput):
    """A remedy that does not go with the decision, or a credit outside its limits."""

    code = "remedy_unfit"
