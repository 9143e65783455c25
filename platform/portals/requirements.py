"""What the payment service still asks of a payee, in words that people use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from billing.connect.keeping import asked_of
from billing.connect.port import CURRENTLY_DUE, PAST_DUE
from billing.connect.wording import in_words
from billing.models import PayeeAccount

__all__ = ["Standing", "in_words", "standing_of"]


@dataclass(frozen=True)
class Standing:
    """`asked` in words, the most pressing first, without what is asked some day only. `deadline_at` is the soonest."""

    asked: list[str]
    deadline_at: datetime | None
    has_begun: bool
    may_receive: bool

    @property
    def is_asked_again(self) -> bool:
        """Transfers arrive today, and will stop unless the payee answers."""
        return self.may_receive and bool(self.asked)


def standing_of(account: PayeeAccount | None) -> Standing:
    if account is None:
        return Standing([], None, has_begun=False, may_receive=False)
    pressing: Iterable[str] = [
        one.code for one in asked_of(account) if one.status in (PAST_DUE, CURRENTLY_DUE) or one.due_at is not None
    ]
    return Standing(
        asked=in_words(pressing),
        deadline_at=account.asked_deadline_at,
        has_begun=bool(account.account_reference),
        may_receive=account.may_receive,
    )
