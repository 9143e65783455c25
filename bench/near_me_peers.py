"""The same questions put to others: the haversine formula in SQL, PostGIS, and Valkey's GEOSEARCH."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import redis

from bench.figures import say
from geo.vicinities import LARGEST_ERROR_METRES
from marketplace.models import Officer, Shift

_METRES_AROUND = 6378168.0
_LARGEST_METRES = 400_000
_HAVERSINE = (
    f"2 * {_METRES_AROUND} * asin(least(1, sqrt(power(sin(radians({{latitude}} - {{here_latitude}}) / 2), 2) + "
    "cos(radians({here_latitude})) * cos(radians({latitude})) * "
    "power(sin(radians({longitude} - {here_longitude}) / 2), 2))))"
)


def _haversine(alias: str) -> str:
    return _HAVERSINE.format(
        latitude=f"{alias}.latitude", longitude=f"{alias}.longitude", here_latitude="%(lat)s", here_longitude="%(lng)s"
    )


_NAIVE_OFFICERS = f"""
SELECT reach.officer_id FROM marketplace_officerreach AS reach
JOIN marketplace_officer AS officer ON officer.id = reach.officer_id
JOIN marketplace_standing AS standing ON standing.officer_id = reach.officer_id
WHERE {_haversine("reach")} <= reach.travel_radius_metres + {LARGEST_ERROR_METRES} AND officer.left_at IS NULL
  AND (standing.may_work_from_date IS NULL OR standing.may_work_from_date <= %(day)s::date + 1)
  AND (standing.may_work_until_date IS NULL OR standing.may_work_until_date > %(day)s::date - 1)
  AND NOT EXISTS (SELECT FROM unnest(standing.busy_times) AS busy
                  WHERE lower(busy) < %(ends_at)s AND upper(busy) > %(starts_at)s)
  AND (%(everybody)s OR officer.home_department_id = %(department)s)
ORDER BY {_haversine("reach")} LIMIT %(limit)s
"""
_NAIVE_SHIFTS = f"""
SELECT shift.id FROM marketplace_shift AS shift JOIN marketplace_job AS job ON job.id = shift.job_id
WHERE {_haversine("shift")} <= %(radius)s AND shift.state IN ('open', 'part_staffed') AND shift.starts_at > %(at)s
  AND (shift.first_come OR shift.closes_at > %(at)s) AND job.route <> 'agency'
  AND (shift.governing_department_id = %(department)s OR job.route = 'marketplace' OR shift.open_to_others_at <= %(at)s)
ORDER BY {_haversine("shift")}, shift.starts_at, shift.id LIMIT %(limit)s
"""


class Peers:
    """Geometry alone: none of them asks who may work. `cursor` is a superuser's."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        self.valkey = redis.Redis.from_url(os.environ["REDIS_URL"])
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")
        self.has_postgis = bool(cursor.fetchone()[0])
        if not self.has_postgis:
            say("… PostGIS is not installed on this server: it is left out.")
        self.radii: dict[bytes, float] = {}

    @property
    def best(self) -> str:
        return "PostGIS" if self.has_postgis else "haversine in SQL"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.valkey.delete("bench-officers", "bench-shifts")
        self.valkey.close()

    def fill(self) -> None:
        if self.has_postgis:
            self.cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
            for name, source, radius in (
                ("gis_officer", "marketplace_officerreach", "officer_id AS id, travel_radius_metres AS radius"),
                ("gis_shift", "marketplace_shift", "id, 0 AS radius"),
            ):
                self.cursor.execute(f"DROP TABLE IF EXISTS {name}")
                self.cursor.execute(
                    f"CREATE TABLE {name} AS SELECT {radius}, "
                    f"ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography AS place FROM {source}"
                )
                self.cursor.execute(f"CREATE INDEX ON {name} USING gist (place)")
                self.cursor.execute(f"VACUUM ANALYZE {name}")
        self.cursor.execute(
            "SELECT officer_id::text, longitude, latitude, travel_radius_metres FROM marketplace_officerreach"
        )
        rows = self.cursor.fetchall()
        self.radii = {row[0].encode(): float(row[3]) for row in rows}
        self._load("bench-officers", rows)
        self.cursor.execute("SELECT id::text, longitude, latitude FROM marketplace_shift")
        self._load("bench-shifts", self.cursor.fetchall())

    def officers_of_a_point(self, limit: int) -> dict[str, Callable[[tuple[float, float]], Any]]:
        """By name: the nearest officers in whose own radius a point lies."""
        found = {
            "haversine in SQL": lambda point: self._ask(
                f"SELECT officer_id FROM marketplace_officerreach AS reach WHERE {_haversine('reach')} <= "
                f"travel_radius_metres ORDER BY {_haversine('reach')} LIMIT {limit}",
                point,
            ),
            "Valkey GEOSEARCH": lambda point: self._valkey_officers(point, limit),
        }
        if self.has_postgis:
            here = "ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326)::geography"
            found["PostGIS"] = lambda point: self._ask(
                f"SELECT id FROM gis_officer WHERE ST_DWithin(place, {here}, {_LARGEST_METRES}, false) "
                f"AND ST_Distance(place, {here}, false) <= radius ORDER BY place <-> {here} LIMIT {limit}",
                point,
            )
        return found

    def shifts_of_a_point(self, limit: int) -> dict[str, Callable[[tuple[float, float, int]], Any]]:
        """By name: the nearest shifts within a radius of a point, whoever may see them."""
        found = {
            "haversine in SQL": lambda start: self._ask(
                f"SELECT id FROM marketplace_shift AS shift WHERE {_haversine('shift')} <= {start[2]} "
                f"ORDER BY {_haversine('shift')} LIMIT {limit}",
                start,
            ),
            "Valkey GEOSEARCH": lambda start: self.valkey.geosearch(
                "bench-shifts", longitude=start[1], latitude=start[0], radius=start[2], unit="m", sort="ASC",
                count=limit,
            ),
        }  # fmt: skip
        if self.has_postgis:
            here = "ST_SetSRID(ST_MakePoint(%(lng)s, %(lat)s), 4326)::geography"
            found["PostGIS"] = lambda start: self._ask(
                f"SELECT id FROM gis_shift WHERE ST_DWithin(place, {here}, {start[2]}, false) "
                f"ORDER BY place <-> {here} LIMIT {limit}",
                start,
            )
        return found

    def naive_officers(self, shift: Shift, *, limit: int) -> list[UUID]:
        return self._ids(
            _NAIVE_OFFICERS,
            lat=shift.latitude,
            lng=shift.longitude,
            day=shift.starts_at.date(),
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            everybody=shift.job.route == "marketplace",
            department=str(shift.governing_department_id),
            limit=limit,
        )

    def naive_shifts(
        self, officer: Officer, latitude: float, longitude: float, *, at: datetime, limit: int
    ) -> list[UUID]:
        return self._ids(
            _NAIVE_SHIFTS,
            lat=latitude,
            lng=longitude,
            radius=officer.travel_radius_metres,
            at=at,
            department=str(officer.home_department_id),
            limit=limit,
        )

    def _valkey_officers(self, point: tuple[float, float], limit: int) -> list[bytes]:
        """It knows one radius: ask for more and more of the nearest until enough of them come this far."""
        count = limit * 2
        while True:
            rows = self.valkey.geosearch(
                "bench-officers", longitude=point[1], latitude=point[0], radius=_LARGEST_METRES, unit="m", sort="ASC",
                count=count, withdist=True,
            )  # fmt: skip
            reaching = [name for name, metres in rows if metres <= self.radii[name]]
            if len(reaching) >= limit or len(rows) < count:
                return reaching[:limit]
            count *= 4

    def _load(self, key: str, rows: list[Any]) -> None:
        pipe = self.valkey.pipeline(transaction=False)
        for number, row in enumerate(rows):
            pipe.geoadd(key, (row[1], row[2], row[0]))
            if number % 20_000 == 0:
                pipe.execute()
        pipe.execute()

    def _ask(self, statement: str, start: tuple[float, ...]) -> list[Any]:
        self.cursor.execute(statement, {"lat": start[0], "lng": start[1]})
        return self.cursor.fetchall()  # type: ignore[no-any-return]

    def _ids(self, statement: str, **values: Any) -> list[UUID]:
        self.cursor.execute(statement, values)
        return [UUID(str(row[0])) for row in self.cursor.fetchall()]
