"""Why a question is not answered any more, relief is not looked for, or somebody is not called a no-show."""

from datetime import datetime

from geo.timezones import zone_named
from kernel.errors import IllegalTransition, InvalidInput, NotFound, Refusal


class PresencePromptNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such question to you. Open the shift again from “My shifts”.")


class NotAskedAnyMore(IllegalTransition):
    code = "not_asked_any_more"

    def __init__(self) -> None:
        super().__init__("You are not clocked in on this shift, so nobody asks any more. There is nothing to do.")


class ReliefNotNeeded(IllegalTransition):
    code = "relief_not_needed"

    def __init__(self, state: str) -> None:
        super().__init__(
            "The place is not free any more: the officer came, or somebody else took it. Thank you for being ready.",
            state=state,
        )


class ReliefAlreadySought(IllegalTransition):
    code = "relief_already_sought"

    def __init__(self, state: str) -> None:
        super().__init__(
            f"Relief for this place was looked for already: {state}. The request shows who was asked.", state=state
        )


class TooLateForRelief(Refusal):
    code = "too_late_for_relief"

    def __init__(self) -> None:
        super().__init__("The shift is over, so nobody can take the place. Settle the hours instead.")


class TooEarlyForNoShow(Refusal):
    code = "too_early_for_no_show"

    def __init__(self, from_at: datetime, minutes: int, time_zone: str) -> None:
        local = from_at.astimezone(zone_named(time_zone))
        super().__init__(
            f"By your policy nobody is a no-show before {minutes} minutes after the start. Call the officer, and "
            f"decide from {local:%H:%M} on.",
            from_at=from_at.isoformat(),
            minutes=minutes,
        )


class NothingToExplain(IllegalTransition):
    code = "nothing_to_explain"

    def __init__(self) -> None:
        super().__init__("There is nothing of that kind to explain on this shift.")


class ReasonCodeUnknown(InvalidInput):
    code = "reason_code_unknown"

    def __init__(self) -> None:
        super().__init__("Choose one of the reasons of the list.", field="code")
