"""When bidding closes, and when there is no time for bidding at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from departments.policy.documents import Policy


def is_first_come(*, policy: Policy, starts_at: datetime, at: datetime) -> bool:
    """True when the shift starts sooner than the closing time before it: the first eligible bid then gets it."""
    if policy.award_order.short_notice != "first_come":
        return False
    return starts_at - at < timedelta(hours=policy.posting.closing_hours_before_start)


def closing_time(*, policy: Policy, starts_at: datetime, opened_at: datetime) -> datetime:
    """When the award runs: so many hours before the start; for a shift opened later than that, at once."""
    return max(opened_at, starts_at - timedelta(hours=policy.posting.closing_hours_before_start))
