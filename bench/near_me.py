"""Near me both ways, with eligibility, in a country of a million officers and 200,000 open shifts.

First a thousand random probes each way must give the very ids that a naive query gives, which knows no index, no cube
and no box. Then p50 and p95 of the product's own functions stand beside the peers' bare geometry: PostGIS on the same
server where it is installed, Valkey's GEOSEARCH, and the haversine formula in SQL.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg2
from django.db import connection
from django.db.models import QuerySet

from bench import near_me_peers as peers
from bench.figures import Figure, say
from bench.near_me_world import Country
from bench.stage import NOW, department
from departments.access import inside
from departments.models import RosterEntry
from departments.policies import policy_at
from geo.expressions import nearest_first
from geo.points import Point
from kernel.identifiers import uuid7
from marketplace import feed, feed_queries, matching
from marketplace.models import Client, Officer, Shift
from tenants.context import acting_as, matching_context

SIZES = ((100_000, 20_000), (1_000_000, 200_000))
PROBES = int(os.environ.get("BENCH_PROBES", "1000"))
SAMPLES = 200
ON_A_PAGE = 20
INVITED = 50


@dataclass(frozen=True)
class Timed:
    p50: float
    p95: float


def measure() -> list[Figure]:
    tenants = [department(f"home{number}") for number in range(10)]
    policy = policy_at(department_id=tenants[0].id, at=NOW)
    with acting_as(purpose="worker"):
        Client.objects.create(name="Harbour Fair", billing_email="pay@harbour.example", created_at=NOW)
    few = [tenant.id for tenant in tenants]
    many = [*few, *(uuid7() for _ in range(290))]
    figures: list[Figure] = []
    with closing(psycopg2.connect(os.environ["BENCH_DATABASE_SUPERUSER_URL"])) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute("SET jit = off")
            country = Country(cursor, tenants=tenants, homes=few, policy=policy)
            with peers.Peers(cursor) as others:
                for step, (officers, shifts) in enumerate(SIZES):
                    country.grow(officers=officers, shifts=shifts)
                    size = f"{officers:,} officers, {shifts:,} shifts"
                    if not step:
                        with_few = _to_officers(cursor)
                        country.move_homes(many)
                        with_many = _to_officers(cursor)
                        figures += _flat("officers of a shift", size, with_few, with_many)
                    others.fill()
                    _probe(cursor, others)
                    figures += _compare(cursor, others, few[0], size)
    return figures


def _flat(name: str, size: str, few: Timed, many: Timed) -> list[Figure]:
    return [
        Figure(f"{name}, 300 home departments: {which}", size, "ms", getattr(many, which), getattr(few, which),
               "the same with 10 home departments")
        for which in ("p50", "p95")
    ]  # fmt: skip


def _compare(cursor: Any, others: peers.Peers, home_id: UUID, size: str) -> list[Figure]:
    figures: list[Figure] = []
    shifts = _some_shifts(SAMPLES)
    officers = _some_officers(cursor, home_id)
    points = [(shift.latitude, shift.longitude) for shift in shifts]
    starts = [(*_home(officer), officer.travel_radius_metres) for officer in officers]

    ours = _times(lambda shift: matching.officers_near_shift(shift=shift, limit=INVITED), shifts)
    for name, call in others.officers_of_a_point(INVITED).items():
        figures += _beside(f"{INVITED} nearest officers of a shift, each in their own radius", size, ours,
                           _times(call, points), name)  # fmt: skip
    many = _times(lambda shift: matching.officers_near_shift(shift=shift, limit=500), shifts)
    for name, call in others.officers_of_a_point(500).items():
        figures += _beside("500 of them", size, many, _times(call, points), name)
    # As on the officer's map, where the phone says where they are: the peers are given the start as well.
    pairs = list(zip(officers, (Point(latitude, longitude) for latitude, longitude, _ in starts), strict=True))
    found = _times(_ids_of_a_page, pairs)
    alone = _times(_asked, [_statement(cursor, *pair) for pair in pairs])
    page = _times(lambda officer: feed.feed_page(officer=officer, at=NOW, limit=ON_A_PAGE), officers)
    by_pay = _times(_best_paid, officers)
    for name, call in others.shifts_of_a_point(ON_A_PAGE).items():
        peer = _times(call, starts)
        figures += _beside(f"{ON_A_PAGE} nearest shifts that an officer may see", size, found, peer, name)
        figures += _beside("the statement of these alone, without the ORM", size, alone, peer, name)
        if name == others.best:
            figures += _beside("page of them in full: pay, verdicts, pay day", size, page, peer, f"{name}, ids only")
            figures += _beside("page of the best paid, in full", size, by_pay, peer, f"{name}, nearest, ids only")
    return figures


def _beside(name: str, size: str, ours: Timed, peer: Timed, peer_name: str) -> list[Figure]:
    return [
        Figure(f"{name}: {which}", size, "ms", getattr(ours, which), getattr(peer, which), peer_name)
        for which in ("p50", "p95")
    ]


def _ids_of_a_page(asked: tuple[Officer, Point]) -> list[UUID]:
    with matching_context():
        return list(_page_of_ids(*asked))


def _page_of_ids(officer: Officer, start: Point) -> QuerySet[Shift, UUID]:
    reachable = feed_queries.open_shifts(officer=officer, at=NOW, start=start)
    wanted = feed_queries.ordered(reachable, feed_queries.FeedWishes(), officer, start)
    return wanted.values_list("id", flat=True)[:ON_A_PAGE]


def _statement(cursor: Any, officer: Officer, start: Point) -> bytes:
    statement: bytes = cursor.mogrify(*_page_of_ids(officer, start).query.sql_with_params())
    return statement


def _asked(statement: bytes) -> None:
    with matching_context(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()


def _best_paid(officer: Officer) -> None:
    wishes = feed_queries.FeedWishes(order="pay", minimum_pay_cents=20_000)
    feed.feed_page(officer=officer, at=NOW, wishes=wishes, limit=ON_A_PAGE)


def _probe(cursor: Any, others: peers.Peers) -> None:
    """Raises AssertionError at the first difference."""
    started = time.monotonic()
    for shift in _some_shifts(PROBES):
        naive = others.naive_officers(shift, limit=INVITED)
        ours = _around(shift)
        assert ours == naive, f"officers of shift {shift.id}: {ours} is not {naive}"
    cursor.execute("SELECT id FROM bench_officer ORDER BY md5(serial::text) LIMIT %s", [PROBES])
    chosen = [row[0] for row in cursor.fetchall()]
    for officer in Officer.objects.filter(id__in=chosen):
        naive = others.naive_shifts(officer, *_home(officer), at=NOW, limit=ON_A_PAGE)
        ours = _ids_of_a_page((officer, Point(*_home(officer))))
        assert ours == naive, f"shifts of officer {officer.id}: {ours} is not {naive}"
    say(f"… {PROBES:,} probes each way give the naive query's ids ({time.monotonic() - started:.0f} s)")


def _around(shift: Shift) -> list[UUID]:
    """Whom the index finds, before the vicinity decides."""
    nearest = nearest_first("earth", Point(shift.latitude, shift.longitude))
    with matching_context():
        return list(matching.reaches_around(shift).order_by(nearest).values_list("officer_id", flat=True)[:INVITED])


def _to_officers(cursor: Any) -> Timed:
    """Half of these shifts are the department's own, half on the marketplace."""
    return _times(lambda shift: matching.officers_near_shift(shift=shift, limit=INVITED), _some_shifts(SAMPLES))


def _times(call: Callable[[Any], Any], given: Sequence[Any]) -> Timed:
    for one in given[:20]:
        call(one)
    taken = []
    for one in given:
        started = time.perf_counter()
        call(one)
        taken.append((time.perf_counter() - started) * 1000)
    return Timed(statistics.median(taken), statistics.quantiles(taken, n=20)[-1])


def _some_shifts(count: int) -> list[Shift]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM marketplace_shift ORDER BY md5(id::text) LIMIT %s", [count])
        chosen = [row[0] for row in cursor.fetchall()]
    shifts = list(Shift.objects.filter(id__in=chosen).select_related("job").order_by("id"))
    random.Random(3).shuffle(shifts)
    return shifts


def _home(officer: Officer) -> tuple[float, float]:
    start = feed.home_of(officer)
    assert start is not None
    return start.latitude, start.longitude


def _some_officers(cursor: Any, home_id: UUID) -> list[Officer]:
    """From all over the country, moved to one real department and its roster: their page asks it for verdicts."""
    cursor.execute("SELECT id FROM bench_officer ORDER BY md5(serial::text) LIMIT %s", [SAMPLES])
    chosen = [row[0] for row in cursor.fetchall()]
    for table, key in (("marketplace_officer", "id"), ("marketplace_officerreach", "officer_id")):
        cursor.execute(
            f"UPDATE {table} SET home_department_id = %s WHERE {key} = ANY(%s::uuid[])", [str(home_id), chosen]
        )
    officers = list(Officer.objects.filter(id__in=chosen).order_by("id"))
    with inside(department_id=home_id):
        known = set(RosterEntry.objects.values_list("officer_id", flat=True))
        RosterEntry.objects.bulk_create(
            RosterEntry(
                officer_id=officer.id,
                badge_number=officer.id.hex[:12],
                given_name="Officer",
                family_name="Bench",
                work_email=f"{officer.id.hex}@work.example",
                rank_code="constable",
                seniority_date=NOW.date().replace(year=2015),
                joined_at=NOW,
            )
            for officer in officers
            if officer.id not in known
        )
    return officers
