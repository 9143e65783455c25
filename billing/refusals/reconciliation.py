"""What reconciliation refuses."""

from kernel.errors import IllegalTransition, NotPermitted, Refusal


class WorkItemSettled(IllegalTransition):
    """The difference is gone; there is nothing to explain or correct."""

    code = "work_item_settled"


class CorrectionNotOpen(IllegalTransition):
    code = "correction_not_open"


class CorrectionNeedsAnother(NotPermitted):
    """Whoever proposed a correction cannot approve it."""

    code = "correction_needs_another"


class CorrectionDoesNotFit(Refusal):
    """The difference has changed since the correction was proposed, or its account would fall below its floor."""

    code = "correction_does_not_fit"
