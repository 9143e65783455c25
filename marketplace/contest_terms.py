"""Until when an award may be contested: the department's own number of days, from the rules that made the award."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from departments.policy.canonical import sha256_of
from marketplace.models import Award

DEFAULT_DAYS = 7


def contest_days(*, award: Award) -> int:
    """`award_order.contest_days` of the document that the award was made by, which its snapshot keeps."""
    document = award.snapshot.get("policies", {}).get(award.policy_sha256, {})
    return int(document.get("award_order", {}).get("contest_days", DEFAULT_DAYS))


def contest_closes_at(*, award: Award) -> datetime:
    """The end of the last whole day, on the shift's own calendar: decided on the 2nd with 7 days, open through the 9th.

    Half-open: at this moment it is too late.
    """
    zone = ZoneInfo(award.shift.time_zone)
    last_day = award.decided_at.astimezone(zone).date() + timedelta(days=contest_days(award=award))
    return datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)


def frozen_hash(*, award: Award) -> str:
    """Names the award's whole snapshot: a contest is judged on what was frozen, and a changed byte shows."""
    return sha256_of(award.snapshot)
