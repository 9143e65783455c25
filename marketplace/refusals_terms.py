"""What is wrong with a request by itself. Each names its field."""

from datetime import datetime

from kernel.errors import InvalidInput


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
