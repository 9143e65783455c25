"""What exceptions and work for other employers refuse."""

from collections.abc import Iterable
from datetime import datetime

from kernel.errors import IllegalTransition, InvalidInput, NotFound, NotPermitted


class ExceptionNotFound(NotFound):
    code = "exception_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such exception.")


class NeverWaived(InvalidInput):
    code = "never_waived"

    def __init__(self, rule_id: str) -> None:
        super().__init__(
            f"Nobody can be excepted from the rule {rule_id}. It stands for everybody.",
            field="rule_id",
            rule_id=rule_id,
        )


class UnknownRule(InvalidInput):
    code = "unknown_rule"

    def __init__(self, rule_id: str) -> None:
        super().__init__(
            f"The rules in force have no rule “{rule_id}” from which somebody can be excepted.",
            field="rule_id",
            rule_id=rule_id,
        )


class ExceptionAskedAlready(IllegalTransition):
    code = "exception_asked_already"

    def __init__(self, rule_id: str) -> None:
        super().__init__(
            f"An exception to the rule {rule_id} is asked for already and waits for a decision.", rule_id=rule_id
        )


class AlreadyDecided(IllegalTransition):
    code = "already_decided"

    def __init__(self, state: str, decided_at: datetime | None) -> None:
        decided = f"was decided on {decided_at:%d %B %Y}: it" if decided_at else "is not decided yet: it"
        super().__init__(f"This {decided} is {state}. Reload the page.", state=state)


class DeciderMissing(NotPermitted):
    code = "role_may_not_decide"

    def __init__(self, roles: Iterable[str]) -> None:
        wanted = " or ".join(sorted(roles))
        super().__init__(f"This takes a decision by the {wanted}.", roles=sorted(roles))


class OwnRequest(NotPermitted):
    code = "own_request"

    def __init__(self) -> None:
        super().__init__("Nobody decides what they asked for themselves. Ask somebody else in the role.")


class ReasonNeeded(InvalidInput):
    code = "reason_needed"

    def __init__(self, sentence: str = "Give a reason: it stays on file.") -> None:
        super().__init__(sentence, field="reason")


class ExpiryInvalid(InvalidInput):
    code = "expiry_invalid"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="expires_at")


class EmploymentNotFound(NotFound):
    code = "employment_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such employment.")


class HoursNotFound(NotFound):
    code = "declared_hours_not_found"

    def __init__(self) -> None:
        super().__init__("There are no such hours.")


class HoursOutsideEmployment(InvalidInput):
    code = "hours_outside_employment"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="starts_at")


class HoursDeclaredAlready(InvalidInput):
    code = "hours_declared_already"

    def __init__(self) -> None:
        super().__init__("These hours are declared already.", field="starts_at")
