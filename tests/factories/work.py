"""An officer on a shift: posted, paid, bid for and won, so that punches and hours can follow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kernel.identifiers import uuid7
from marketplace.bidding import place_bid
from marketplace.field_items import FieldItem
from marketplace.models import Assignment, ClockEvent, Officer, Shift
from marketplace.timekeeping import punch
from tenants.models import Tenant
from tests.factories.clients import Requester, fund, make_requester, submit
from tests.factories.departments import OAKVILLE, make_officer
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT, job_terms, shift_terms

ENDS_AT = STARTS_AT + timedelta(hours=4)
# About 40 m from the pin, so that it is not the pin itself.
NEARBY = (OAKVILLE.latitude + 0.0003, OAKVILLE.longitude + 0.0002)
FIVE_KILOMETRES_OFF = (OAKVILLE.latitude + 0.045, OAKVILLE.longitude)


@dataclass(frozen=True)
class Work:
    requester: Requester
    officer: Officer
    shift: Shift
    assignment: Assignment


def staff(department: Tenant, *, headcount: int = 1, requester: Requester | None = None, **terms: Any) -> Work:
    """A first-come shift, won by a new officer five hours before it starts."""
    requester = requester or make_requester()
    at = STARTS_AT - timedelta(hours=5)
    job = fund(
        submit(requester, terms=job_terms(shifts=(shift_terms(ranks={"constable": headcount}),), **terms), at=at), at=at
    )
    shift = job.shifts.get()
    officer = make_officer(department)
    return Work(requester, officer, shift, take(officer, shift, at=at))


def take(officer: Officer, shift: Shift, *, at: datetime = STARTS_AT - timedelta(hours=5)) -> Assignment:
    place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=at)
    return Assignment.objects.get(officer=officer, shift=shift)


def item(work: Work, *, at: datetime, **more: Any) -> FieldItem:
    """What the officer's phone sends beside what is told."""
    return FieldItem(
        officer=work.officer,
        assignment_id=work.assignment.id,
        punch_id=more.pop("punch_id", None) or uuid7(),
        actor=actor_for(work.officer.person),
        at=at,
        **more,
    )


def fix(
    *,
    at: datetime,
    place: tuple[float, float] = NEARBY,
    accuracy_metres: float = 12.0,
    age_seconds: float = 2.0,
    altitude_metres: float | None = 96.0,
) -> dict[str, Any]:
    return {
        "latitude": place[0],
        "longitude": place[1],
        "accuracy_metres": accuracy_metres,
        "fixed_at": (at - timedelta(seconds=age_seconds)).isoformat(),
        "altitude_metres": altitude_metres,
    }


def clock(
    work: Work,
    kind: str,
    *,
    at: datetime,
    fixes: list[dict[str, Any]] | None = None,
    punch_id: UUID | None = None,
    device_id: str | None = None,
    **more: Any,
) -> ClockEvent:
    return punch(
        officer=work.officer,
        assignment_id=work.assignment.id,
        kind=kind,
        punch_id=punch_id or uuid7(),
        # Two phones at one place never take their fix in the same microsecond.
        fixes=[fix(at=at, age_seconds=2 + work.officer.id.int % 997 / 1000)] if fixes is None else fixes,
        client_at=more.pop("client_at", at),
        device_id=f"phone-{work.officer.id}" if device_id is None else device_id,
        actor=actor_for(work.officer.person),
        at=at,
        **more,
    )
