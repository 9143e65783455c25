"""Why the marketplace says no: one class per reason. Officers' bids have theirs in `refusals_bidding`."""

from datetime import datetime
from uuid import UUID

from kernel.errors import IllegalTransition, InvalidInput, NotFound, NotPermitted, Refusal

# ── What was asked for ──────────────────────────────────────────────────────────────────────────────────────────────


class TermsUnreadable(InvalidInput):
    code = "terms_unreadable"

    def __init__(self, field: str, wanted: str) -> None:
        super().__init__(f"“{field}” must be {wanted}.", field=field)


class AnswerMissing(InvalidInput):
    code = "answer_missing"

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"Enter {what}.", field=field)


class TextTooLong(InvalidInput):
    code = "text_too_long"

    def __init__(self, field: str, what: str, length: int, maximum: int) -> None:
        super().__init__(
            f"Shorten {what} to {maximum} characters; it has {length}.", field=field, length=length, maximum=maximum
        )


class TextUnreadable(InvalidInput):
    code = "text_unreadable"

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"Type {what} again: it holds a character that cannot be shown.", field=field)


class UnknownEventType(InvalidInput):
    code = "unknown_event_type"

    def __init__(self, given: str) -> None:
        super().__init__("Choose one of the event types offered.", field="event_type", given=given[:40])


class NumberOutOfRange(InvalidInput):
    code = "number_out_of_range"

    def __init__(self, field: str, what: str, given: int, minimum: int, maximum: int) -> None:
        super().__init__(
            f"Enter {what} between {minimum:,} and {maximum:,}, not {given:,}.",
            field=field,
            given=given,
            minimum=minimum,
            maximum=maximum,
        )


class HeadcountOutOfRange(NumberOutOfRange):
    code = "headcount_out_of_range"

    def __init__(self, field: str, given: int, minimum: int, maximum: int) -> None:
        super().__init__(field, "a number of officers", given, minimum, maximum)


class RankAskedTwice(InvalidInput):
    code = "rank_asked_twice"

    def __init__(self, field: str, rank_code: str) -> None:
        super().__init__("Put all officers of one rank on one line.", field=field, rank_code=rank_code)


class NoShifts(InvalidInput):
    code = "no_shifts"

    def __init__(self) -> None:
        super().__init__("Add at least one date.", field="shifts")


class TooManyShifts(InvalidInput):
    code = "too_many_shifts"

    def __init__(self, given: int, maximum: int) -> None:
        super().__init__(
            f"One request takes up to {maximum} dates, not {given}. Send the rest as a second request.",
            field="shifts",
            given=given,
            maximum=maximum,
        )


class PastDate(InvalidInput):
    code = "past_date"

    def __init__(self, field: str, starts_at: datetime) -> None:
        super().__init__("Choose a start that is still to come.", field=field, starts_at=starts_at.isoformat())


class TooFarAhead(InvalidInput):
    code = "too_far_ahead"

    def __init__(self, field: str, starts_at: datetime, maximum_days: int) -> None:
        super().__init__(
            f"Choose a date within the next {maximum_days} days.",
            field=field,
            starts_at=starts_at.isoformat(),
            maximum_days=maximum_days,
        )


class EndsBeforeStart(InvalidInput):
    code = "ends_before_start"

    def __init__(self, field: str) -> None:
        super().__init__(
            "The shift must end after it starts. Correct the end, or say that it ends on the next day.", field=field
        )


class TooLong(InvalidInput):
    code = "shift_too_long"

    def __init__(self, field: str, minutes: int, maximum_minutes: int) -> None:
        super().__init__(
            f"A shift lasts at most {maximum_minutes // 60} hours. Split this one into several.",
            field=field,
            minutes=minutes,
            maximum_minutes=maximum_minutes,
        )


class TooShort(InvalidInput):
    code = "shift_too_short"

    def __init__(self, field: str, minimum_minutes: int) -> None:
        super().__init__(
            f"A shift lasts at least {minimum_minutes} minutes. Correct the end.",
            field=field,
            minimum_minutes=minimum_minutes,
        )


class PinNotConfirmed(InvalidInput):
    code = "pin_not_confirmed"

    def __init__(self) -> None:
        super().__init__(
            "Move the pin to where officers shall meet you, and confirm it: they clock in at that spot.",
            field="venue.pin_confirmed",
        )


# ── Whether it can be taken ─────────────────────────────────────────────────────────────────────────────────────────


class NoCoveringDepartment(Refusal):
    code = "no_covering_department"

    def __init__(self, place_name: str) -> None:
        where = place_name or "this place"
        super().__init__(
            f"No police department on Muster serves {where} yet. We have noted that you asked, and bring it up with "
            "the department there. For now, please call that department's own off-duty desk.",
            field="venue.address",
            place_name=place_name,
        )


class OtherDepartmentGoverns(Refusal):
    code = "other_department_governs"

    def __init__(self, department_id: UUID, governing_department_id: UUID) -> None:
        super().__init__(
            "The venue lies outside this department's area. Send the request from the marketplace's own site, which "
            "finds the department that serves the place.",
            field="venue.address",
            department_id=str(department_id),
            governing_department_id=str(governing_department_id),
        )


class EventTypeBarred(Refusal):
    code = "event_type_barred"

    def __init__(self, reason: str, event_type: str) -> None:
        super().__init__(reason, field="event_type", event_type=event_type)


class NoticeTooShort(Refusal):
    code = "notice_too_short"

    def __init__(self, text: str, rule_id: str, notice_minutes: int, wanted: str) -> None:
        super().__init__(
            text or f"The department needs {wanted} of notice. Choose a later start, or call it.",
            field="shifts",
            rule_id=rule_id,
            notice_minutes=notice_minutes,
        )


class ClientBlocked(Refusal):
    code = "client_blocked"

    def __init__(self) -> None:
        super().__init__(
            "This department does not take requests from you at the moment. Call its off-duty desk to settle it."
        )


class ClientAlreadyBlocked(IllegalTransition):
    code = "client_already_blocked"

    def __init__(self, blocked_at: datetime) -> None:
        super().__init__("This client is blocked already. Reload the page.", blocked_at=blocked_at.isoformat())


class ClientNotBlocked(IllegalTransition):
    code = "client_not_blocked"

    def __init__(self) -> None:
        super().__init__("This client is not blocked. Reload the page.")


class ReasonMissing(InvalidInput):
    code = "reason_missing"

    def __init__(self, why: str = "Give a reason: the other side will read it.") -> None:
        super().__init__(why, field="reason")


# ── Jobs and shifts ─────────────────────────────────────────────────────────────────────────────────────────────────


class JobAlreadyDecided(IllegalTransition):
    code = "job_already_decided"

    def __init__(self, state: str, by: str, decided_at: datetime | None) -> None:
        when = f" at {decided_at:%Y-%m-%d %H:%M} UTC" if decided_at else ""
        super().__init__(
            f"{by or 'Somebody'} was faster: this request is {state}{when}. Reload the page.",
            state=state,
            decided_by=by,
            decided_at=decided_at.isoformat() if decided_at else None,
        )


class JobIsPast(IllegalTransition):
    code = "job_is_past"

    def __init__(self) -> None:
        super().__init__("Every date of this request has passed. Reject it, or ask the client for new dates.")


class JobCannotChange(IllegalTransition):
    code = "job_cannot_change"

    def __init__(self, state: str) -> None:
        super().__init__(f"This request is {state} and can no longer be changed. Send a new one.", state=state)


class JobAlreadyPaid(IllegalTransition):
    code = "job_already_paid"

    def __init__(self) -> None:
        super().__init__("This job is paid for. Call the department's coordinator to cancel it.")


class NothingChanged(InvalidInput):
    code = "nothing_changed"

    def __init__(self) -> None:
        super().__init__("Nothing differs from what was agreed. Change something first, or go back.")


class ShiftAlreadyStaffed(IllegalTransition):
    code = "shift_already_staffed"

    def __init__(self, officers: int) -> None:
        super().__init__(
            f"{officers} officer{'s have' if officers != 1 else ' has'} accepted already. Call the department's "
            "coordinator to change this job.",
            officers=officers,
        )


class RevisionNotOpen(IllegalTransition):
    code = "revision_not_open"

    def __init__(self, number: int) -> None:
        super().__init__(f"Version {number} was replaced by a newer one. Reload the page.", number=number)


# ── The clock ───────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── Timesheets ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
