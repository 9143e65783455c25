"""What the seed draws: rates, headcount, who bids, when and where everybody punches. The same seed, the same play."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.places import DEPARTMENTS, Department

TURNS = ("as planned", "sent home early", "overrun", "no-show", "unfilled")
METRES_PER_DEGREE = 111_320


@dataclass(frozen=True)
class Attendance:
    """Minutes from the scheduled start and end (negative is earlier); `metres` from the pin. None did not come."""

    arrives: int
    leaves: int
    metres_in: int
    metres_out: int
    bearing: float


@dataclass
class OfficerDrawn:
    given_name: str
    family_name: str
    badge_number: str
    rank_code: str
    seniority_date: date
    phone: str
    work_email: str
    home: tuple[float, float]
    bids: bool
    attendance: Attendance | None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass
class Script:
    """One department's play."""

    department: Department
    turn: str
    service_fee_basis_points: int
    event_type: str
    headcount: tuple[tuple[str, int], ...]
    starts_at: datetime
    ends_at: datetime
    overrun_minutes: int
    vehicle_count: int
    changes_its_mind: bool
    disputes: bool
    officers: list[OfficerDrawn]
    ratings: random.Random
    rate_changes: dict[str, Any] = field(default_factory=dict)


def draw(*, seed: int, today: date) -> list[Script]:
    """One script per department. `today` is the first day of the play."""
    return [
        _script(random.Random(f"{seed}/{department.slug}"), department, TURNS[(seed + 2 * place) % len(TURNS)], today)
        for place, department in enumerate(DEPARTMENTS)
    ]


def _script(chance: random.Random, department: Department, turn: str, today: date) -> Script:
    zone = ZoneInfo(department.time_zone)
    day = today + timedelta(days=chance.randint(4, 7))
    starts_at = datetime(day.year, day.month, day.day, chance.randint(7, 20), chance.choice((0, 15, 30)), tzinfo=zone)
    minutes = chance.choice((180, 210, 240, 270, 300, 345))
    plain = chance.randint(2, 3)
    headcount = [(department.rank, plain)]
    if chance.random() < 0.6:
        headcount.append((department.senior_rank, 1))
    overrun = chance.choice((30, 45, 75, 90)) if turn == "overrun" else 0
    script = Script(
        department=department,
        turn=turn,
        service_fee_basis_points=chance.choice((350, 475, 500, 575, 600)),
        event_type=chance.choice(department.event_types),
        headcount=tuple(headcount),
        starts_at=starts_at,
        ends_at=starts_at.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes),
        overrun_minutes=overrun,
        vehicle_count=chance.randint(0, 1),
        changes_its_mind=chance.random() < 0.5,
        disputes=chance.random() < 0.4,
        officers=[],
        ratings=random.Random(chance.random()),
    )
    script.officers = _officers(chance, script)
    script.rate_changes = _rates(chance, department)
    return script


def _officers(chance: random.Random, script: Script) -> list[OfficerDrawn]:
    """One more than is asked for, who stays a backup; one too few when a place is to stay empty."""
    department = script.department
    wanted = [rank for rank, count in script.headcount for _ in range(count)]
    people = list(department.people)
    chance.shuffle(people)
    ranks = [*wanted, department.rank]
    drawn = [_officer(chance, script, people.pop(), rank, number) for number, rank in enumerate(ranks)]
    plain = [officer for officer in drawn if officer.rank_code == department.rank]
    if script.turn == "unfilled":
        for officer in plain[-2:]:
            officer.bids = False
    if script.turn == "no-show":
        # Whoever of these gets the shift: the last two are a winner and a backup, or two winners.
        plain[0].attendance = None
    return drawn


def _officer(chance: random.Random, script: Script, name: tuple[str, str], rank_code: str, number: int) -> OfficerDrawn:
    department = script.department
    early = script.turn == "sent home early"
    attendance = Attendance(
        arrives=chance.randint(-25, 14),
        leaves=script.overrun_minutes - chance.randint(0, 5)
        if script.overrun_minutes
        else -chance.randint(35, 110)
        if early
        else chance.randint(-20, 12),
        metres_in=chance.randint(2, 60),
        metres_out=chance.randint(2, 90),
        bearing=chance.random() * 2 * math.pi,
    )
    return OfficerDrawn(
        given_name=name[0],
        family_name=name[1],
        badge_number=str(chance.randint(1000, 8999) + number),
        rank_code=rank_code,
        seniority_date=date(chance.randint(2004, 2022), chance.randint(1, 12), chance.randint(1, 28)),
        phone=f"{department.phone_prefix}{10 + number:02d}",
        work_email=f"{name[0]}.{name[1]}@{department.mail_domain}".lower(),
        home=moved(department.venue.point, metres=chance.randint(800, 9000), bearing=chance.random() * 2 * math.pi),
        bids=True,
        attendance=attendance,
    )


def _rates(chance: random.Random, department: Department) -> dict[str, Any]:
    """Changes of the department's rate card: rates per rank, a vehicle, minimum, rounding, fee."""
    lowest, highest = department.bill_rates
    bill = chance.randint(lowest, highest)
    share = chance.randint(*department.pay_percent)
    changes: dict[str, Any] = {
        "ranks": {
            department.rank: (bill, bill * share // 100),
            department.senior_rank: (bill * 116 // 100, bill * 116 * share // 10_000),
        },
        "vehicle_rate_cents": chance.randint(1500, 3400),
        "minimum_steps_minutes": [chance.choice((120, 180, 240))],
        "rounding": {
            "unit_minutes": chance.choice((15, 30, 60)),
            "grace_minutes": chance.choice((0, 0, 5, 9)),
            "mode": "up",
        },
        "payable_basis": chance.choice(("billable", "billable", "worked")),
    }
    if not department.rates_include_tax:
        changes["admin_fee_basis_points"] = chance.choice((800, 1000, 1250))
        if chance.random() < 0.5:
            changes["tax_basis_points"] = 825
    return changes


def moved(point: tuple[float, float], *, metres: float, bearing: float) -> tuple[float, float]:
    """So many metres from a point; good enough for a town."""
    latitude, longitude = point
    north, east = metres * math.cos(bearing), metres * math.sin(bearing)
    width = METRES_PER_DEGREE * math.cos(math.radians(latitude))
    return round(latitude + north / METRES_PER_DEGREE, 6), round(longitude + east / width, 6)
