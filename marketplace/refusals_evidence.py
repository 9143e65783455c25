"""Why a desk may not enter an officer's hours, or hold their positions: said to the desk alone."""

from kernel.errors import IllegalTransition


class HoursKnownAlready(IllegalTransition):
    code = "hours_known_already"

    def __init__(self) -> None:
        super().__init__(
            "This officer has punched, or their hours were entered already. Settle their timesheet instead."
        )


class OfficerNotAssigned(IllegalTransition):
    code = "officer_not_assigned"

    def __init__(self, state: str) -> None:
        super().__init__(
            "This officer no longer holds the place, so no hours can be entered. Reload the page.", state=state
        )


class EvidenceHeldAlready(IllegalTransition):
    code = "evidence_held_already"

    def __init__(self) -> None:
        super().__init__("A hold is on this assignment already. Reload the page.")


class EvidenceNotHeld(IllegalTransition):
    code = "evidence_not_held"

    def __init__(self) -> None:
        super().__init__("There is no hold on this assignment any more. Reload the page.")
