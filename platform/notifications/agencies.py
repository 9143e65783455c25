"""What agencies hear, and what clients and officers hear of them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from accounts.desk_roles import AGENCY_SCHEDULERS
from billing.models import AgencyOffer, AgencyOfferVersion
from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace.agency_admissions import agencies_admitted_by
from marketplace.models import Assignment, Job, Officer
from notifications import wording
from notifications.client_letters import job_of, tell_client
from notifications.department import tell_staff
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import tell_officer
from tenants.queries import get_tenant


def announce_open_request(*, event: Event, at: datetime) -> None:
    """marketplace.agencies_asked: every agency that the department admits, without a word about who asks."""
    job = Job.objects.select_related("venue").get(id=event.payload["job_id"])
    first = job.shifts.order_by("starts_at").first()
    area = ", ".join(part for part in (job.venue.place_name, job.venue.region) if part)
    for agency_id in agencies_admitted_by(department_id=job.governing_department_id):
        letter = Letter(
            subject=f"A request for officers in {area}",
            heading="A client asks for prices",
            paragraphs=("Offer a price while the request is open. Who asks you learn when your offer is accepted.",),
            facts=(
                ("What", job.get_event_type_display()),
                ("Area", area),
                *((("First date", wording.slot(first)),) if first else ()),
            ),
            action=("Open the request", tenant_link(agency_id, "agency:request", job_id=job.id)),
        )
        _tell_desk(letter, agency_id=agency_id, event=event, at=at)


def tell_client_of_offer(*, event: Event, at: datetime) -> None:
    """billing.agency_offer_made; an offer that was changed again is told of by its newest version."""
    offer = AgencyOffer.objects.get(id=event.payload["offer_id"])
    if offer.state != AgencyOffer.State.OPEN or offer.version != event.payload["version"]:
        return
    version = AgencyOfferVersion.objects.get(offer=offer, number=offer.version)
    job, agency = job_of(str(offer.job_id)), get_tenant(tenant_id=offer.agency_id)
    letter = Letter(
        subject=f"{job.reference}: {agency.name} offers a price",
        heading=f"{agency.name} offers a price",
        paragraphs=("Compare it with the others, everything included, and accept at most one.",),
        facts=(
            ("Total", wording.money(version.total_cents, version.currency)),
            ("Valid until", wording.moment(version.valid_until, job.time_zone)),
        ),
        action=("Compare the offers", marketplace_link("client:agency_offers", job_id=job.id)),
        sender=agency.name,
    )
    tell_client(letter, job=job, event=event, at=at)


def tell_acceptance(*, event: Event, at: datetime) -> None:
    """billing.agency_offer_accepted: the agency's desk, which staffs once the client has paid."""
    job, agency_id = job_of(event.payload["job_id"]), UUID(event.payload["agency_id"])
    letter = Letter(
        subject=f"Your offer is accepted: {job.title}",
        heading="Your offer is accepted",
        paragraphs=(f"{job.client.name} chose your agency. You can staff the job as soon as it is paid.",),
        facts=(("Where", wording.place(job)),),
        action=("Open the job", tenant_link(agency_id, "agency:job", job_id=job.id)),
    )
    _tell_desk(letter, agency_id=agency_id, event=event, at=at)


def tell_vacancy(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_given_up, on a job that an agency supplies: its desk finds somebody else."""
    assignment = Assignment.objects.select_related("officer", "shift__job").get(id=event.payload["assignment_id"])
    job = assignment.shift.job
    if job.agency_id is None:
        return
    letter = Letter(
        subject=f"A place is free again: {job.title}",
        heading="An officer gave a shift up",
        paragraphs=(f"{assignment.officer.display_name}: {assignment.ended_reason}",),
        facts=(("When", wording.slot(assignment.shift)),),
        action=("Staff the place", tenant_link(job.agency_id, "agency:job", job_id=job.id)),
    )
    _tell_desk(letter, agency_id=job.agency_id, event=event, at=at)


def tell_invitation(*, event: Event, at: datetime) -> None:
    """agencies.engagement_invited"""
    officer = Officer.objects.select_related("person").get(id=event.payload["officer_id"])
    agency = get_tenant(tenant_id=UUID(event.payload["agency_id"]))
    with speaking(officer.person.language):
        tell_officer(
            officer,
            letter=Letter(
                subject=gettext("%(agency)s invites you") % {"agency": agency.name},
                heading=gettext("%(agency)s invites you to work for them") % {"agency": agency.name},
                paragraphs=(
                    gettext(
                        "If you accept, they may offer you shifts. Your department's rules still decide about each."
                    ),
                    gettext(
                        "They see your name, rank, department and credentials, "
                        "never your telephone, home or birth date."
                    ),
                ),
                facts=(),
                action=(gettext("Accept or decline"), marketplace_link("officer:agencies")),
            ),
            sms="",
            business_key=f"{event.id}:{officer.id}",
            at=at,
        )


def _tell_desk(letter: Letter, *, agency_id: UUID, event: Event, at: datetime) -> None:
    for role in AGENCY_SCHEDULERS:
        tell_staff(letter, role=role, department_id=agency_id, event=event, at=at)
