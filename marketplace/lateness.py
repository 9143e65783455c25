"""When did something from the field happen? The server's time counts; what waited in the phone has its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

OFFLINE_AFTER = timedelta(minutes=15)
NEEDS_SUPERVISOR_AFTER = timedelta(hours=24)
# A phone keeps what it could not send for a week. What comes later has been kept by hand, and proves no hours.
NEVER_COUNTS_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Moment:
    """`happened_at` is never in the future: a phone that claims one gets the server's time."""

    happened_at: datetime
    late_by: timedelta

    @property
    def is_offline(self) -> bool:
        return self.late_by > OFFLINE_AFTER

    @property
    def needs_supervisor(self) -> bool:
        return self.late_by > NEEDS_SUPERVISOR_AFTER

    @property
    def never_counts(self) -> bool:
        return self.late_by > NEVER_COUNTS_AFTER


def moment_of(*, client_at: datetime | None, sent_late: bool, at: datetime) -> Moment:
    """`client_at`: corrected by the phone's known offset. It counts only for what waited in the phone."""
    happened_at = min(client_at, at) if sent_late and client_at is not None else at
    return Moment(happened_at, at - happened_at)
