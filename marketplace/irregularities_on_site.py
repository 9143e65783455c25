"""Out of the ordinary between clocking in and out: calls to duty, incidents, reliefs, and what came too late."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from marketplace.models import ClockEvent, DutyEvent, Relief, UncountedPunch
from marketplace.relief_reading import relief_came_at

_TOLD = ("kind", "category", "report_number", "happened_at", "received_at", "counts")
# As in `irregularities`.
_GRACE = timedelta(minutes=5)
_Line = tuple[str, datetime, int, str, str]


def on_site_annotations() -> dict[str, Any]:
    """For a query of assignments; no query more."""
    told = DutyEvent.objects.filter(assignment=OuterRef("pk")).order_by("happened_at", "id")
    kept = UncountedPunch.objects.filter(assignment=OuterRef("pk")).order_by("received_at", "id")
    gave = Relief.objects.filter(outgoing=OuterRef("pk"))
    took = Relief.objects.filter(incoming=OuterRef("pk"), handed_over_at__isnull=False)
    return {
        "told": ArraySubquery(told.values(row=JSONObject(**{name: name for name in _TOLD}))),
        "uncounted": ArraySubquery(
            kept.values(row=JSONObject(**{name: name for name in ("happened_at", "received_at", "explanation")}))
        ),
        "gave_over_at": Subquery(gave.values("handed_over_at")[:1]),
        "given_over_by": Subquery(gave.values("handed_over_by")[:1]),
        "left_at": Subquery(ClockEvent.objects.filter(assignment=OuterRef("pk"), kind="out").values("happened_at")[:1]),
        "relief_came_at": relief_came_at(),
        "took_over_from": Subquery(took.values("outgoing__timesheet__worked_ends_at")[:1]),
    }


def on_site_lines(one: Any) -> Iterable[_Line]:
    """`one`: an assignment that carries `on_site_annotations`."""
    sheet = getattr(one, "timesheet", None)
    if one.took_over_from is not None and sheet is not None and sheet.worked_starts_at > one.took_over_from:
        minutes = _minutes(one.took_over_from, sheet.worked_starts_at)
        yield "gap", one.took_over_from, minutes, f"Nobody held the post for {minutes} minutes before the relief.", ""
    if _left_before_relief(one):
        minutes = _minutes(one.left_at, one.relief_came_at) if one.relief_came_at else 0
        told_minutes = f"{minutes} minutes " if minutes else ""
        yield "left_early", one.left_at, minutes, f"Left {told_minutes}before the relief came.", ""
    elif one.gave_over_at is not None:
        yield "relieved", one.gave_over_at, 0, "Another officer took the place over.", ""
    for row in one.told:
        told = DutyEvent(**{**row, **_moments(row)})
        if told.kind == DutyEvent.Kind.WENT_ON_DUTY:
            yield "went_on_duty", told.happened_at, 0, f"Called to duty: {told.category_label.lower()}.", ""
        elif told.kind == DutyEvent.Kind.INCIDENT:
            number = f"report {told.report_number}" if told.report_number else "no report number yet"
            yield "incident", told.happened_at, 0, f"{told.category_label}, {number}.", ""
        if not told.counts:
            said = f"“{told.get_kind_display()}” came too late to change the hours by itself."
            yield "came_late", told.happened_at, _minutes(told.happened_at, told.received_at), said, ""
    for row in one.uncounted:
        times = _moments(row)
        minutes = _minutes(times["happened_at"], times["received_at"])
        yield "came_late", times["happened_at"], minutes, row["explanation"], ""


def _left_before_relief(one: Any) -> bool:
    """By themselves: whom a supervisor let go was relieved, however long the post was empty then."""
    if one.gave_over_at is None or one.left_at is None or one.left_at > one.shift.ends_at - _GRACE:
        return False
    if one.given_over_by == Relief.By.SUPERVISOR and one.left_at >= one.gave_over_at:
        return False
    return one.relief_came_at is None or one.relief_came_at > one.left_at + _GRACE


def _moments(row: dict[str, Any]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(row[name]).astimezone(UTC) for name in ("happened_at", "received_at")}


def _minutes(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds() // 60)
