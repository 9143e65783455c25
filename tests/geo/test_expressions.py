"""The cube expressions on a real PostgreSQL: right rows, right order, by the index."""

from __future__ import annotations

import itertools
import random

import pytest
from django.contrib.postgres.indexes import GistIndex
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models import F

from geo.distances import metres_between
from geo.expressions import (
    CubeField,
    Earth,
    EarthReach,
    coordinate_checks,
    metres_from,
    nearest_first,
    nearly_within_own_radius,
    within_metres,
    within_own_radius,
)
from geo.points import Point

HERE = Point(43.45, -79.68)


class Place(models.Model):
    latitude = models.FloatField()
    longitude = models.FloatField()
    radius_metres = models.IntegerField(default=30_000)
    earth = models.GeneratedField(
        expression=Earth(F("latitude"), F("longitude")), output_field=CubeField(), db_persist=True
    )

    reach = models.GeneratedField(
        expression=EarthReach(Earth(F("latitude"), F("longitude")), F("radius_metres")),
        output_field=CubeField(),
        db_persist=True,
    )

    class Meta:
        app_label = "geo"
        managed = False
        db_table = "geo_test_place"
        indexes = [
            GistIndex(fields=["earth"], name="geo_test_place_earth"),
            GistIndex(fields=["earth", "reach"], name="geo_test_place_reach"),
        ]
        constraints = coordinate_checks("geo_test_place")


@pytest.fixture
def table(db):
    """Made by the model's own SQL, but temporary: the app's login may create nothing else."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        editor.create_model(Place)
        for index in Place._meta.indexes:  # create_model leaves them out of an unmanaged table
            editor.add_index(Place, index)
    with connection.cursor() as cursor:
        for statement in editor.collected_sql:
            cursor.execute(statement.replace("CREATE TABLE", "CREATE TEMPORARY TABLE"))
        yield
        cursor.execute("DROP TABLE geo_test_place")


def fill(count: int) -> list[Point]:
    # Bulk insert through the database: the generated column is its own.
    chance = random.Random(7)
    points = [Point(chance.uniform(42, 45), chance.uniform(-82, -77)) for _ in range(count)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO geo_test_place (latitude, longitude, radius_metres) "
            "SELECT latitude, longitude, 30000 FROM unnest(%s::float8[], %s::float8[]) AS given (latitude, longitude)",
            [[point.latitude for point in points], [point.longitude for point in points]],
        )
        cursor.execute("ANALYZE geo_test_place")
    return points


def test_within_and_nearest_agree_with_the_ellipsoid(table):
    points = fill(3000)
    found = {(place.latitude, place.longitude) for place in Place.objects.filter(within_metres("earth", HERE, 25_000))}
    # The sphere is up to 0.7 % off: only points nearer to the edge than that may differ.
    for point in points:
        metres = metres_between(HERE, point)
        if abs(metres - 25_000) > 25_000 * 0.007:
            assert ((point.latitude, point.longitude) in found) is (metres < 25_000)
    assert found
    nearest = list(Place.objects.order_by(nearest_first("earth", HERE))[:50])
    distances = [metres_between(HERE, Point(place.latitude, place.longitude)) for place in nearest]
    assert all(later > earlier * 0.993 for earlier, later in itertools.pairwise(distances))
    assert distances[0] == pytest.approx(min(metres_between(HERE, point) for point in points), rel=0.007)


def test_metres_and_everyones_own_radius(table):
    fill(500)
    Place.objects.update(radius_metres=5_000)
    far = Place.objects.annotate(metres=metres_from("earth", HERE)).filter(metres__gt=20_000).first()
    Place.objects.filter(pk=far.pk).update(radius_metres=int(far.metres) + 1)
    reach = within_own_radius("earth", HERE, "radius_metres", reach="reach")
    found = {place.pk for place in Place.objects.filter(reach)}
    expected = {
        place.pk
        for place in Place.objects.annotate(metres=metres_from("earth", HERE))
        if place.metres <= place.radius_metres
    }
    assert found == expected
    assert far.pk in found


def test_the_index_is_used_for_the_box_and_for_the_order(table):
    fill(20_000)
    boxed = Place.objects.filter(within_metres("earth", HERE, 20_000)).explain()
    assert "geo_test_place_" in boxed
    assert "Index Cond" in boxed
    in_order = Place.objects.order_by(nearest_first("earth", HERE))[:50].explain()
    assert "Order By" in in_order
    assert "Sort" not in in_order


def test_equals_are_parted_behind_the_index_that_answers_in_order(table):
    fill(20_000)
    plan = Place.objects.order_by(nearest_first("earth", HERE), "radius_metres", "id")[:50].explain()
    assert "Incremental Sort" in plan
    assert "Order By" in plan
    assert "Seq Scan" not in plan


def test_who_reaches_a_place_by_a_radius_of_their_own_is_found_in_order_by_one_index(table):
    fill(20_000)
    reach = within_own_radius("earth", HERE, "radius_metres", reach="reach")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_bitmapscan', 'off', true)")
    plan = Place.objects.filter(reach).order_by(nearest_first("earth", HERE))[:50].explain()
    assert "geo_test_place_reach" in plan
    assert "Index Cond: (reach @>" in plan
    assert "Order By" in plan
    assert "Sort" not in plan


def test_slack_for_everybody_finds_all_of_them_by_the_same_index(table):
    fill(20_000)
    Place.objects.update(radius_metres=5_000)
    nearly = nearly_within_own_radius("earth", HERE, "radius_metres", reach="reach", slack_metres=20_000)
    everybody = Place.objects.annotate(metres=metres_from("earth", HERE))
    assert {one.pk for one in Place.objects.filter(nearly)} == {one.pk for one in everybody if one.metres <= 25_000}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_bitmapscan', 'off', true)")
    plan = Place.objects.filter(nearly).order_by(nearest_first("earth", HERE))[:50].explain()
    assert "Index Cond: (reach &&" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("home", "place", "metres"),
    [
        (Point(0, 179.999), Point(0, -179.999), 223),
        (Point(-17.8, -179.95), Point(-17.8, 179.95), 10_600),
        (Point(90, 0), Point(89.99, 180), 1_113),
        (Point(-89.995, 20), Point(-89.995, -160), 1_112),
    ],
)
def test_neither_the_date_line_nor_a_pole_parts_two_neighbours(table, home, place, metres):
    near, far = round(metres * 1.01), round(metres * 0.98)
    with connection.cursor() as cursor:
        for radius in (near, far):
            cursor.execute(
                "INSERT INTO geo_test_place (latitude, longitude, radius_metres) VALUES (%s, %s, %s)",
                [home.latitude, home.longitude, radius],
            )
    found = Place.objects.filter(within_own_radius("earth", place, "radius_metres", reach="reach"))
    assert [one.radius_metres for one in found] == [near]
    assert Place.objects.filter(within_metres("earth", place, near)).count() == 2
    assert Place.objects.filter(within_metres("earth", place, far)).count() == 0


def test_it_works_whatever_the_search_path_says(table):
    fill(10)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('search_path', 'pg_catalog', true)")
        place = (
            Place.objects.filter(within_metres("earth", HERE, 900_000)).order_by(nearest_first("earth", HERE)).first()
        )
        cursor.execute("SELECT set_config('search_path', %s, true)", [before])
    assert place is not None


@pytest.mark.parametrize(("latitude", "longitude"), [(95, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_postgresql_refuses_what_is_no_place(table, latitude, longitude):
    with pytest.raises((IntegrityError, DataError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO geo_test_place (latitude, longitude, radius_metres) VALUES (%s, %s, 1)", [latitude, longitude]
        )
