"""A country of officers and open shifts in bulk, made by SQL: cities by weight, empty countryside between them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models

from bench.figures import say
from bench.stage import NOW
from marketplace.models import Job, Officer, OfficerReach, Position, Shift, Standing, Venue
from tenants.models import Tenant

SHIFT_DAY = NOW + timedelta(days=20)
# Radii that officers choose, the everyday ones more often. Metres.
_RADII = "ARRAY[5,10,20,30,40,40,40,60,80,120,160,240,400]"
_CITIES = """
CREATE TABLE bench_city AS
SELECT number, 25 + random() * 23 AS latitude, -123 + random() * 54 AS longitude, 0.05 + 0.25 * random() AS spread,
       sum(1.0 / (number + 3)) OVER (ORDER BY number) / sum(1.0 / (number + 3)) OVER () AS until
FROM generate_series(1, 300) AS number
"""
# One of ten thousand draws falls on each city as often as its people say.
_DRAWS = """
CREATE TABLE bench_draw AS
SELECT draw, (SELECT min(number) FROM bench_city WHERE until >= draw / 10000.0) AS number
FROM generate_series(1, 10000) AS draw
"""
_PLACES = """
CREATE TABLE {name} AS
SELECT serial, gen_random_uuid() AS id, city,
       greatest(-89.9, least(89.9, CASE WHEN rural THEN 25 + 24 * a
           ELSE latitude + spread * sqrt(-2 * ln(1 - a)) * cos(2 * pi() * b) END)) AS latitude,
       CASE WHEN rural THEN -124 + 56 * b
           ELSE longitude + spread * sqrt(-2 * ln(1 - a)) * sin(2 * pi() * b) END AS longitude,
       c, d
FROM (SELECT serial, random() AS a, random() AS b, random() AS c, random() AS d, random() < 0.12 AS rural,
             1 + floor(random() * 9999)::int AS draw
      FROM generate_series({first}, {last}) AS serial) AS drawn
JOIN bench_draw USING (draw)
JOIN (SELECT number AS city, latitude, longitude, spread FROM bench_city) AS cities ON city = bench_draw.number
"""


class Country:
    """Grows from one size to the next. `cursor` is a superuser's, so that no wall slows the filling down."""

    def __init__(self, cursor: Any, *, tenants: list[Tenant], homes: list[UUID], policy: Any) -> None:
        self.cursor, self.tenants, self.homes, self.policy = cursor, tenants, homes, policy
        self.officers = self.shifts = 0
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(_CITIES)
        cursor.execute(_DRAWS)

    def grow(self, *, officers: int, shifts: int) -> None:
        say(f"… a country of {officers:,} officers and {shifts:,} open shifts")
        self._officers(self.officers + 1, officers)
        self._shifts(self.shifts + 1, shifts)
        self.officers, self.shifts = officers, shifts
        for table in ("accounts_person", "marketplace_officer", "marketplace_standing", "marketplace_officerreach",
                      "marketplace_job", "marketplace_venue", "marketplace_shift", "marketplace_position"):  # fmt: skip
            self.cursor.execute(f"VACUUM ANALYZE {table}")

    def move_homes(self, homes: list[UUID]) -> None:
        """The same officers in another number of departments."""
        self.homes = homes
        for table in ("marketplace_officer", "marketplace_officerreach"):
            key = "id" if table == "marketplace_officer" else "officer_id"
            self.cursor.execute(
                f"UPDATE {table} AS row SET home_department_id = (%s::uuid[])[1 + place.city %% %s] "
                f"FROM bench_officer AS place WHERE place.id = row.{key}",
                [[str(home) for home in homes], len(homes)],
            )
            self.cursor.execute(f"VACUUM FULL ANALYZE {table}")

    def _officers(self, first: int, last: int) -> None:
        self._places("bench_officer", first, last)
        new = f"FROM bench_officer WHERE serial >= {first}"
        homes = "ARRAY[" + ",".join(f"'{home}'" for home in self.homes) + f"]::uuid[])[1 + city % {len(self.homes)}]"
        moment = f"'{NOW.isoformat()}'"
        self._insert(
            Officer._meta.get_field("person").related_model,
            new,
            id="id", email="'o' || serial || '@bench.example'", password="'!'", given_name="'Officer'",
            family_name="serial::text", created_at=moment,
        )  # fmt: skip
        radius = f"1000 * ({_RADII})[1 + floor(power(c, 1.3) * 13)::int]"
        self._insert(
            Officer, new, id="id", person_id="id", home_department_id=f"({homes}", home_since_date="'2020-01-01'",
            display_name="'Officer ' || serial", travel_radius_metres=radius, joined_at=moment,
        )  # fmt: skip
        # Three in a hundred are barred, three in five have a tour on the shifts' day.
        tours = (
            "CASE WHEN d < 0.6 THEN (SELECT range_agg(tstzrange(t, t + interval '8 hours')) FROM generate_series("
            f"'{NOW.isoformat()}'::timestamptz + (interval '1 hour' * floor(d * 40)), "
            f"'{NOW.isoformat()}'::timestamptz + interval '40 days', interval '1 day') AS t) ELSE '{{}}' END"
        )
        self._insert(
            Standing, new, officer_id="id", version="1", rank_code="'constable'", seniority_date="'2015-01-01'",
            may_work_until_date="CASE WHEN d > 0.97 THEN date '2026-01-01' END", busy_times=tours,
        )  # fmt: skip
        self._insert(
            OfficerReach, new, officer_id="id", home_department_id=f"({homes}", latitude="latitude",
            longitude="longitude", travel_radius_metres=radius,
        )  # fmt: skip

    def _shifts(self, first: int, last: int) -> None:
        self._places("bench_shift", first, last)
        new = f"FROM bench_shift WHERE serial >= {first}"
        moment = f"'{NOW.isoformat()}'"
        client = "(SELECT id FROM marketplace_client LIMIT 1)"
        departments = "ARRAY[" + ",".join(f"'{one.id}'" for one in self.tenants) + "]::uuid[])[1 + city % "
        department = f"({departments}{len(self.tenants)}]"
        starts = f"{moment}::timestamptz + interval '15 days' + interval '1 hour' * floor(c * 240)"
        self._insert(
            Venue, new, id="id", client_id=client, name="'Venue'", address="'1 Street'", country="'CA'",
            time_zone="'America/Toronto'", latitude="latitude", longitude="longitude", radius_metres="150",
            created_at=moment,
        )  # fmt: skip
        self._insert(
            Job, new, id="id", reference="'B' || serial", client_id=client, venue_id="id",
            governing_department_id=department, route="CASE WHEN d < 0.5 THEN 'marketplace' ELSE 'department' END",
            state="'contracted'", event_type="CASE WHEN c < 0.5 THEN 'festival' ELSE 'traffic-control' END",
            title="'Job ' || serial", duties="'Keep the crossing clear.'", meeting_point="'Gate'",
            contact_name="'Sam'", contact_phone="'+19055550100'", attire="'Uniform'", currency="'CAD'",
            time_zone="'America/Toronto'", policy_version=str(self.policy.version),
            policy_sha256=f"'{self.policy.sha256}'", submitted_by_person_id="id", submitted_at=moment,
        )  # fmt: skip
        self._insert(
            Shift, new, id="id", job_id="id", number="1", governing_department_id=department, state="'open'",
            starts_at=starts, ends_at=f"{starts} + interval '1 hour' * (3 + floor(d * 7))",
            time_zone="'America/Toronto'", latitude="latitude", longitude="longitude", opened_at=moment,
            closes_at=f"{starts} - interval '1 day'",
        )  # fmt: skip
        self._insert(
            Position, new, id="id", shift_id="id", rank_code="'constable'", rank_name="'Constable'", headcount="2",
            unbilled_headcount="0", bill_rate_cents_per_hour="9000", pay_rate_cents_per_hour="7850",
            shift_pay_cents="7850 * (3 + floor(d * 7))::int",
        )  # fmt: skip

    def _places(self, name: str, first: int, last: int) -> None:
        if first == 1:
            self.cursor.execute(_PLACES.format(name=name, first=first, last=last))
        else:
            self.cursor.execute(_PLACES.format(name="bench_more", first=first, last=last))
            self.cursor.execute(f"INSERT INTO {name} SELECT * FROM bench_more; DROP TABLE bench_more")

    def _insert(self, model: type[models.Model], source: str, **columns: str) -> None:
        """`columns` are SQL; every other column gets the model's own default."""
        expressions = dict(columns)
        values: list[Any] = []
        for field in model._meta.concrete_fields:
            if field.generated or field.column in columns:
                continue
            value = None if field.null else field.get_default()
            prepared = field.get_db_prep_save(value, connection=_connection()) if value is not None else None
            expressions[field.column] = "%s" + (f"::{field.db_type(_connection())}" if prepared is not None else "")
            values.append(prepared)
        names = ", ".join(f'"{name}"' for name in expressions)
        source = source.replace("%", "%%")
        chosen = ", ".join(one if one.startswith("%s") else one.replace("%", "%%") for one in expressions.values())
        self.cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {chosen} {source}", values)


def _connection() -> Any:
    from django.db import connection

    return connection
