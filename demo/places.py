"""Where the play is set. The departments are those that `load_demo --staff-only` makes; places and zones are real."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD_OF_STAFF = "demo-muster-2026"
OPERATOR = "operator@muster.example"


@dataclass(frozen=True)
class Venue:
    name: str
    address: str
    postal_code: str
    place_name: str
    region: str
    country: str
    point: tuple[float, float]


@dataclass(frozen=True)
class Department:
    slug: str
    name: str
    currency: str
    time_zone: str
    rates_include_tax: bool
    payee_mode: str
    service_fee_tax_basis_points: int
    rank: str
    senior_rank: str
    bill_rates: tuple[int, int]
    pay_percent: tuple[int, int]
    event_types: tuple[str, ...]
    mail_domain: str
    phone_prefix: str
    coordinator: str
    second_coordinator: str
    venue: Venue
    people: tuple[tuple[str, str], ...]
    client_kind: str
    client_name: str
    client_person: tuple[str, str]
    client_email: str
    client_address: str


LAKESHORE = Department(
    slug="lakeshore",
    name="Lakeshore Regional Police Service",
    currency="CAD",
    time_zone="America/Toronto",
    rates_include_tax=True,
    payee_mode="payroll",
    service_fee_tax_basis_points=1300,
    rank="constable",
    senior_rank="sergeant",
    bill_rates=(9800, 12600),
    pay_percent=(58, 74),
    event_types=("festival", "film-shoot", "business-security", "sporting-event"),
    mail_domain="lakeshore.example",
    phone_prefix="+190555502",
    coordinator="dana.whitfield@lakeshore.example",
    second_coordinator="ravi.menon@lakeshore.example",
    venue=Venue(
        "Lakeside Park", "2 Navy Street, Oakville ON L6J 2Y7", "L6J 2Y7", "Oakville", "ON", "CA", (43.4412, -79.6672)
    ),
    people=(
        ("Nadia", "Haddad"),
        ("Peter", "Lindgren"),
        ("Chloe", "Martineau"),
        ("Devon", "Clarke"),
        ("Ines", "Carvalho"),
        ("Tomasz", "Zielinski"),
        ("Rachel", "Abernathy"),
    ),
    client_kind="non_profit",
    client_name="Waterfront Lights Society",
    client_person=("Gloria", "Tennant"),
    client_email="gloria@waterfrontlights.example",
    client_address="44 Church Street, Oakville ON L6J 1M6",
)
CEDAR_BASIN = Department(
    slug="cedarbasin",
    name="Cedar Basin Police Department",
    currency="USD",
    time_zone="America/Chicago",
    rates_include_tax=False,
    payee_mode="direct",
    service_fee_tax_basis_points=0,
    rank="officer",
    senior_rank="supervisor",
    bill_rates=(5200, 7800),
    pay_percent=(78, 91),
    event_types=("traffic-control", "wide-load-escort", "business-security", "traffic-control"),
    mail_domain="cedarbasin.example",
    phone_prefix="+181755502",
    coordinator="joanna.pierce@cedarbasin.example",
    second_coordinator="joanna.pierce@cedarbasin.example",
    venue=Venue(
        "Highway 67 work zone",
        "US-67 at Nolan River Road, Cleburne TX 76033",
        "76033",
        "Cleburne",
        "TX",
        "US",
        (32.3394, -97.4330),
    ),
    people=(
        ("Wade", "Hollister"),
        ("Carmen", "Ibarra"),
        ("Jerome", "Whitaker"),
        ("Dustin", "Crane"),
        ("Monica", "Salazar"),
        ("Blake", "Sutherland"),
        ("Renee", "Fontenot"),
    ),
    client_kind="business",
    client_name="Nolan River Paving",
    client_person=("Earl", "Mabry"),
    client_email="earl@nolanriverpaving.example",
    client_address="1210 West Katherine Street, Cleburne TX 76033",
)
DEPARTMENTS = (LAKESHORE, CEDAR_BASIN)


@dataclass(frozen=True)
class Agency:
    slug: str
    name: str
    scheduler: str
    bookkeeper: str


AGENCY = Agency(
    slug="northgate",
    name="Northgate Event Security",
    scheduler="iris.calloway@northgate.example",
    bookkeeper="theo.lindqvist@northgate.example",
)
