"""Why something that an officer tells from the site is not taken."""

from datetime import datetime

from kernel.errors import NotFound
from marketplace.refusals import IllegalTransition, InvalidInput


class OnBreakAlready(IllegalTransition):
    code = "on_break_already"

    def __init__(self) -> None:
        super().__init__("You are on a break already. End it when you are back at your post.")


class NotOnBreak(IllegalTransition):
    code = "not_on_break"

    def __init__(self) -> None:
        super().__init__("You are not on a break. Reload the page to see what is counted.")


class OnDutyAlready(IllegalTransition):
    code = "on_duty_already"

    def __init__(self) -> None:
        super().__init__("You are on police duty already. Say when you are back at your post, or clock out.")


class NotOnDuty(IllegalTransition):
    code = "not_on_duty"

    def __init__(self) -> None:
        super().__init__("You are not on police duty. Reload the page to see what is counted.")


class CategoryUnknown(InvalidInput):
    code = "category_unknown"

    def __init__(self, known: list[str]) -> None:
        super().__init__("Choose one of the list.", field="category", known=known)


class ReportNumberUnreadable(InvalidInput):
    code = "report_number_unreadable"

    def __init__(self, maximum: int) -> None:
        super().__init__(
            f"Give only your department's report number: up to {maximum} letters, digits, dots, slashes and hyphens, "
            "with a digit among them. What happened belongs into the report itself.",
            field="report_number",
            maximum=maximum,
        )


class PunchKept(IllegalTransition):
    """The row is stored: whoever raises it has committed before."""

    code = "punch_kept"

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{sentence} It is kept as evidence; your coordinator decides about the hours.")


class NobodyToRelieve(IllegalTransition):
    code = "nobody_to_relieve"

    def __init__(self, state: str) -> None:
        super().__init__("Only an officer who is on site now can be relieved. Reload the page.", state=state)


class NotToBeSent(NotFound):
    """For an officer who is none, too: whoever guesses learns nothing."""

    def __init__(self) -> None:
        super().__init__(
            "This officer cannot be sent. Choose one of your own or one who bid, who has not been on this shift."
        )


class NobodySentYet(IllegalTransition):
    code = "nobody_sent_yet"

    def __init__(self) -> None:
        super().__init__("Nobody is to relieve this officer.")


class ReliefArrangedAlready(IllegalTransition):
    code = "relief_arranged_already"

    def __init__(self) -> None:
        super().__init__("Somebody is to relieve this officer already. Reload the page.")


class HandedOverAlready(IllegalTransition):
    code = "handed_over_already"

    def __init__(self, handed_over_at: datetime) -> None:
        super().__init__(
            "This place was handed over already. Reload the page.", handed_over_at=handed_over_at.isoformat()
        )
