"""When bidding closes, and when there is no time for bidding at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from departments.policy.documents import Policy


def is_first_come(*, policy: Policy, starts_at: datetime, at: datetime) -> bool:
    """True when the shift starts sooner than the short notice (or the closing time) before it: the first eligible bid
    then gets it. Where nobody bids, or a coordinator decides, nobody is first."""
    order = policy.award_order
    if order.short_notice != "first_come" or order.method != "bids":
        return False
    hours = order.short_notice_hours
    if hours is None:
        hours = policy.posting.closing_hours_before_start
    return starts_at - at < timedelta(hours=hours)


def closing_time(*, policy: Policy, starts_at: datetime, opened_at: datetime) -> datetime:
    """When the award runs: so many hours before the start; for a shift opened later than that, at once.

    Offers without bids begin at once: there is nothing to wait for.
    """
    if policy.award_order.method in ("automatic", "wheel"):
        return opened_at
    return max(opened_at, starts_at - timedelta(hours=policy.posting.closing_hours_before_start))
