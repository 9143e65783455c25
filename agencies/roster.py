"""The agency's roster: whom it has engaged, what they hold and until when, and when they may be asked.

Of an officer an agency sees name, home department, rank and credentials. Telephone, home and birth date are not read
here at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from agencies.availability import Week, weeks_of
from agencies.engagements import EngagedOfficer, list_engaged
from departments.held_credentials import HeldUntil, credentials_of_officers
from marketplace.models import Standing

EXPIRES_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """`week` None: the officer has not said when they may be asked. `expiring`: gone, or gone within 60 days."""

    engaged: EngagedOfficer
    rank_code: str
    credentials: tuple[HeldUntil, ...]
    expiring: tuple[HeldUntil, ...]
    week: Week | None

    def is_free_on(self, on_date: date) -> bool | None:
        if self.week is None:
            return None
        if on_date in self.week.blocked_dates:
            return False
        return on_date in self.week.free_dates or any(day == on_date.weekday() for day, _, _ in self.week.weekly)


def roster(
    *,
    agency_id: UUID,
    today: date,
    text: str = "",
    state: str = "",
    expiring_only: bool = False,
    free_on: date | None = None,
) -> list[RosterRow]:
    """By name. `free_on` keeps those who said they are free some time of that day. Raises NotFound."""
    engaged = [one for one in list_engaged(agency_id=agency_id, text=text) if state in ("", one.state)]
    ids = [one.officer_id for one in engaged]
    ranks = dict(Standing.objects.filter(officer_id__in=ids).values_list("officer_id", "rank_code"))
    weeks = weeks_of(agency_id=agency_id, officer_ids=ids)
    held: dict[UUID, list[HeldUntil]] = {}
    # What the roster of a department says is for those whom the officer has agreed to work for.
    agreed = [one for one in engaged if one.state == "active"]
    for department_id in sorted({one.home_department_id for one in agreed if one.home_department_id}):
        own = [one.officer_id for one in agreed if one.home_department_id == department_id]
        held |= credentials_of_officers(department_id=department_id, officer_ids=own)
    rows = [
        RosterRow(
            engaged=one,
            rank_code=ranks.get(one.officer_id, ""),
            credentials=tuple(held.get(one.officer_id, ())),
            expiring=tuple(
                credential
                for credential in held.get(one.officer_id, ())
                if credential.expires_date is not None and credential.expires_date <= today + EXPIRES_SOON
            ),
            week=weeks.get(one.officer_id),
        )
        for one in engaged
    ]
    return [
        row
        for row in rows
        if (row.expiring or not expiring_only) and (free_on is None or row.is_free_on(free_on) is True)
    ]
