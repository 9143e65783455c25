"""Who wants the report of their jobs by mail, and when the next is due: at the end of a day, week or month there."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from geo.timezones import zone_named
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput
from marketplace.models import Client, Job, JobReportWish, Officer
from tenants.queries import get_tenant

CADENCES = tuple(JobReportWish.Cadence.values)
# The night's last shifts end, and their hours are there, before a report is written.
SENT_AT = time(7)


def set_wishes(
    *, person_id: UUID, side: str, cadences: Collection[str], time_zone: str, actor: Actor, at: datetime
) -> list[JobReportWish]:
    """Exactly these from now on; what was wanted before and still is keeps its turn. Raises InvalidInput."""
    if not set(cadences) <= set(CADENCES):
        raise InvalidInput("Choose daily, weekly or monthly.", field="cadences")
    with transaction.atomic():
        mine = JobReportWish.objects.filter(person_id=person_id, side=side)
        before = sorted(mine.values_list("cadence", flat=True))
        mine.exclude(cadence__in=cadences).delete()
        for cadence in sorted(set(cadences) - set(before)):
            JobReportWish.objects.create(
                person_id=person_id,
                side=side,
                cadence=cadence,
                time_zone=time_zone,
                wanted_at=at,
                next_at=next_end(cadence, after=at, time_zone=time_zone),
            )
        if sorted(cadences) != before:
            audit.record(
                actor=actor,
                action="job_reports.wished",
                subject_kind="person",
                subject_id=person_id,
                at=at,
                before={"cadences": before},
                after={"cadences": sorted(cadences), "side": side},
            )
        return list(mine.order_by("cadence"))


def wishes_of(*, person_id: UUID, side: str) -> set[str]:
    return set(JobReportWish.objects.filter(person_id=person_id, side=side).values_list("cadence", flat=True))


def next_end(cadence: str, *, after: datetime, time_zone: str) -> datetime:
    """The next morning at which a day, week (from Monday) or month is over there, strictly after that moment."""
    zone = zone_named(time_zone)
    day = after.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, SENT_AT, zone)
        if moment > after and _begins(cadence, day):
            return moment
        day += timedelta(days=1)


def last_day_of(wish: JobReportWish) -> date:
    """The last day of the period that is over when the wish is due."""
    return wish.next_at.astimezone(zone_named(wish.time_zone)).date() - timedelta(days=1)


def zone_of_client(*, person_id: UUID) -> str:
    """Of their newest job; where they have none, UTC."""
    mine = Client.objects.filter(members__person_id=person_id, members__ended_at=None)
    newest = Job.objects.filter(client__in=mine).order_by("-submitted_at").values_list("time_zone", flat=True).first()
    return newest or "UTC"


def zone_of_officer(*, officer: Officer) -> str:
    return get_tenant(tenant_id=officer.home_department_id).time_zone


def _begins(cadence: str, day: date) -> bool:
    if cadence == JobReportWish.Cadence.WEEK:
        return day.weekday() == 0
    return cadence == JobReportWish.Cadence.DAY or day.day == 1
