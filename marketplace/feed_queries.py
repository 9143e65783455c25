"""Which shifts an officer's feed holds, in SQL: what they may see, what they want of it, and in which order."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract

from geo.expressions import nearest_first, within_metres
from geo.points import Point
from marketplace.assigning import TAKING_STATES
from marketplace.models import Assignment, Job, Officer, Position, Shift, Standing

FeedOrder = Literal["distance", "pay", "start", "closing"]


@dataclass(frozen=True, slots=True)
class FeedWishes:
    """What the officer wants to see, and in which order. Dates are the venue's own, both included; minutes scheduled.

    `minimum_pay_cents` is for the whole shift. `only_free` leaves out what overlaps the officer's own shifts.
    """

    from_date: date | None = None
    until_date: date | None = None
    minimum_pay_cents: int | None = None
    event_type: str = ""
    shortest_minutes: int | None = None
    longest_minutes: int | None = None
    only_free: bool = False
    order: FeedOrder = "distance"

    @property
    def narrows(self) -> bool:
        return self != FeedWishes(order=self.order)


def open_shifts(*, officer: Officer, at: datetime, start: Point) -> QuerySet[Shift]:
    # One call: each further one copies the whole query before it.
    return Shift.objects.filter(
        Q(first_come=True) | Q(closes_at__gt=at),
        ~Q(job__route=Job.Route.AGENCY),
        Q(governing_department_id=officer.home_department_id)
        | Q(job__route=Job.Route.MARKETPLACE)
        | Q(open_to_others_at__lte=at),
        within_metres("earth", start, officer.travel_radius_metres),
        state__in=TAKING_STATES,
        starts_at__gt=at,
    )


def narrowed(shifts: QuerySet[Shift], wishes: FeedWishes, officer: Officer) -> QuerySet[Shift]:
    if wishes.event_type:
        shifts = shifts.filter(job__event_type=wishes.event_type)
    if wishes.from_date is not None or wishes.until_date is not None:
        local = Func(F("time_zone"), F("starts_at"), function="timezone", output_field=DateTimeField())
        shifts = shifts.annotate(local_date=Cast(local, DateField()))
        if wishes.from_date is not None:
            shifts = shifts.filter(local_date__gte=wishes.from_date)
        if wishes.until_date is not None:
            shifts = shifts.filter(local_date__lte=wishes.until_date)
    if wishes.only_free:
        own = Assignment.objects.filter(
            officer=officer,
            state__in=Assignment.LIVE_STATES,
            shift__starts_at__lt=OuterRef("ends_at"),
            shift__ends_at__gt=OuterRef("starts_at"),
        )
        shifts = shifts.filter(~Exists(own))
    length = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())
    if wishes.shortest_minutes is not None:
        shifts = shifts.annotate(length=length).filter(length__gte=timedelta(minutes=wishes.shortest_minutes))
    if wishes.longest_minutes is not None:
        shifts = shifts.annotate(length=length).filter(length__lte=timedelta(minutes=wishes.longest_minutes))
    if wishes.minimum_pay_cents is not None:
        shifts = shifts.annotate(expected_pay=_expected_pay(officer)).filter(expected_pay__gte=wishes.minimum_pay_cents)
    return shifts


def ordered(shifts: QuerySet[Shift], wishes: FeedWishes, officer: Officer, start: Point) -> QuerySet[Shift]:
    if wishes.order == "pay":
        return shifts.annotate(expected_pay=_expected_pay(officer)).order_by("-expected_pay", "starts_at", "id")
    if wishes.order == "start":
        return shifts.order_by("starts_at", "id")
    if wishes.order == "closing":
        closing = Case(When(first_come=True, then=F("starts_at")), default=F("closes_at"))
        return shifts.order_by(closing, "starts_at", "id")
    # Shifts of one venue are equally far. From PostgreSQL 16 on an incremental sort parts them and the index still
    # answers in order.
    return shifts.order_by(nearest_first("earth", start), "starts_at", "id")


def _expected_pay(officer: Officer) -> Subquery:
    """The pay that the officer's card will name, as far as it can be said before the verdict: of the place of their own
    rank, else of the best-paid one. Which of them are free is not asked: in a city that doubles the price."""
    scheduled = Extract(F("shift__ends_at") - F("shift__starts_at"), "epoch")
    by_the_hour = Cast(F("pay_rate_cents_per_hour") * scheduled / Value(3600), BigIntegerField())
    rank = Subquery(Standing.objects.filter(officer_id=officer.id).values("rank_code")[:1])
    return Subquery(
        Position.objects.filter(shift=OuterRef("pk"))
        .annotate(pay=Coalesce(Cast("shift_pay_cents", BigIntegerField()), by_the_hour))
        .order_by(Case(When(rank_code=rank, then=0), default=1, output_field=IntegerField()), "-pay")
        .values("pay")[:1],
        output_field=BigIntegerField(),
    )


def live_count() -> Count:
    return Count("assignments", filter=Q(assignments__state__in=Assignment.LIVE_STATES))
