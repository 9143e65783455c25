"""A shift that was awarded: one place, three bidders told apart by their seniority."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from marketplace.awarding import award_shift
from marketplace.bidding import place_bid
from marketplace.models import Award, Officer, Shift
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 20, 15, tzinfo=UTC)
# 19 March, 11:00 in Toronto.
AWARDED_AT = STARTS_AT - timedelta(hours=24)


@dataclass(frozen=True)
class Awarded:
    shift: Shift
    award: Award
    winner: Officer
    backup: Officer
    last: Officer


def awarded_shift(department: Tenant, *, starts_at: datetime = STARTS_AT, **changes: Any) -> Awarded:
    officers = [
        make_officer(department, family_name=name, seniority_date=date(year, 1, 1))
        for name, year in (("Alder", 2001), ("Birch", 2002), ("Cedar", 2003))
    ]
    shift = make_shift(make_job(department, at=NOW), starts_at=starts_at, at=NOW, **changes)
    for officer in officers:
        bid_on(shift, officer)
    [award] = award_shift(shift_id=shift.id, actor=SETTING_UP, at=starts_at - timedelta(hours=24))
    shift.refresh_from_db()
    return Awarded(shift, award, *officers)


def bid_on(shift: Shift, officer: Officer, *, at: datetime = NOW) -> None:
    place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=at)
