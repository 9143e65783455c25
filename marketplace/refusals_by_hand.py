"""Why a desk may not send somebody by hand to a shift that has begun."""

from marketplace.refusals import IllegalTransition


class PlaceHeld(IllegalTransition):
    code = "place_held"

    def __init__(self) -> None:
        super().__init__(
            "Every place of that rank is held. For an officer who is late, look for relief among the backups first: "
            "when nobody is left there, you can give the place by hand. Who is on site is relieved from their own page."
        )


class NotPaidFor(IllegalTransition):
    code = "not_paid_for"

    def __init__(self) -> None:
        super().__init__("This job is not paid for, so nobody can be sent once it has begun. Call the client.")
