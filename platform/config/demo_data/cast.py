"""Who plays in the demo: two departments with their officers and staff, an agency, clients, an operator."""

from dataclasses import dataclass, field
from datetime import date

from geo.points import Point


@dataclass(frozen=True)
class DemoOfficer:
    given_name: str
    family_name: str
    badge_number: str
    rank_code: str
    seniority_date: date
    phone: str
    home_label: str
    home: Point
    joins: bool = True


@dataclass(frozen=True)
class DemoStaff:
    given_name: str
    family_name: str
    role: str


@dataclass(frozen=True)
class DemoVenue:
    name: str
    address: str
    postal_code: str
    place_name: str
    region: str
    country: str
    point: Point


@dataclass(frozen=True)
class DemoClient:
    given_name: str
    family_name: str
    email: str
    name: str
    kind: str
    phone: str
    billing_address: str


@dataclass(frozen=True)
class DemoDepartment:
    slug: str
    name: str
    short_name: str
    policy: str
    currency: str
    country: str
    region: str
    time_zone: str
    hue: int
    service_fee_basis_points: int
    mail_domain: str
    phone: str
    address: str
    officers: tuple[DemoOfficer, ...]
    staff: tuple[DemoStaff, ...]
    client: DemoClient
    venues: tuple[DemoVenue, ...] = field(default_factory=tuple)
    # Between two questions whether an officer is still on site; 0: the department does not ask.
    presence_interval_minutes: int = 0


LAKESHORE = DemoDepartment(
    slug="lakeshore",
    name="Lakeshore Regional Police Service",
    short_name="Lakeshore",
    policy="ontario",
    presence_interval_minutes=60,
    currency="CAD",
    country="CA",
    region="ON",
    time_zone="America/Toronto",
    hue=255,
    service_fee_basis_points=600,
    mail_domain="lakeshore.example",
    phone="+19055550100",
    address="1 Harbour Square, Oakville ON L6J 1A1",
    officers=(
        DemoOfficer(
            "Amara",
            "Osei",
            "1042",
            "constable",
            date(2014, 5, 5),
            "+19055550142",
            "Bronte, Oakville",
            Point(43.3953, -79.7122),
        ),
        DemoOfficer(
            "Liam",
            "Tremblay",
            "1077",
            "constable",
            date(2016, 9, 12),
            "+19055550177",
            "Uptown Core, Oakville",
            Point(43.4823, -79.7170),
        ),
        DemoOfficer(
            "Priya",
            "Nair",
            "1103",
            "constable",
            date(2018, 2, 19),
            "+19055550103",
            "Aldershot, Burlington",
            Point(43.3130, -79.8560),
        ),
        DemoOfficer(
            "Marek",
            "Nowak",
            "1121",
            "constable",
            date(2019, 6, 3),
            "+19055550121",
            "Orchard, Burlington",
            Point(43.3987, -79.7905),
        ),
        DemoOfficer(
            "Sofia",
            "Delgado",
            "1150",
            "constable",
            date(2021, 1, 11),
            "+19055550150",
            "Dempsey, Milton",
            Point(43.5312, -79.8669),
        ),
        DemoOfficer(
            "Owen",
            "Campbell",
            "0871",
            "sergeant",
            date(2009, 3, 2),
            "+19055550171",
            "Kerr Village, Oakville",
            Point(43.4405, -79.6760),
        ),
        DemoOfficer(
            "Hana",
            "Kimura",
            "0902",
            "sergeant",
            date(2011, 10, 24),
            "+19055550192",
            "Old Milton",
            Point(43.5110, -79.8829),
        ),
        DemoOfficer(
            "Jonas",
            "Bergstrom",
            "1188",
            "constable",
            date(2023, 4, 17),
            "+19055550188",
            "",
            Point(43.45, -79.68),
            joins=False,
        ),
    ),
    staff=(
        DemoStaff("Dana", "Whitfield", "coordinator"),
        DemoStaff("Ravi", "Menon", "coordinator"),
        DemoStaff("Helen", "Stroud", "commander"),
        DemoStaff("Nadia", "Farouk", "supervisor"),
        DemoStaff("Edith", "Larsen", "auditor"),
        DemoStaff("Paul", "Gauthier", "payroll"),
    ),
    client=DemoClient(
        "Claire",
        "Fontaine",
        "claire@harbourfestival.example",
        "Harbour Festival Society",
        "non_profit",
        "+19055550111",
        "20 Water Street, Oakville ON L6J 1A1",
    ),
    venues=(
        DemoVenue(
            "Lakeside Park",
            "2 Navy Street, Oakville ON L6J 2Y7",
            "L6J 2Y7",
            "Oakville",
            "ON",
            "CA",
            Point(43.4412, -79.6672),
        ),
        DemoVenue(
            "Spencer Pier",
            "1340 Lakeshore Road, Burlington ON L7S 1B1",
            "L7S 1B1",
            "Burlington",
            "ON",
            "CA",
            Point(43.3228, -79.7987),
        ),
        DemoVenue(
            "Main Street East",
            "200 Main Street East, Milton ON L9T 1N8",
            "L9T 1N8",
            "Milton",
            "ON",
            "CA",
            Point(43.5136, -79.8828),
        ),
    ),
)

CEDAR_BASIN = DemoDepartment(
    slug="cedarbasin",
    name="Cedar Basin Police Department",
    short_name="CedarBasin",
    policy="us",
    currency="USD",
    country="US",
    region="TX",
    time_zone="America/Chicago",
    hue=150,
    service_fee_basis_points=500,
    mail_domain="cedarbasin.example",
    phone="+18175550100",
    address="10 North Main Street, Cleburne TX 76033",
    officers=(
        DemoOfficer(
            "Marcus",
            "Reed",
            "311",
            "officer",
            date(2012, 8, 1),
            "+18175550111",
            "West Cleburne",
            Point(32.3500, -97.4200),
        ),
        DemoOfficer(
            "Elena", "Vargas", "327", "officer", date(2015, 4, 6), "+18175550127", "Joshua", Point(32.4615, -97.3881)
        ),
        DemoOfficer(
            "Tyrell", "Banks", "342", "officer", date(2017, 11, 13), "+18175550142", "Keene", Point(32.3965, -97.3239)
        ),
        DemoOfficer(
            "Grace",
            "Holloway",
            "355",
            "officer",
            date(2020, 2, 3),
            "+18175550155",
            "Alvarado",
            Point(32.4065, -97.2117),
        ),
        DemoOfficer(
            "Samuel",
            "Ortega",
            "208",
            "supervisor",
            date(2008, 6, 16),
            "+18175550108",
            "East Cleburne",
            Point(32.3470, -97.3700),
        ),
        DemoOfficer(
            "Wyatt",
            "Coleman",
            "361",
            "officer",
            date(2022, 9, 26),
            "+18175550161",
            "",
            Point(32.35, -97.39),
            joins=False,
        ),
    ),
    staff=(
        DemoStaff("Joanna", "Pierce", "coordinator"),
        DemoStaff("Luis", "Navarro", "supervisor"),
        DemoStaff("Beth", "Okafor", "payroll"),
    ),
    client=DemoClient(
        "Nolan",
        "Briggs",
        "nolan@brazosroad.example",
        "Brazos Road Contractors",
        "business",
        "+18175550133",
        "455 County Road 805, Cleburne TX 76031",
    ),
    venues=(
        DemoVenue(
            "Ballpark on Henderson",
            "600 West Henderson Street, Cleburne TX 76033",
            "76033",
            "Cleburne",
            "TX",
            "US",
            Point(32.3487, -97.4060),
        ),
        DemoVenue(
            "Highway 67 work zone",
            "US-67 at Nolan River Road, Cleburne TX 76033",
            "76033",
            "Cleburne",
            "TX",
            "US",
            Point(32.3394, -97.4330),
        ),
        DemoVenue(
            "County courthouse square",
            "2 North Main Street, Cleburne TX 76033",
            "76033",
            "Cleburne",
            "TX",
            "US",
            Point(32.3476, -97.3866),
        ),
    ),
)

DEPARTMENTS = (LAKESHORE, CEDAR_BASIN)
OPERATOR_EMAIL = "operator@muster.example"
AGENCY_SLUG = "northgate"
AGENCY_NAME = "Northgate Event Security"
AGENCY_STAFF = (
    DemoStaff("Iris", "Calloway", "scheduler"),
    DemoStaff("Theo", "Lindqvist", "bookkeeper"),
)
AGENCY_MAIL_DOMAIN = "northgate.example"
AGENCY_CLIENT_EMAIL = "mara@piernine.example"


def work_email(person: DemoOfficer | DemoStaff, domain: str) -> str:
    return f"{person.given_name}.{person.family_name}@{domain}".lower()
