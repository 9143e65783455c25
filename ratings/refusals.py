from kernel.errors import IllegalTransition, InvalidInput


class AlreadyRated(IllegalTransition):
    code = "already_rated"

    def __init__(self) -> None:
        super().__init__("You have rated this officer for this shift already. Thank you.")


class NotYetWorked(IllegalTransition):
    code = "not_yet_worked"

    def __init__(self) -> None:
        super().__init__("You can rate an officer once the work is done and clocked out.")


class MarkOutOfRange(InvalidInput):
    code = "mark_out_of_range"

    def __init__(self, field: str) -> None:
        super().__init__("Choose between 1 and 5 stars.", field=field, minimum=1, maximum=5)
