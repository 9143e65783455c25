"""What is refused about duty that arrives after an award."""

from kernel.errors import IllegalTransition


class ConflictDecided(IllegalTransition):
    code = "conflict_decided"

    def __init__(self, state: str) -> None:
        super().__init__(f"This conflict is {state} already.", state=state)
