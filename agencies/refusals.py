"""What agencies' own books refuse, one exception per reason."""

from kernel.errors import IllegalTransition, InvalidInput, NotFound


class EngagementNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such engagement.")


class OfficerUnknown(InvalidInput):
    """No working officer has that badge in that department; what they have elsewhere is not told."""

    code = "officer_unknown"

    def __init__(self) -> None:
        super().__init__(
            "No officer of that department with this e-mail address is on the platform. Check both.", field="email"
        )


class AlreadyEngaged(IllegalTransition):
    code = "already_engaged"

    def __init__(self, state: str) -> None:
        said = "is invited already" if state == "invited" else "is engaged already"
        super().__init__(f"This officer {said}.", field="email", state=state)


class EngagementNotOpen(IllegalTransition):
    code = "engagement_not_open"

    def __init__(self, state: str) -> None:
        super().__init__(f"This engagement is {state}: nothing is left to answer.", state=state)


class StillHasShifts(IllegalTransition):
    """Nobody is left standing: who holds places of this agency's jobs is taken off them first."""

    code = "still_has_shifts"

    def __init__(self, count: int) -> None:
        shifts = "shift is" if count == 1 else "shifts are"
        super().__init__(
            f"{count} coming {shifts} held with this agency. Give them up, or have them taken off, first.", count=count
        )


class NotEngaged(InvalidInput):
    code = "not_engaged"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} of the officers chosen are not engaged by this agency any more. Reload the page.",
            field="officers",
            count=count,
        )


class AvailabilityUnreadable(InvalidInput):
    code = "availability_unreadable"


class ClientNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such client.")


class ContractNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such contract.")


class DatesReversed(InvalidInput):
    code = "dates_reversed"

    def __init__(self) -> None:
        super().__init__("The last day is before the first.", field="until_date")


class RateOutsideContract(InvalidInput):
    code = "rate_outside_contract"

    def __init__(self) -> None:
        super().__init__("A rate begins while its contract runs.", field="from_date")


class RateTaken(InvalidInput):
    code = "rate_taken"

    def __init__(self, rank_code: str) -> None:
        super().__init__(
            "There is a rate of this rank from that day already. Choose a later day.",
            field="from_date",
            rank_code=rank_code,
        )


class RateInvalid(InvalidInput):
    code = "rate_invalid"
