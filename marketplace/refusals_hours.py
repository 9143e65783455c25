"""Why a punch is not taken, or hours are not decided."""

from datetime import datetime

from kernel.errors import IllegalTransition, InvalidInput, NotFound, NotPermitted, Refusal
from marketplace.refusals_terms import NumberOutOfRange


class NotYourShift(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such shift of yours. Open it again from “My shifts”.")


class AlreadyClockedIn(IllegalTransition):
    code = "already_clocked_in"

    def __init__(self, happened_at: datetime | None) -> None:
        super().__init__(
            "You are clocked in already. Clock out when you leave.",
            happened_at=happened_at.isoformat() if happened_at else None,
        )


class NotClockedIn(IllegalTransition):
    code = "not_clocked_in"

    def __init__(self) -> None:
        super().__init__("You have not clocked in to this shift. Clock in first, or call the coordinator.")


class AlreadyClockedOut(IllegalTransition):
    code = "already_clocked_out"

    def __init__(self) -> None:
        super().__init__("You have clocked out of this shift already. Call the coordinator to correct the hours.")


class AssignmentEnded(IllegalTransition):
    code = "assignment_ended"

    def __init__(self, state: str) -> None:
        super().__init__(
            "You are no longer assigned to this shift. Call the coordinator if that is wrong.", state=state
        )


class TooEarly(Refusal):
    code = "too_early"

    def __init__(self, opens_at: datetime, minutes_before: int) -> None:
        super().__init__(
            f"Clock-in opens {minutes_before} minutes before the shift starts. Try again then.",
            opens_at=opens_at.isoformat(),
            minutes_before=minutes_before,
        )


class TooLate(Refusal):
    code = "too_late"

    def __init__(self, ended_at: datetime) -> None:
        super().__init__(
            "The shift is over. Call the coordinator, who can settle the hours.", ended_at=ended_at.isoformat()
        )


class OffsiteBlocked(Refusal):
    code = "offsite_blocked"

    def __init__(self, sentence: str, distance_metres: float, radius_metres: int) -> None:
        super().__init__(
            f"{sentence} Go to the meeting point and try again, or call the coordinator.",
            distance_metres=round(distance_metres),
            radius_metres=radius_metres,
        )


class ReasonNeeded(InvalidInput):
    code = "reason_needed"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="reason_given")


class PunchConflict(Refusal):
    code = "punch_conflict"

    def __init__(self) -> None:
        super().__init__("This punch was sent before for something else. Reload the page and clock again.")


class FixesUnreadable(InvalidInput):
    code = "fixes_unreadable"

    def __init__(self, why: str) -> None:
        super().__init__(f"The position could not be read: {why}. Try again.", field="fixes")


class NoLongerOnRoster(NotPermitted):
    code = "no_longer_on_roster"

    def __init__(self) -> None:
        super().__init__("Your department has ended your off-duty work. Ask its coordinator.")


class OverrunInvalid(InvalidInput):
    code = "overrun_invalid"

    def __init__(self, why: str) -> None:
        super().__init__(why, field="until")


class TimesheetAlreadyDecided(IllegalTransition):
    code = "timesheet_already_decided"

    def __init__(self, state: str, decided_at: datetime | None) -> None:
        super().__init__(
            f"These hours are {state} already. Reload the page.",
            state=state,
            decided_at=decided_at.isoformat() if decided_at else None,
        )


class TimesheetHeld(IllegalTransition):
    code = "timesheet_held"

    def __init__(self) -> None:
        super().__init__("A punch is missing, so the coordinator sets these hours first. You can dispute them.")


class MinutesOutOfRange(NumberOutOfRange):
    code = "minutes_out_of_range"

    def __init__(self, given: int, maximum: int) -> None:
        super().__init__("worked_minutes", "worked minutes", given, 0, maximum)


class ReviewAlreadyResolved(IllegalTransition):
    code = "review_already_resolved"

    def __init__(self, state: str) -> None:
        super().__init__(f"This punch was reviewed already: {state}. Reload the page.", state=state)
