"""Reads of jobs, shifts and hours for lists. Querysets stay in the public schema and carry what their pages show."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from accounts.models import Person
from marketplace.job_totals import places_of_shift
from marketplace.models import (
    Assignment,
    ClientBlock,
    ClockEvent,
    ClockReview,
    Job,
    Officer,
    Position,
    Shift,
    Timesheet,
)
from marketplace.places import shares_place
from marketplace.site_status import with_site_facts
from marketplace.status import job_status_line, status_of

__all__ = [
    "Dashboard",
    "blocks_of_department",
    "coordinator_dashboard",
    "job_status_line",
    "jobs_for_client",
    "jobs_for_department",
    "jobs_needing_hours_approval",
    "officer_assignments",
    "officer_history",
    "open_reviews",
    "other_punches",
    "shifts_of_department",
    "status_of",
    "timesheets_for_client",
    "timesheets_for_department",
    "with_people",
    "with_shifts",
]

# A typed date beyond them is a date all the same, and a day more or less of it is none.
_EARLIEST, _LATEST = date(1900, 1, 1), date(2900, 1, 1)


def with_shifts(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Jobs with client, venue, every shift and who works it: for one job, or where all of that is answered. A list
    that shows numbers asks `job_totals.totals_of_jobs` instead."""
    shifts = Shift.objects.order_by("starts_at", "number").prefetch_related(
        "positions",
        Prefetch(
            "assignments",
            queryset=Assignment.objects.filter(state__in=Assignment.LIVE_STATES)
            .annotate(shares_place=shares_place())
            .select_related("officer"),
            to_attr="live_assignments",
        ),
    )
    return jobs.select_related("client", "venue").prefetch_related(Prefetch("shifts", queryset=shifts))


def with_people(shifts: QuerySet[Shift]) -> QuerySet[Shift]:
    """Shifts with job, venue, positions and `.live_assignments`."""
    return shifts.select_related("job__client", "job__venue").prefetch_related(
        "positions",
        Prefetch(
            "assignments",
            queryset=Assignment.objects.filter(state__in=Assignment.LIVE_STATES).select_related("officer"),
            to_attr="live_assignments",
        ),
    )


def jobs_for_client(person: Person) -> QuerySet[Job]:
    """Newest first, with client and venue; every client that the person acts for."""
    clients = person.client_memberships.filter(ended_at=None).values("client_id")
    found = Job.objects.filter(client_id__in=clients).select_related("client", "venue")
    return found.order_by("-submitted_at", "-id")


def jobs_for_department(
    department_id: UUID,
    *,
    text: str = "",
    state: str = "",
    event_type: str = "",
    from_date: date | None = None,
    until_date: date | None = None,
) -> QuerySet[Job]:
    """All requests of a department, newest first, with client and venue.

    Dates are of shift starts, half-open, in each job's own zone.
    """
    jobs = Job.objects.filter(governing_department_id=department_id).select_related("client", "venue")
    for word in text.split()[:8]:
        jobs = jobs.filter(_word_matches(word))
    if state:
        jobs = jobs.filter(state=state)
    if event_type:
        jobs = jobs.filter(event_type=event_type)
    if from_date or until_date:
        jobs = jobs.filter(Exists(_shifts_between(department_id, from_date, until_date).filter(job=OuterRef("pk"))))
    return jobs.order_by("-submitted_at", "-id")


def _word_matches(word: str) -> Q:
    return (
        Q(reference__istartswith=word)
        | Q(title__icontains=word)
        | Q(duties__icontains=word)
        | Q(client__name__icontains=word)
        | Q(client__billing_email__icontains=word)
        | Q(venue__name__icontains=word)
        | Q(venue__address__icontains=word)
        | Q(venue__place_name__icontains=word)
        | Q(contact_name__icontains=word)
        | Q(contact_phone__icontains=word)
    )


def _shifts_between(department_id: UUID, from_date: date | None, until_date: date | None) -> QuerySet[Shift]:
    """By the venue's own calendar; a day of slack lets the index by department and start choose first."""
    local = Func(F("time_zone"), F("starts_at"), function="timezone", output_field=DateTimeField())
    # A cast alone would be Django's, which turns a moment into the zone of the process first.
    on_date = Func(local, template="(%(expressions)s)::date", output_field=DateField())
    shifts = Shift.objects.filter(governing_department_id=department_id).exclude(state=Shift.State.CANCELLED)
    shifts = shifts.annotate(on_date=on_date).order_by()
    if from_date:
        begin = datetime.combine(max(from_date, _EARLIEST), time(), UTC) - timedelta(days=1)
        shifts = shifts.filter(on_date__gte=from_date, starts_at__gte=begin)
    if until_date:
        end = datetime.combine(min(until_date, _LATEST), time(), UTC) + timedelta(days=1)
        shifts = shifts.filter(on_date__lt=until_date, starts_at__lt=end)
    return shifts


def shifts_of_department(department_id: UUID, *, starts_after: datetime, starts_before: datetime) -> QuerySet[Shift]:
    """Shifts that start in a half-open range, in order, with `.wanted` places and who works them as
    `site_status.facts_of` reads it."""
    return (
        Shift.objects.filter(
            governing_department_id=department_id, starts_at__gte=starts_after, starts_at__lt=starts_before
        )
        .select_related("job__client", "job__venue")
        .annotate(wanted=Coalesce(places_of_shift(), 0))
        .prefetch_related(
            Prefetch(
                "assignments",
                queryset=with_site_facts(Assignment.objects.filter(state__in=Assignment.LIVE_STATES)).select_related(
                    "officer"
                ),
                to_attr="live_assignments",
            ),
        )
        .order_by("starts_at", "id")
    )


def officer_assignments(officer: Officer) -> QuerySet[Assignment]:
    """Live ones, next first."""
    return (
        Assignment.objects.filter(officer=officer, state__in=("confirmed", "checked_in"))
        .select_related("shift__job__client", "shift__job__venue", "position")
        .prefetch_related("clock_events")
        .order_by("shift__starts_at", "id")
    )


def officer_history(officer: Officer) -> QuerySet[Assignment]:
    """What is over, newest first, with its hours."""
    return (
        Assignment.objects.filter(officer=officer)
        .exclude(state__in=("offered", "confirmed", "checked_in"))
        .select_related("shift__job__client", "shift__job__venue", "position", "timesheet")
        .order_by("-shift__starts_at", "-id")
    )


def timesheets_for_client(person: Person) -> QuerySet[Timesheet]:
    """Those awaiting the client first, then the newest."""
    clients = person.client_memberships.filter(ended_at=None).values("client_id")
    return _timesheets().filter(assignment__shift__job__client_id__in=clients)


def timesheets_for_department(department_id: UUID) -> QuerySet[Timesheet]:
    return _timesheets().filter(assignment__shift__governing_department_id=department_id)


def jobs_needing_hours_approval(person: Person) -> QuerySet[Timesheet]:
    return timesheets_for_client(person).filter(state=Timesheet.State.SUBMITTED)


def _timesheets() -> QuerySet[Timesheet]:
    return (
        Timesheet.objects.select_related(
            "assignment__shift__job__client",
            "assignment__shift__job__venue",
            "assignment__position",
            "assignment__officer",
        )
        .prefetch_related("assignment__clock_events__review")
        .order_by("-submitted_at", "-id")
    )


def open_reviews(department_id: UUID) -> QuerySet[ClockReview]:
    """Oldest first."""
    return (
        ClockReview.objects.filter(department_id=department_id, state=ClockReview.State.OPEN)
        .select_related(
            "clock_event__assignment__officer",
            "clock_event__assignment__position",
            "clock_event__assignment__shift__job__client",
            "clock_event__assignment__shift__job__venue",
        )
        .order_by("opened_at", "clock_event_id")
    )


def other_punches(*, event: ClockEvent, department_id: UUID) -> QuerySet[ClockEvent]:
    """Of the same officer on this department's jobs, the latest first, each with what became of it."""
    return (
        ClockEvent.objects.filter(
            assignment__officer_id=event.assignment.officer_id,
            assignment__shift__governing_department_id=department_id,
        )
        .exclude(id=event.id)
        .select_related("review", "assignment__shift__job")
        .order_by("-happened_at")
    )


def blocks_of_department(department_id: UUID) -> QuerySet[ClientBlock]:
    return ClientBlock.objects.filter(department_id=department_id, lifted_at=None).select_related("client")


@dataclass(frozen=True)
class Dashboard:
    """A coordinator's day in numbers. `next_shifts` starts within 7 days, at most 20."""

    waiting_for_decision: int
    oldest_waiting_since: datetime | None
    waiting_for_contract: int
    open_shifts: int
    unfilled_positions: int
    on_duty_now: int
    reviews_open: int
    timesheets_disputed: int
    timesheets_held: int
    next_shifts: list[Shift]


def coordinator_dashboard(department_id: UUID, at: datetime) -> Dashboard:
    """In four queries. The next shifts come with their jobs, without who works them."""
    reviews = ClockReview.objects.filter(department_id=department_id, state=ClockReview.State.OPEN).order_by()
    jobs = Job.objects.filter(governing_department_id=department_id).aggregate(
        waiting=Count("id", filter=Q(state=Job.State.SUBMITTED)),
        oldest=Min("submitted_at", filter=Q(state=Job.State.SUBMITTED)),
        approved=Count("id", filter=Q(state=Job.State.APPROVED)),
        # The same number beside every job: a department without one has no punch to review either.
        reviews=Max(Subquery(reviews.values("department_id").annotate(open=Count("pk")).values("open"))),
    )
    bookable = Q(shift__state__in=(Shift.State.OPEN, Shift.State.PART_STAFFED))
    positions = Position.objects.filter(bookable, shift__governing_department_id=department_id).aggregate(
        wanted=Sum("headcount", default=0),
        open_shifts=Count("shift", distinct=True, filter=Q(shift__state=Shift.State.OPEN)),
    )
    held = Q(timesheet__state=Timesheet.State.SUBMITTED, timesheet__approves_at=None)
    work = Assignment.objects.filter(
        shift__governing_department_id=department_id, shift__finished_at=None, state__in=Assignment.LIVE_STATES
    ).aggregate(
        filled=Count("id", filter=bookable),
        on_duty=Count("id", filter=Q(state=Assignment.State.CHECKED_IN)),
        disputed=Count("id", filter=Q(timesheet__state=Timesheet.State.DISPUTED)),
        held=Count("id", filter=held),
    )
    next_shifts = (
        shifts_of_department(department_id, starts_after=at, starts_before=at + timedelta(days=7))
        .exclude(state__in=(Shift.State.CANCELLED, Shift.State.EXPIRED))
        .prefetch_related(None)
    )
    return Dashboard(
        waiting_for_decision=jobs["waiting"],
        oldest_waiting_since=jobs["oldest"],
        waiting_for_contract=jobs["approved"],
        open_shifts=positions["open_shifts"],
        unfilled_positions=max(positions["wanted"] - work["filled"], 0),
        on_duty_now=work["on_duty"],
        reviews_open=jobs["reviews"] or 0,
        timesheets_disputed=work["disputed"],
        timesheets_held=work["held"],
        next_shifts=list(next_shifts[:20]),
    )
