"""What the reconciliation workspace refuses, one exception per reason."""

from kernel.errors import IllegalTransition, NotFound, Refusal


class WorkspaceRowNotFound(NotFound):
    code = "workspace_row_not_found"


class NothingToAccept(IllegalTransition):
    """Only rows whose papers agree are accepted; a difference is explained, split or disputed."""

    code = "nothing_to_accept"


class NothingToExplain(IllegalTransition):
    code = "nothing_to_explain"


class PartsDoNotSum(Refusal):
    """The parts of a split leave a remainder."""

    code = "parts_do_not_sum"


class MonthClosed(IllegalTransition):
    code = "month_closed"


class MonthNotClosed(IllegalTransition):
    code = "month_not_closed"


class MonthNotOver(IllegalTransition):
    code = "month_not_over"


class MonthHasChanged(IllegalTransition):
    """Somebody or something changed the month between looking and closing."""

    code = "month_has_changed"


class MonthStillOpen(Refusal):
    """Rows are not settled yet, and nobody said to close without them."""

    code = "month_still_open"


class MonthOutOfOrder(IllegalTransition):
    """Months close in their order and are reopened in the reverse one."""

    code = "month_out_of_order"


class WorkspaceImportNotFound(NotFound):
    code = "workspace_import_not_found"


class ImportHasMistakes(Refusal):
    """Some rows of the file cannot be taken, so none is."""

    code = "import_has_mistakes"


class ImportIsOver(IllegalTransition):
    code = "import_is_over"
