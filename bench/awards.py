"""Awards at closing time, against the bare writes of the same outcome: one UPDATE a bid, one INSERT a winner."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction

from bench.figures import Figure, once_seconds
from bench.stage import NOW, department
from bench.world import make_bids, make_crew, make_job, make_shifts
from kernel.actors import system
from marketplace.awarding import award_shift
from marketplace.models import Bid
from tenants.context import acting_as

_BIDS_EACH = 20


def measure() -> list[Figure]:
    figures = []
    for shifts in (50, 500):
        tenant = department(f"awards{shifts}")
        crew = make_crew(tenant, count=400, at=NOW, duty_days=10, name=f"a{shifts}")
        job = make_job(tenant, at=NOW)
        starts = [NOW + timedelta(days=2, hours=number) for number in range(shifts)]
        places = make_shifts(job, starts=starts, headcount=2, at=NOW)
        bids = make_bids(places, crew.officers, each=_BIDS_EACH, at=NOW)

        def award_all(places=places) -> None:  # type: ignore[no-untyped-def]
            for shift, _ in places:
                award_shift(shift_id=shift.id, actor=system("benchmark"), at=NOW)

        with acting_as(purpose="worker"):
            ours = once_seconds(award_all)
        figures.append(
            Figure(
                "award of closed shifts",
                f"{shifts} shifts, {bids:,} bids",
                "bids/s",
                bids / ours,
                bids / once_seconds(lambda places=places: _bare_writes(places)),
                "one UPDATE for each bid, one commit for each shift",
            )
        )
    return figures


def _bare_writes(places) -> None:  # type: ignore[no-untyped-def]
    for shift, _ in places:
        with transaction.atomic(), connection.cursor() as cursor:
            for bid_id in Bid.objects.filter(shift=shift).values_list("id", flat=True):
                cursor.execute(
                    "UPDATE marketplace_bid SET explanation = explanation, decided_at = %s WHERE id = %s",
                    [NOW, bid_id],
                )
