"""The demo's agency at work: admitted, with officers, a client's rates, an offer on a request, and a job to staff."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Person
from agencies import client_contracts, clients, engagements
from billing.agencies.acceptance import accept_offer
from billing.agencies.offers import make_offer
from billing.agencies.pricing import OfferTerms, RankOffer
from config.demo_data.cast import LAKESHORE, DemoVenue
from kernel.actors import Actor
from marketplace import agency_profiles
from marketplace.agency_admissions import decide_admission
from marketplace.agency_requests import ask_agencies
from marketplace.approving import approve_job
from marketplace.clients import create_client
from marketplace.models import Client, Job, Officer
from marketplace.posting import submit_job
from marketplace.terms import JobTerms, PositionTerms, ShiftTerms, VenueTerms

RATES = OfferTerms(
    ranks=(RankOffer("constable", 10_450, 7_400),), minimum_minutes=240, tax_numbers={"HST": "80000 0009 RT0001"}
)
_ENGAGED = 3
_EVENING = 18


def give_work(
    *, agency_id: UUID, department_id: UUID, client_person: Person, set_up: Actor, client_actor: Actor, at: datetime
) -> None:
    """Through the same functions that the pages call. Running it again changes nothing."""
    if agency_profiles.profiles_of(agency_ids=[agency_id]):
        return
    agency_profiles.save_profile(
        agency_id=agency_id,
        licence_number="PSA-004471",
        insurer="Great Lakes Mutual",
        insured_cents=5_000_000_00,
        insured_until_date=date(at.year + 1, 6, 30),
        about="Event crews from Burlington to Milton, with a supervisor on every site.",
        actor=set_up,
        at=at,
    )
    decide_admission(
        department_id=department_id,
        agency_id=agency_id,
        decision="admitted",
        reason="Licence and insurance seen.",
        actor=set_up,
        at=at,
    )
    _engage(agency_id, department_id, set_up, at)
    _book(agency_id, set_up, at)
    client = create_client(
        person=client_person,
        kind="business",
        name="Pier Nine Market",
        billing_email=client_person.email,
        phone="+19055550148",
        billing_address="9 Pier Road, Burlington ON",
        actor=client_actor,
        at=at,
    )
    waiting = _request(client, "Night market", days=12, approver=set_up, actor=client_actor, at=at)
    _offer(agency_id, waiting, RATES, set_up, at)
    chosen = _request(client, "Harvest supper", days=16, approver=set_up, actor=client_actor, at=at)
    lower = replace(RATES, ranks=(RankOffer("constable", 9_900, 7_250),))
    offer_id, version = _offer(agency_id, chosen, lower, set_up, at)
    accept_offer(person=client_person, offer_id=offer_id, version=version, actor=client_actor, at=at)
    _request(client, "Pier concert", days=20, approver=set_up, actor=client_actor, at=at)


def _engage(agency_id: UUID, department_id: UUID, actor: Actor, at: datetime) -> None:
    officers = Officer.objects.select_related("person").filter(home_department_id=department_id, left_at=None)
    for officer in officers.order_by("joined_at", "id")[:_ENGAGED]:
        engagements.invite(
            agency_id=agency_id, department_id=department_id, email=officer.person.email, actor=actor, at=at
        )
        engagements.answer(officer=officer, agency_id=agency_id, accept=True, actor=actor, at=at)


def _book(agency_id: UUID, actor: Actor, at: datetime) -> None:
    own = clients.save_client(
        agency_id=agency_id,
        name="Escarpment Events",
        contact_name="Jo Merriweather",
        contact_email="jo@escarpment.example",
        actor=actor,
        at=at,
    )
    first = date(at.year, 1, 1)
    contract_id = client_contracts.add_contract(
        agency_id=agency_id, agency_client_id=own.agency_client_id, name=f"Season {at.year}", currency="CAD",
        from_date=first, until_date=None, actor=actor, at=at,
    )  # fmt: skip
    for rank_code, bill, pay in (("constable", 10_250, 7_300), ("sergeant", 11_900, 8_450)):
        client_contracts.add_rate(
            agency_id=agency_id, contract_id=contract_id, rank_code=rank_code, from_date=first,
            bill_rate_cents_per_hour=bill, pay_rate_cents_per_hour=pay, minimum_minutes=240, actor=actor, at=at,
        )  # fmt: skip


def _request(client: Client, title: str, *, days: int, approver: Actor, actor: Actor, at: datetime) -> Job:
    assert actor.person_id is not None
    starts_at = (at.astimezone(ZoneInfo("America/Toronto")) + timedelta(days=days)).replace(
        hour=_EVENING, minute=0, second=0, microsecond=0
    )
    shift = ShiftTerms(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=5),
        positions=(PositionTerms(rank_code="constable", headcount=2),),
    )
    terms = JobTerms(
        event_type="festival",
        title=title,
        venue=_venue(LAKESHORE.venues[0]),
        shifts=(shift,),
        duties="Keep the lanes of the market clear.",
        meeting_point="Market office",
        contact_name="Mara Delacroix",
        contact_phone="+19055550148",
        attire="Uniform",
        expected_attendance=300,
    )
    job = submit_job(client=client, terms=terms, actor=actor, at=at)
    approve_job(job_id=job.id, department_id=job.governing_department_id, actor=approver, at=at)
    person = Person.objects.get(id=actor.person_id)
    return ask_agencies(person=person, job_id=job.id, wanted=True, actor=actor, at=at)


def _offer(agency_id: UUID, job: Job, terms: OfferTerms, actor: Actor, at: datetime) -> tuple[UUID, int]:
    version = make_offer(
        agency_id=agency_id, job_id=job.id, offered=terms, valid_until=at + timedelta(days=7),
        message="A supervisor of ours is on site for the whole evening.", actor=actor, at=at,
    )  # fmt: skip
    return version.offer_id, version.number


def _venue(place: DemoVenue) -> VenueTerms:
    return VenueTerms(
        name=place.name,
        address=place.address,
        postal_code=place.postal_code,
        place_name=place.place_name,
        region=place.region,
        country=place.country,
        time_zone="America/Toronto",
        latitude=place.point.latitude,
        longitude=place.point.longitude,
        pin_confirmed=True,
    )
