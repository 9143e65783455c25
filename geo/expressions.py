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


_CUBE = CubeField()


class Earth(Func):
    """`public.ll_to_earth(latitude, longitude)`."""

    function = "public.ll_to_earth"
    arity = 2
    output_field = CubeField()


class _Leaf(Value):
    """A constant that is one node of a query. Several Funcs around Values would say the same; but Django copies every
    node a dozen times until a query is sent, which took longer than the query itself.
    """

    template: str

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return self.template, self.value


class _Here(_Leaf):
    """A point on the sphere; the value is latitude and longitude."""

    template = "public.ll_to_earth(%s, %s)"


class _BoxAround(_Leaf):
    """A box around a point with everything within so many metres, and some more in its corners; the value is latitude,
    longitude and the metres.
    """

    template = "public.earth_box(public.ll_to_earth(%s, %s), %s)"


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


def _here(point: Point) -> _Here:
    return _Here((float(point.latitude), float(point.longitude)), output_field=_CUBE)


def _box_around(point: Point, metres: int | float) -> _BoxAround:
    return _BoxAround((float(point.latitude), float(point.longitude), float(metres)), output_field=_CUBE)


def within_metres(column: str | Combinable, point: Point, metres: int | float) -> Q:
    """Rows whose cube `column` lies within `metres` of `point`. The index finds the box, the distance cuts it."""
    place = F(column) if isinstance(column, str) else column
    reach = Value(float(metres), output_field=FloatField())
    return Q(_BoxContains(_box_around(point, metres), place)) & Q(
        _WithinSphere(_SphereMetres(place, _here(point)), reach)
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
    return Q(_BoxContains(box, _here(point))) & Q(_WithinSphere(_SphereMetres(place, _here(point)), own))


def nearly_within_own_radius(column: str, point: Point, radius_metres: str, *, reach: str, slack_metres: float) -> Q:
    """As `within_own_radius`, with so many metres more for everybody; the same index answers it."""
    slack = Value(float(slack_metres), output_field=FloatField())
    return Q(_BoxOverlaps(F(reach), _box_around(point, slack_metres))) & Q(
        _WithinSphere(_SphereMetres(F(column), _here(point)), F(radius_metres) + slack)
    )


def nearest_first(column: str | Combinable, point: Point) -> OrderBy:
    """For `order_by`; follow it with a slice."""
    return OrderBy(_ChordOrder(F(column) if isinstance(column, str) else column, _here(point)))


def metres_from(column: str | Combinable, point: Point) -> Expression:
    """For `annotate`: metres on the sphere, for sorting and cutting only, not for showing."""
    return _SphereMetres(F(column) if isinstance(column, str) else column, _here(point))


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
