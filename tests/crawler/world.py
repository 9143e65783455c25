"""Two departments with everything in both, an agency, and everybody who might come to the door."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from accounts.models import Person
from accounts.people import create_person
from billing.models import Charge, Contract
from geo.points import Point
from marketplace.models import Award, Job
from tenants.models import Tenant
from tenants.provisioning import request_tenant
from tests.crawler.agency_house import AgencyHouse, admitted, requested, uploaded
from tests.crawler.canaries import Secrets
from tests.crawler.house import House, Site
from tests.crawler.moments import LATER
from tests.database import AGENCY
from tests.factories.departments import LONG_AGO, SETTING_UP
from tests.factories.people import actor_for
from tests.factories.venues import venue_terms

MARKETPLACE = "localhost"
ONTARIO = Site("ontario", "constable", venue_terms(), "905")
TEXAS = Site(
    "us",
    "officer",
    venue_terms(
        place=Point(32.3476, -97.3867),
        postal_code="76033",
        place_name="Cleburne",
        region="TX",
        country="US",
        time_zone="America/Chicago",
    ),
    "817",
)


@dataclass(frozen=True)
class Actor:
    """Somebody at the door. `may_read` are the owners of marks that they may be shown; `person` None is a stranger."""

    name: str
    person: Person | None
    home: str = MARKETPLACE
    may_read: frozenset[str] = frozenset()


@dataclass
class World:
    a: House
    b: House
    agency: Tenant
    agency_house: AgencyHouse
    bystander: AgencyHouse
    asked: Job
    actors: dict[str, Actor] = field(default_factory=dict)
    row_owners: dict[str, set[str]] = field(default_factory=dict)

    @property
    def secrets(self) -> list[Secrets]:
        return [*self.a.secrets, *self.b.secrets]

    @property
    def agency_host(self) -> str:
        return f"{self.agency.slug}.localhost"

    def host_of(self, kind: str) -> str:
        return {"marketplace": MARKETPLACE, "department": self.a.host, "agency": self.agency_host}[kind]


def build_world(*, department: Tenant, other_department: Tenant, agency: Tenant) -> World:
    a, b = House("a", department, ONTARIO).build(), House("b", other_department, TEXAS).build()
    world = World(a, b, agency, *_agencies(a, agency))
    _everybody(world)
    invoices = uploaded(
        tenant=department, owner=a.owner("desk"), job=a.jobs["settled"], keeper=actor_for(a.staff["payroll"])
    )
    a.identifiers.update(
        agency_id=agency.id, agency_offer_id=world.agency_house.identifiers["offer_id"], invoices_id=invoices.id
    )
    world.row_owners = {
        **row_owners(a), **row_owners(b), **world.agency_house.row_owners(), **world.bystander.row_owners(),
        str(invoices.id): {a.owner("desk")},
    }  # fmt: skip
    return world


def _agencies(house: House, agency: Tenant) -> tuple[AgencyHouse, AgencyHouse, Job]:
    """Both work in the first department; the bystander's staff never comes to the door, its rows are what is tried."""
    asked = replace(AGENCY, slug="other-agency", name="Bystander Security", short_name="Bystander")
    other = request_tenant(request=asked, actor=SETTING_UP, at=LONG_AGO)
    Tenant.objects.filter(id=other.id).update(state=Tenant.State.ACTIVE)
    house.clients += [house.client(3), house.client(4)]
    for one in (agency, other):
        admitted(house, one)
    open_to_both = requested(house, client=4, starts_at=LATER + timedelta(days=8))
    own = AgencyHouse("g", agency, house, client=3, officer=0).build(asked=open_to_both)
    own.own_book()
    other_house = AgencyHouse("h", Tenant.objects.get(id=other.id), house, client=4, officer=1)
    return own, other_house.build(asked=open_to_both), open_to_both


def _everybody(world: World) -> None:
    add = world.actors
    add["stranger"] = Actor("stranger", None)
    for house in (world.a, world.b):
        letter = house.letter
        known_at_the_desk = frozenset(
            f"{letter}{owner}"
            for owner in (
                "desk", "client1", "client2", "client3", "client4", "billing1", "billing2",
                "billing3", "billing4", "dispute1", "credential1", "rating1",
                "officer1", "officer2", "officer3", "roster1", "roster2", "roster3",
            )
        )  # fmt: skip
        for role, person in house.staff.items():
            add[f"{role}_{letter}"] = Actor(f"{role}_{letter}", person, house.host, known_at_the_desk)
        for number, requester in enumerate(house.clients, 1):
            # Who works for a client is told by name; the client's own words are theirs.
            names = {
                1: ("officer1", "dispute1", "draft1", "rating1"), 3: ("officer1",), 4: ("officer2",),
            }.get(number, ())  # fmt: skip
            own = {f"{letter}{owner}" for owner in (f"client{number}", f"billing{number}", *names)}
            # The fourth compares both agencies' offers, whichever supplied earlier jobs.
            own |= {3: {"goffer"}, 4: {"goffer", "hoffer"}}.get(number, set())
            add[f"client_{letter}{number}"] = Actor(
                f"client_{letter}{number}", requester.person, may_read=frozenset(own)
            )
        for number, officer in enumerate(house.officers, 1):
            # All shifts that are open belong to the first client.
            names = ("dispute1", "credential1", "client3", "rating1") if number == 1 else ("client4",)
            owners = ("client1", f"officer{number}", f"private{number}", f"login{number}", f"roster{number}", *names)
            add[f"officer_{letter}{number}"] = Actor(
                f"officer_{letter}{number}", officer.person, may_read=frozenset(f"{letter}{owner}" for owner in owners)
            )
    of_the_agency = frozenset(("gbook", "goffer", "gbooks", "aclient3", "abilling3", "aofficer1", "acredential1"))
    for role, person in world.agency_house.staff.items():
        name = "agency" if role == "coordinator" else role
        add[name] = Actor(name, person, world.agency_host, of_the_agency)
    operator = _person("operator")
    operator.is_staff = True
    operator.save(update_fields=["is_staff"])
    # To whom messages went is the operator's business; where officers live is nobody's.
    told = frozenset(owner for actor in add.values() for owner in actor.may_read if "private" not in owner)
    told |= {f"{letter}roster3" for letter in "ab"} | {world.bystander.owner("books")}
    add["operator"] = Actor("operator", operator, may_read=told)
    add["newcomer"] = Actor("newcomer", _person("newcomer"))


def _person(name: str) -> Person:
    return create_person(
        email=f"{name}@example.org", given_name=name.title(),
        family_name="Known", actor=SETTING_UP, at=LONG_AGO, email_is_verified=True,
    )  # fmt: skip


def row_owners(house: House) -> dict[str, set[str]]:
    """Rows that can be known by their identifier alone: any of these owners' readers may be given it."""
    owner = house.owner
    found: dict[UUID, set[str]] = {}
    for name, job in house.jobs.items():
        client = 2 if name == "second" else 1
        found[job.id] = {owner("client", client)}
        found |= {contract.id: {owner("billing", client)} for contract in Contract.objects.filter(job=job)}
        found |= {charge.id: {owner("billing", client)} for charge in Charge.objects.filter(job=job)}
        found |= {award.id: {owner("desk")} for award in Award.objects.filter(shift__job=job)}
    found |= {assignment.id: {owner("officer", 1)} for assignment in house.assignments.values()}
    found |= {house.timesheet(name).id: {owner("officer", 1)} for name in house.assignments}
    found |= {member.entry_id: {owner("roster", number)} for number, member in enumerate(house.members, 1)}
    found[house.document("invoice").id] = {owner("billing", 1)}
    found[house.document("statement").id] = {owner("private", 1), owner("desk")}
    return {str(identifier): owners for identifier, owners in found.items()}
