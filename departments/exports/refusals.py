"""What an export refuses."""

from collections.abc import Sequence
from uuid import UUID

from kernel.errors import IllegalTransition, InvalidInput, NotFound, Refusal


class LayoutInvalid(InvalidInput):
    code = "export_layout_invalid"


class FormatNameTaken(InvalidInput):
    code = "export_format_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a format called {name} already. Choose another name.", field="name")


class FormatNotFound(NotFound):
    code = "export_format_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such export format.")


class BatchNotFound(NotFound):
    code = "export_batch_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such batch.")


class NothingToExport(IllegalTransition):
    code = "nothing_to_export"

    def __init__(self) -> None:
        super().__init__("Nothing waits: every final hour until that day is in a batch already.")


class UnmappedPayCodes(Refusal):
    code = "unmapped_pay_codes"

    def __init__(self, missing: Sequence[tuple[str, str]], rows: int) -> None:
        named = ", ".join(f"{rank} / {code or 'no pay code'}" for rank, code in missing)
        one = len(missing) == 1
        super().__init__(
            f"{rows} {'row has' if rows == 1 else 'rows have'} a rank and pay code without a code of yours: {named}. "
            f"Map {'it' if one else 'them'} in the format, then make the batch.",
            missing=[{"rank_code": rank, "pay_code": code} for rank, code in missing],
            rows=rows,
        )


class SentMeanwhile(IllegalTransition):
    code = "export_sent_meanwhile"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Somebody else made batch {number} at the same moment. Look at it, then see what still waits."
        )


class PreviewChanged(IllegalTransition):
    code = "export_preview_changed"

    def __init__(self, shown: int, now: int) -> None:
        super().__init__(
            f"The preview showed {shown} rows; there are {now} now. Check the new preview, then make the batch.",
            shown=shown,
            now=now,
        )


class RequestOfAnotherBatch(IllegalTransition):
    code = "export_request_reused"

    def __init__(self, number: int, request_id: UUID) -> None:
        super().__init__(
            f"This request made batch {number} with another format or day. Use a new request_id for another batch.",
            number=number,
            request_id=str(request_id),
        )
