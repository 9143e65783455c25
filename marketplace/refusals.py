"""Why the marketplace says no: one class per reason. Officers' bids have theirs in `refusals_bidding`."""

from datetime import datetime
from uuid import UUID

from kernel.errors import IllegalTransition, InvalidInput, Refusal
from marketplace.refusals_hours import (
    AlreadyClockedIn,
    AlreadyClockedOut,
    AssignmentEnded,
    DecidesOwnHours,
    FixesUnreadable,
    MinutesOutOfRange,
    NoLongerOnRoster,
    NotClockedIn,
    NotYourShift,
    OffsiteBlocked,
    OverrunInvalid,
    PunchConflict,
    ReasonNeeded,
    ReviewAlreadyResolved,
    TimesheetAlreadyDecided,
    TimesheetHeld,
    TooEarly,
    TooLate,
)
from marketplace.refusals_terms import (
    AnswerMissing,
    EndsBeforeStart,
    HeadcountOutOfRange,
    NoShifts,
    NumberOutOfRange,
    PastDate,
    PinNotConfirmed,
    RankAskedTwice,
    TermsUnreadable,
    TextTooLong,
    TextUnreadable,
    TooFarAhead,
    TooLong,
    TooManyShifts,
    TooShort,
    UnknownEventType,
)

__all__ = [
    "AlreadyClockedIn",
    "AlreadyClockedOut",
    "AnswerMissing",
    "AssignmentEnded",
    "ClientAlreadyBlocked",
    "ClientBlocked",
    "ClientNotBlocked",
    "DecidesOwnHours",
    "EndsBeforeStart",
    "EventTypeBarred",
    "FixesUnreadable",
    "HeadcountOutOfRange",
    "JobAlreadyDecided",
    "JobAlreadyPaid",
    "JobCannotChange",
    "JobIsPast",
    "MinutesOutOfRange",
    "NoCoveringDepartment",
    "NoLongerOnRoster",
    "NoShifts",
    "NotClockedIn",
    "NotYourShift",
    "NothingChanged",
    "NoticeTooShort",
    "NumberOutOfRange",
    "OffsiteBlocked",
    "OtherDepartmentGoverns",
    "OverrunInvalid",
    "PastDate",
    "PinNotConfirmed",
    "PunchConflict",
    "RankAskedTwice",
    "ReasonMissing",
    "ReasonNeeded",
    "ReviewAlreadyResolved",
    "RevisionNotOpen",
    "ShiftAlreadyStaffed",
    "TermsUnreadable",
    "TextTooLong",
    "TextUnreadable",
    "TimesheetAlreadyDecided",
    "TimesheetHeld",
    "TooEarly",
    "TooFarAhead",
    "TooLate",
    "TooLong",
    "TooManyShifts",
    "TooShort",
    "UnknownEventType",
]


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


class RequestDenied(Refusal):
    """The department's own conditions, or its area, say no; `rule_ids` name them."""

    code = "request_denied"

    def __init__(self, sentences: list[str], rule_ids: list[str]) -> None:
        super().__init__(" ".join(sentences), field="event_type", rule_ids=rule_ids)


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


class JobAlreadyDecided(IllegalTransition):
    code = "job_already_decided"

    def __init__(self, state: str, by: str, decided_at: datetime | None) -> None:
        super().__init__(
            f"{by or 'Somebody'} was faster: this request is {state} already.",
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
