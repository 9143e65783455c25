"""Why a document, or an approval without it, is refused."""

from collections.abc import Sequence

from kernel.errors import IllegalTransition, InvalidInput, NotPermitted


class DocumentsMissing(IllegalTransition):
    """`numbers["missing"]` lists code, name and what is wrong, in the policy's order."""

    code = "documents_missing"

    def __init__(self, missing: Sequence[dict[str, str]]) -> None:
        sentences = " ".join(row["sentence"] for row in missing)
        super().__init__(
            f"The request cannot be approved yet. {sentences} Accept it when it is there, or waive it with a reason.",
            missing=list(missing),
        )


class DocumentWillNotDo(InvalidInput):
    code = "document_will_not_do"


class DocumentAlreadyAccepted(IllegalTransition):
    code = "document_already_accepted"

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is accepted already: there is nothing more to bring.")


class DocumentAlreadyDecided(IllegalTransition):
    code = "document_already_decided"

    def __init__(self, state: str) -> None:
        super().__init__(f"This document is {state} by now. Reload the page.", state=state)


class DocumentsClosed(IllegalTransition):
    code = "documents_closed"

    def __init__(self, state: str) -> None:
        super().__init__(f"This request is {state}: it takes no more documents.", state=state)


class ApproverNeeded(NotPermitted):
    """A rule of the policy names who must approve."""

    code = "approver_needed"

    def __init__(self, roles: Sequence[str], sentence: str) -> None:
        super().__init__(f"{sentence} Only a {' or '.join(roles)} can approve it: ask one of them.", roles=list(roles))
