"""Why a message is not taken into a job's thread."""

from kernel.errors import IllegalTransition, InvalidInput, NotFound, Refusal


class ThreadClosed(IllegalTransition):
    code = "thread_closed"

    def __init__(self) -> None:
        super().__init__("The messages of this job are closed: its last shift is more than 30 days ago.")


class ThreadOver(NotFound):
    """For somebody who had a seat: to everybody else the thread was never there."""

    def __init__(self) -> None:
        super().__init__("The messages of this job are closed to you: you are off it, or it has been over for 30 days.")


class ContactsNotHere(InvalidInput):
    code = "contacts_not_here"

    def __init__(self) -> None:
        super().__init__(
            "Leave telephone numbers, e-mail addresses and links to them out: everybody on this job can write here, "
            "and numbers stay private. Change it and send it again.",
            field="text",
        )


class MessageIdTaken(InvalidInput):
    code = "message_id_taken"

    def __init__(self) -> None:
        super().__init__("That could not be read. Reload the page and try again.", field="message_id")


class TooManyMessages(Refusal):
    code = "too_many_messages"

    def __init__(self, recent: int) -> None:
        super().__init__(
            f"You have written {recent} messages within ten minutes. Wait a little, then send this one.",
            field="text",
            recent=recent,
        )
