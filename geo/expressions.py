"""“Near me” in PostgreSQL: a stored cube column, a GiST index, the box and the order.

    earth = models.GeneratedField(
        expression=Earth(F("latitude"), F("longitude")), output_field=CubeField(), db_persist=True
    )
    Meta: indexes = [GistIndex(fields=["earth"], name=…)]; constraints = coordinate_checks("venue")

    Venue.objects.filter(within_metres("earth", here, 40_000)).order_by(nearest_first("earth", here))[:50]

Who reaches a point by a radius of their own stores `EarthReach` too, and one index holds both columns.
Everything is schema-qualified, since a tenant's search path decides nothing here. Distances in the database are on a
sphere (up to 0.7 % off): show and judge by `geo.distances`. Keep the box beside the order, or an empty countryside
scans the whole table.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, CheckConstraint, Expression, F, Field, FloatField, Func, Q, Value
from django.db.models.expressions import Combinable, OrderBy

from geo.points import Point


class CubeField(Field):  # type: ignore[type-arg]
    """The `cube` type, here always a point on earthdistance's sphere. Read as text; never written by hand."""

    description = "Point on the sphere (cube)"

    def db_type(self, connection: Any) -> str:
        return "public.cube"


class Earth(Func):
    """`public.ll_to_earth(latitude, longitude)`."""

    function = "public.ll_to_earth"
    arity = 2
    output_field = CubeField()


class _EarthBox(Func):
    """A box around a point with everything within so many metres, and some more in its corners."""

    function = "public.earth_box"
    arity = 2
    output_field = CubeField()


class EarthReach(Func):
    """`public.earth_box` of a row's own place and radius, to be stored: what holds a point is reached from there.

    The expression of a generated column may not name another one, so the place comes as `Earth(latitude, longitude)`.
    """

    function = "public.earth_box"
    arity = 2
    output_field = CubeField()


class _BoxContains(Func):
    template = "%(expressions)s"
    arg_joiner = " OPERATOR(public.@>) "
    arity = 2
    output_field = BooleanField()
    conditional = True


class _BoxOverlaps(Func):
    template = "%(expressions)s"
    arg_joiner = " OPERATOR(public.&&) "
    arity = 2
    output_field = BooleanField()
    conditional = True


class _WithinSphere(Func):
    """Cuts the corners of the box away: exact on the sphere, and written so that both sides may be columns."""

    template = "(%(expressions)s)"
    arg_joiner = " <= "
    arity = 2
    output_field = BooleanField()
    conditional = True


class _SphereMetres(Func):
    function = "public.earth_distance"
    arity = 2
    output_field = FloatField()


class _ChordOrder(Func):
    """The `<->` operator, which the GiST index answers in order."""

    template = "(%(expressions)s)"
    arg_joiner = " OPERATOR(public.<->) "
    arity = 2
    output_field = FloatField()


def earth_of(point: Point) -> Earth:
    return Earth(
        Value(float(point.latitude), output_field=FloatField()),
        Value(float(point.longitude), output_field=FloatField()),
    )


def within_metres(column: str | Combinable, point: Point, metres: int | float) -> Q:
    """Rows whose cube `column` lies within `metres` of `point`. The index finds the box, the distance cuts it."""
    place = F(column) if isinstance(column, str) else column
    reach = Value(float(metres), output_field=FloatField())
    return Q(_BoxContains(_EarthBox(earth_of(point), reach), place)) & Q(
        _WithinSphere(_SphereMetres(place, earth_of(point)), reach)
    )


def within_own_radius(
    column: str | Combinable, point: Point, radius_metres: str | Combinable, *, reach: str | Combinable
) -> Q:
    """Rows that reach `point` by their own radius column. `reach` is their stored `EarthReach`.

    A GiST index over (`column`, `reach`) answers it in the order of `nearest_first` and never opens the row of
    somebody who does not come that far.
    """
    place = F(column) if isinstance(column, str) else column
    own = F(radius_metres) if isinstance(radius_metres, str) else radius_metres
    box = F(reach) if isinstance(reach, str) else reach
    return Q(_BoxContains(box, earth_of(point))) & Q(_WithinSphere(_SphereMetres(place, earth_of(point)), own))


def nearly_within_own_radius(column: str, point: Point, radius_metres: str, *, reach: str, slack_metres: float) -> Q:
    """As `within_own_radius`, with so many metres more for everybody; the same index answers it."""
    slack = Value(float(slack_metres), output_field=FloatField())
    return Q(_BoxOverlaps(F(reach), _EarthBox(earth_of(point), slack))) & Q(
        _WithinSphere(_SphereMetres(F(column), earth_of(point)), F(radius_metres) + slack)
    )


def nearest_first(column: str | Combinable, point: Point) -> OrderBy:
    """For `order_by`; follow it with a slice."""
    return OrderBy(_ChordOrder(F(column) if isinstance(column, str) else column, earth_of(point)))


def metres_from(column: str | Combinable, point: Point) -> Expression:
    """For `annotate`: metres on the sphere, for sorting and cutting only, not for showing."""
    return _SphereMetres(F(column) if isinstance(column, str) else column, earth_of(point))


def coordinate_checks(
    prefix: str, *, latitude: str = "latitude", longitude: str = "longitude"
) -> list[CheckConstraint]:
    """Constraints for a model with a place: PostgreSQL's cube would take 95 degrees, and NaN, without a word.

    NaN sorts above every number in PostgreSQL, so the upper bound refuses it.
    """
    return [
        CheckConstraint(
            name=f"{prefix}_{latitude}_on_earth",
            condition=Q(**{f"{latitude}__gte": -90.0, f"{latitude}__lte": 90.0}),
        ),
        CheckConstraint(
            name=f"{prefix}_{longitude}_on_earth",
            condition=Q(**{f"{longitude}__gte": -180.0, f"{longitude}__lte": 180.0}),
        ),
    ]
