"""Somebody asks for officers, and the department approves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from simulation.player import Player
from simulation.registry import Operation, serves
from simulation.town import Job

# So many jobs at once are enough to choose from; more would only be opened and never worked.
ENOUGH_UNDER_WAY = 60
JOBS_PER_CLIENT = 12


class Book(Operation):
    weight = 12

    def perform(self, player: Player) -> bool:
        if player.town.size("booked") + player.town.size("accepted") > ENOUGH_UNDER_WAY:
            return False
        department = player.draw.randrange(2)
        number = player.draw.randrange(1_000_000)
        answer = player.ask(
            "book",
            rules=player.town.departments[department]["rules"],
            department_id=player.town.departments[department]["id"],
            client=f"client {player.number} {number // JOBS_PER_CLIENT % 200} {department}",
            shifts=[
                [player.draw.randrange(3 * 24, 20 * 24), player.draw.randrange(2, 7), player.draw.randrange(1, 4)]
                for _ in range(player.draw.randrange(1, 7))
            ],
        )
        if "job_id" not in answer:
            return False
        player.town.put("booked", Job(answer["job_id"], department))
        return True


@serves("book")
def book(given: dict[str, Any], at: datetime) -> dict[str, Any]:
    from kernel.actors import system
    from marketplace.approving import approve_job
    from marketplace.posting import submit_job

    client, actor = _client(given["client"], at)
    job = submit_job(client=client, terms=terms_of(given, at), actor=actor, at=at)
    approve_job(job_id=job.id, department_id=given["department_id"], actor=system("simulation"), at=at)
    return {"job_id": str(job.id)}


def _client(name: str, at: datetime):  # type: ignore[no-untyped-def]
    from accounts.models import Person
    from kernel.actors import Actor
    from marketplace.clients import create_client
    from marketplace.models import Client

    email = f"{name.replace(' ', '.')}@example.org"
    person = Person.objects.filter(email=email).first() or Person.objects.create_user(email, given_name="Kim")
    actor = Actor(kind="person", person_id=person.id, label=name)
    client = Client.objects.filter(name=name).first()
    if client is None:
        client = create_client(person=person, kind="business", name=name, billing_email=email, actor=actor, at=at)
    return client, actor


def terms_of(given: dict[str, Any], at: datetime):  # type: ignore[no-untyped-def]
    """`shifts`: [hours from now, hours long, officers] each."""
    from marketplace.terms import JobTerms

    return JobTerms(
        event_type="festival", title="Harbour fair", venue=_venue(given["rules"]),
        shifts=tuple(shift_of(given["rules"], at, *shift) for shift in given["shifts"]),
        duties="Keep the crossing clear.", meeting_point="North gate", contact_name="Sam Field",
        contact_phone="+19055550100", attire="Uniform", expected_attendance=400,
    )  # fmt: skip


def shift_of(rules: str, at: datetime, hours_ahead: int, hours: int, officers: int):  # type: ignore[no-untyped-def]
    from marketplace.terms import PositionTerms, ShiftTerms

    starts_at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours_ahead)
    rank = "constable" if rules == "ontario" else "officer"
    return ShiftTerms(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        positions=(PositionTerms(rank_code=rank, headcount=officers),),
    )


def _venue(rules: str):  # type: ignore[no-untyped-def]
    from marketplace.terms import VenueTerms

    if rules == "ontario":
        place = {"postal_code": "L6J 1A1", "place_name": "Oakville", "region": "ON", "country": "CA"}
        return VenueTerms(
            name="Harbour", address="1 Harbour Street", time_zone="America/Toronto", latitude=43.4675,
            longitude=-79.6877, pin_confirmed=True, **place,
        )  # fmt: skip
    place = {"postal_code": "76033", "place_name": "Cleburne", "region": "TX", "country": "US"}
    return VenueTerms(
        name="Fairground", address="1 Main Street", time_zone="America/Chicago", latitude=32.3476,
        longitude=-97.3867, pin_confirmed=True, **place,
    )  # fmt: skip
