"""When officers want to be offered shifts that they did not ask for."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput
from marketplace.models import Officer, OfficerAvailability, Shift
from tenants.queries import get_tenant

DAY_MINUTES = 24 * 60
MAXIMUM_WINDOWS = 28
MAXIMUM_BLOCKED_DATES = 120


def set_availability(
    *,
    officer: Officer,
    wants_offers: bool,
    weekly: Sequence[tuple[int, str, str]],
    blocked_dates: Sequence[date],
    actor: Actor,
    at: datetime,
) -> OfficerAvailability:
    """`weekly` are (weekday, from, until) with Monday as 0 and times like 18:00; 24:00 is midnight. Local to the home
    department. Raises InvalidInput.
    """
    for weekday, start, end in weekly:
        if not 0 <= weekday <= 6 or _minutes(start) >= _minutes(end):
            raise InvalidInput(f"{start} to {end}: the end must be later than the start.", field="weekly")
    if len(weekly) > MAXIMUM_WINDOWS or len(blocked_dates) > MAXIMUM_BLOCKED_DATES:
        raise InvalidInput(
            f"At most {MAXIMUM_WINDOWS} times a week and {MAXIMUM_BLOCKED_DATES} blocked dates.", field="weekly"
        )
    values = {
        "wants_offers": wants_offers,
        "weekly": [list(one) for one in weekly],
        "blocked_dates": sorted(set(blocked_dates)),
        "changed_at": at,
    }
    with transaction.atomic():
        row, _ = OfficerAvailability.objects.update_or_create(officer=officer, defaults=values)
        audit.record(
            actor=actor,
            action="officer.availability_set",
            subject_kind="officer",
            subject_id=officer.id,
            tenant_id=officer.home_department_id,
            at=at,
            after={"wants_offers": wants_offers, "windows": len(weekly), "blocked_dates": len(blocked_dates)},
        )
    return row


def availability_of(officer: Officer) -> OfficerAvailability | None:
    return OfficerAvailability.objects.filter(officer=officer).first()


def available_officers(*, officers: Sequence[Officer], shift: Shift) -> list[Officer]:
    """Those whose stated times hold the whole shift; each with `availability` read already."""
    homes = {officer.home_department_id for officer in officers}
    zones = {home_id: ZoneInfo(get_tenant(tenant_id=home_id).time_zone) for home_id in homes}
    return [
        officer
        for officer in officers
        if covers(
            officer.availability,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            zone=zones[officer.home_department_id],
        )
    ]


def covers(row: OfficerAvailability, *, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
    """Day by day in local wall time; without weekly times every hour is free. A blocked date blocks its whole day."""
    if not row.wants_offers:
        return False
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    day = start.date()
    while day <= end.date():
        first = start.hour * 60 + start.minute if day == start.date() else 0
        last = end.hour * 60 + end.minute if day == end.date() else DAY_MINUTES
        if first < last and (day in row.blocked_dates or not _day_covers(row, day, first, last)):
            return False
        day += timedelta(days=1)
    return True


def _day_covers(row: OfficerAvailability, day: date, first: int, last: int) -> bool:
    if not row.weekly:
        return True
    reached = first
    for start, end in sorted((_minutes(one[1]), _minutes(one[2])) for one in row.weekly if one[0] == day.weekday()):
        if start <= reached < end:
            reached = end
    return reached >= last


def _minutes(text: str) -> int:
    if text == "24:00":
        return DAY_MINUTES
    try:
        moment = time.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"“{text}” is not a time. Write one like 18:00.", field="weekly") from None
    return moment.hour * 60 + moment.minute
