"""Refusals: the domain's way to say no. Django-free, so that pure modules can use them."""

from typing import Any


class Refusal(Exception):
    """A request that the rules do not allow, with a sentence for people and numbers for programs.

    Subclass it once per reason. Views, tasks and webhooks translate it; nothing may swallow it.
    `field` names the form field to which the sentence belongs, when there is one.
    """

    code = "refused"

    def __init__(self, message: str, *, field: str | None = None, **numbers: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.numbers = numbers

    def __str__(self) -> str:
        return self.message


class NotFound(Refusal):
    """Missing and not-yours are the same answer, so that nobody can probe for what exists."""

    code = "not_found"


class NotPermitted(Refusal):
    code = "not_permitted"


class IllegalTransition(Refusal):
    """The row was not in a state from which this move is legal."""

    code = "illegal_transition"


class InvalidInput(Refusal):
    code = "invalid_input"
