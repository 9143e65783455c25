"""What a job shall be, as plain values: the wizard, the API, the quote, the contract and every revision speak in these.

Nothing here touches the database. `check` says what is wrong with terms by themselves; whether a department takes them
is `posting`'s question.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from geo.fences import MAXIMUM_RADIUS_METRES, MINIMUM_RADIUS_METRES
from geo.points import Point
from geo.timezones import zone_named
from kernel.errors import InvalidInput
from marketplace import refusals
from marketplace.models.job import EventType
from marketplace.reading import Reader

MAXIMUM_HEADCOUNT = 200
MAXIMUM_SHIFTS = 60
MAXIMUM_VEHICLES = 50
MAXIMUM_ATTENDANCE = 5_000_000
MINIMUM_SHIFT = timedelta(minutes=15)
MAXIMUM_SHIFT = timedelta(hours=24)
MAXIMUM_DAYS_AHEAD = 730

_REQUIRED_TEXTS = (
    ("title", "a short title", 120),
    ("duties", "what the officers shall do", 4000),
    ("meeting_point", "where officers shall report", 300),
    ("contact_name", "who is in charge on site", 120),
    ("contact_phone", "a phone number on site", 20),
)
_OPTIONAL_TEXTS = (("attire", "the attire", 200),)
_REQUIRED_VENUE_TEXTS = (("name", "the venue's name", 160), ("address", "the venue's address", 300))
_OPTIONAL_VENUE_TEXTS = (
    ("postal_code", "the postal code", 12),
    ("place_name", "the place", 120),
    ("region", "the state or province", 8),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTerms:
    rank_code: str
    headcount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTerms:
    """Half-open, aware UTC."""

    starts_at: datetime
    ends_at: datetime
    positions: tuple[PositionTerms, ...]
    vehicle_code: str = ""
    vehicle_count: int = 0

    @property
    def headcount(self) -> int:
        return sum(position.headcount for position in self.positions)


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueTerms:
    """Degrees, WGS 84. The end pin is for jobs that move. `pin_confirmed`: the client, not a postal code, set it."""

    name: str
    address: str
    postal_code: str
    place_name: str
    region: str
    country: str
    time_zone: str
    latitude: float
    longitude: float
    pin_confirmed: bool
    radius_metres: int = 150
    end_latitude: float | None = None
    end_longitude: float | None = None

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTerms:
    event_type: str
    title: str
    venue: VenueTerms
    shifts: tuple[ShiftTerms, ...]
    duties: str
    meeting_point: str
    contact_name: str
    contact_phone: str
    attire: str = ""
    expected_attendance: int | None = None
    alcohol_served: bool = False
    # Answers to the policy's own questions, by the fact's name.
    attributes: Mapping[str, bool | int | str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        for shift in data["shifts"]:
            shift["starts_at"] = shift["starts_at"].astimezone(UTC).isoformat()
            shift["ends_at"] = shift["ends_at"].astimezone(UTC).isoformat()
            shift["positions"] = list(shift["positions"])
        data["shifts"] = list(data["shifts"])
        return data

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "JobTerms":
        """Raises TermsUnreadable, with the field's path, for anything of another shape."""
        return _job_terms(Reader(data))


def check(*, terms: JobTerms, at: datetime, agreed_starts: Collection[datetime] = ()) -> None:
    """Refuse terms that no department could take. Every refusal names its field, e.g. `shifts.0.ends_at`.

    `agreed_starts`: starts of shifts that exist already, which a change may keep although they have passed.
    """
    if terms.event_type not in EventType.values:
        raise refusals.UnknownEventType(terms.event_type)
    _check_texts(terms, _REQUIRED_TEXTS, _OPTIONAL_TEXTS, prefix="")
    _check_texts(terms.venue, _REQUIRED_VENUE_TEXTS, _OPTIONAL_VENUE_TEXTS, prefix="venue.")
    if terms.expected_attendance is not None:
        _check_number(
            "expected_attendance", "the expected attendance", terms.expected_attendance, 0, MAXIMUM_ATTENDANCE
        )
    _check_venue(terms.venue)
    if not terms.shifts:
        raise refusals.NoShifts()
    if len(terms.shifts) > MAXIMUM_SHIFTS:
        raise refusals.TooManyShifts(len(terms.shifts), MAXIMUM_SHIFTS)
    for index, shift in enumerate(terms.shifts):
        _check_times(shift, f"shifts.{index}", at, agreed_starts)
        _check_positions(shift, f"shifts.{index}")


def check_text(*, field: str, what: str, text: str, maximum: int, required: bool = True) -> None:
    """Text is kept verbatim, markup and formulas included: pages escape it and exports write it as text."""
    if required and not text.strip():
        raise refusals.AnswerMissing(field, what)
    if len(text) > maximum:
        raise refusals.TextTooLong(field, what, len(text), maximum)
    if any(ord(character) < 32 and character not in "\t\n\r" for character in text):
        raise refusals.TextUnreadable(field, what)


def _check_texts(
    part: object, required: tuple[tuple[str, str, int], ...], optional: tuple[tuple[str, str, int], ...], prefix: str
) -> None:
    for texts, needed in ((required, True), (optional, False)):
        for name, what, maximum in texts:
            check_text(field=prefix + name, what=what, text=getattr(part, name), maximum=maximum, required=needed)


def _check_venue(venue: VenueTerms) -> None:
    _ = venue.point  # raises CoordinatesInvalid
    if (venue.end_latitude is None) != (venue.end_longitude is None):
        raise refusals.AnswerMissing("venue.end_latitude", "the end pin, or leave it out")
    if venue.end_latitude is not None and venue.end_longitude is not None:
        Point(venue.end_latitude, venue.end_longitude)
    if len(venue.country) != 2 or not venue.country.isascii() or not venue.country.isupper():
        raise InvalidInput("Choose the venue's country.", field="venue.country")
    zone_named(venue.time_zone)
    _check_number(
        "venue.radius_metres", "a radius in metres", venue.radius_metres, MINIMUM_RADIUS_METRES, MAXIMUM_RADIUS_METRES
    )
    if not venue.pin_confirmed:
        raise refusals.PinNotConfirmed()


def _check_times(shift: ShiftTerms, prefix: str, at: datetime, agreed_starts: Collection[datetime]) -> None:
    if shift.ends_at <= shift.starts_at:
        raise refusals.EndsBeforeStart(f"{prefix}.ends_at")
    if shift.starts_at <= at and shift.starts_at not in agreed_starts:
        raise refusals.PastDate(f"{prefix}.starts_at", shift.starts_at)
    if shift.starts_at > at + timedelta(days=MAXIMUM_DAYS_AHEAD):
        raise refusals.TooFarAhead(f"{prefix}.starts_at", shift.starts_at, MAXIMUM_DAYS_AHEAD)
    length = shift.ends_at - shift.starts_at
    if length > MAXIMUM_SHIFT:
        raise refusals.TooLong(
            f"{prefix}.ends_at", int(length.total_seconds() // 60), int(MAXIMUM_SHIFT.total_seconds() // 60)
        )
    if length < MINIMUM_SHIFT:
        raise refusals.TooShort(f"{prefix}.ends_at", int(MINIMUM_SHIFT.total_seconds() // 60))


def _check_positions(shift: ShiftTerms, prefix: str) -> None:
    if not shift.positions:
        raise refusals.HeadcountOutOfRange(f"{prefix}.positions", 0, 1, MAXIMUM_HEADCOUNT)
    seen: set[str] = set()
    for index, position in enumerate(shift.positions):
        field = f"{prefix}.positions.{index}.headcount"
        if not 1 <= position.headcount <= MAXIMUM_HEADCOUNT:
            raise refusals.HeadcountOutOfRange(field, position.headcount, 1, MAXIMUM_HEADCOUNT)
        if position.rank_code in seen:
            raise refusals.RankAskedTwice(f"{prefix}.positions.{index}.rank_code", position.rank_code)
        seen.add(position.rank_code)
    if shift.headcount > MAXIMUM_HEADCOUNT:
        raise refusals.HeadcountOutOfRange(f"{prefix}.positions", shift.headcount, 1, MAXIMUM_HEADCOUNT)
    minimum_vehicles = 1 if shift.vehicle_code else 0
    maximum_vehicles = MAXIMUM_VEHICLES if shift.vehicle_code else 0
    _check_number(
        f"{prefix}.vehicle_count", "a number of vehicles", shift.vehicle_count, minimum_vehicles, maximum_vehicles
    )


def _check_number(field: str, what: str, given: int, minimum: int, maximum: int) -> None:
    if not minimum <= given <= maximum:
        raise refusals.NumberOutOfRange(field, what, given, minimum, maximum)


def _job_terms(reader: Reader) -> JobTerms:
    return JobTerms(
        event_type=reader.text("event_type"),
        title=reader.text("title"),
        venue=_venue_terms(reader.part("venue")),
        shifts=tuple(_shift_terms(shift) for shift in reader.parts("shifts")),
        duties=reader.text("duties"),
        meeting_point=reader.text("meeting_point"),
        contact_name=reader.text("contact_name"),
        contact_phone=reader.text("contact_phone"),
        attire=reader.text("attire", default=""),
        expected_attendance=reader.optional_number("expected_attendance"),
        alcohol_served=reader.flag("alcohol_served", default=False),
        attributes=reader.answers("attributes"),
    )


def _venue_terms(reader: Reader) -> VenueTerms:
    return VenueTerms(
        name=reader.text("name"),
        address=reader.text("address"),
        postal_code=reader.text("postal_code", default=""),
        place_name=reader.text("place_name", default=""),
        region=reader.text("region", default=""),
        country=reader.text("country"),
        time_zone=reader.text("time_zone"),
        latitude=reader.degrees("latitude"),
        longitude=reader.degrees("longitude"),
        pin_confirmed=reader.flag("pin_confirmed", default=False),
        radius_metres=reader.number("radius_metres", default=150),
        end_latitude=reader.optional_degrees("end_latitude"),
        end_longitude=reader.optional_degrees("end_longitude"),
    )


def _shift_terms(reader: Reader) -> ShiftTerms:
    return ShiftTerms(
        starts_at=reader.moment("starts_at"),
        ends_at=reader.moment("ends_at"),
        positions=tuple(
            PositionTerms(rank_code=position.text("rank_code"), headcount=position.number("headcount"))
            for position in reader.parts("positions")
        ),
        vehicle_code=reader.text("vehicle_code", default=""),
        vehicle_count=reader.number("vehicle_count", default=0),
    )
