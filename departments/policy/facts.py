"""What is judged: the officer, the shift, and all that the officer already does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from departments.policy.documents import Bucket


@dataclass(frozen=True, slots=True)
class Credential:
    """`expires_date` is the last day on which it counts; None never expires."""

    code: str
    expires_date: date | None = None


@dataclass(frozen=True, slots=True)
class StatusPeriod:
    """A roster status with dates; `ends_at` None is until further notice.

    `missed_tour_starts_at`: when the first tour missed because of it would have started, if that was later.
    """

    status: str
    starts_at: datetime
    ends_at: datetime | None = None
    missed_tour_starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfficerFacts:
    """`may_work_until_date` is the first day on which the officer may no longer work.

    `status` is the roster's word for now; `status_periods` are dated and win for their own status.
    """

    officer_id: str
    rank_code: str
    status: str = "active"
    may_work_from_date: date | None = None
    may_work_until_date: date | None = None
    seniority_date: date | None = None
    rank_since_date: date | None = None
    credentials: tuple[Credential, ...] = ()
    status_periods: tuple[StatusPeriod, ...] = ()
    # Who is above and below in the chain of command, at any distance.
    superior_ids: tuple[str, ...] = ()
    subordinate_ids: tuple[str, ...] = ()
    # By name (`officer.unit`, `officer.attributes.bilingual`): what conditions ask and no field says. JSON values.
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """`rank_code` is the position's; empty when any rank will do, or when the shift is another department's ranks."""

    shift_id: str
    starts_at: datetime
    ends_at: datetime
    rank_code: str = ""
    event_type: str = ""
    required_credentials: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    # Where it is, as far as it is known: then the jurisdiction is asked.
    latitude: float | None = None
    longitude: float | None = None
    postal_code: str = ""
    place_name: str = ""
    # What the officer would be paid for it; its length when not given.
    paid_minutes: int | None = None
    client_id: str = ""
    venue_id: str = ""
    requested_at: datetime | None = None
    scheduler_id: str = ""
    supervisor_ids: tuple[str, ...] = ()
    # By name (`venue.kind`, `job.alcohol`, `client.attributes.utility`), JSON values.
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One stretch of time that the officer owes to somebody. Half-open."""

    bucket: Bucket
    starts_at: datetime
    ends_at: datetime
    reference: str = ""
    # Paid hours are kept apart from worked ones; None: paid as long as it lasts.
    paid_minutes: int | None = None
    event_type: str = ""
    client_id: str = ""
    venue_id: str = ""
    # Where it is, as far as it is known: then the way to it is asked. Never where the officer lives.
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approved exception to one rule: what it would deny or hold for approval becomes a warning until it expires."""

    rule_id: str
    expires_at: datetime
    approved_by: str = ""
