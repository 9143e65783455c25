"""Units, chain of command and credentials of the demo's rosters. Nothing here changes who may work or who wins."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from departments import member_depth, roster
from kernel.actors import Actor


@dataclass(frozen=True)
class Place:
    unit: str
    supervisor_badge: str = ""
    credential: str = ""


PLACES = {
    "lakeshore": {
        "0871": Place("Patrol A", credential="marine"),
        "1042": Place("Patrol A", "0871", "traffic-control"),
        "1077": Place("Patrol A", "0871", "first-aid"),
        "1103": Place("Patrol B", "0871", "first-aid"),
        "1121": Place("Traffic", "0871", "traffic-control"),
        "1150": Place("Traffic", "0871", "traffic-control"),
    },
    "cedarbasin": {
        "208": Place("Day watch"),
        "311": Place("Day watch", "208", "traffic-control"),
        "327": Place("Day watch", "208", "first-aid"),
        "342": Place("Night watch", "208"),
        "355": Place("Night watch", "208", "first-aid"),
    },
}


def give_depth(*, slug: str, department_id: UUID, actor: Actor, at: datetime) -> None:
    """Running it again changes nothing: who has a unit already is left alone."""
    members = {one.badge_number: one for one in roster.list_members(department_id=department_id)}
    for badge, place in PLACES.get(slug, {}).items():
        member = members.get(badge)
        if member is None or member.unit:
            continue
        leader = members.get(place.supervisor_badge)
        member_depth.set_place(
            department_id=department_id,
            entry_id=member.entry_id,
            unit=place.unit,
            rank_since_date=date(2022, 4, 1),
            employee_number="",
            supervisor_id=leader.entry_id if leader else None,
            actor=actor,
            at=at,
        )
        if place.credential:
            member_depth.set_credential(
                department_id=department_id,
                entry_id=member.entry_id,
                code=place.credential,
                issued_date=date(2025, 5, 1),
                expires_date=at.date() + timedelta(days=400),
                source="demo",
                actor=actor,
                at=at,
            )
