"""What a department's house holds beside its jobs: thread, ratings, approvals, exports, what is out of the ordinary."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from departments.declared_hours import declare_hours
from departments.exceptions import request_exception
from departments.exports.formats import save_format
from departments.exports.layouts import standard_layout
from departments.importing.runs import upload
from departments.member_depth import add_status, set_credential
from departments.secondary_employment import declare_employment
from kernel.identifiers import uuid7
from marketplace.clients import block_client
from marketplace.job_seats import client_seat, department_seat, officer_seat
from marketplace.job_threads import write_message
from marketplace.models import (
    Alert,
    Assignment,
    AttendanceReason,
    DutyConflict,
    Offer,
    PresenceAnswer,
    PresencePrompt,
    ReliefSearch,
)
from ratings.moderating import report
from ratings.rating import rate_officer, rate_site
from reports.time_exports.making import make_batch
from tests.crawler.canaries import canary
from tests.crawler.moments import CRAWLED_AT
from tests.factories.departments import SETTING_UP
from tests.factories.people import actor_for
from tests.factories.venues import NOW

if TYPE_CHECKING:
    from tests.crawler.house import House


def write_thread(house: "House") -> None:
    """The job's parties to each other: client, coordinator and officer, about the settled job."""
    job, officer, assignment = house.jobs["settled"], house.officers[0], house.assignments["settled"]
    client, coordinator = house.clients[0], house.staff["coordinator"]
    seats = (
        client_seat(person=client.person, job_id=job.id, at=CRAWLED_AT),
        department_seat(department_id=house.tenant.id, person=coordinator, job_id=job.id),
        officer_seat(officer=officer, assignment_id=assignment.id, at=CRAWLED_AT),
    )
    for number, (seat, owner) in enumerate(zip(seats, ("client", "client", "officer"), strict=True), 1):
        write_message(
            seat=seat, message_id=uuid7(), text=canary(house.owner(owner, 1), "message", number),
            actor=SETTING_UP, at=CRAWLED_AT,
        )  # fmt: skip


def rate_each_other(house: "House") -> None:
    """Client and officer both, so that each reads the other; both comments are reported."""
    assignment, client, officer = house.assignments["settled"], house.clients[0], house.officers[0]
    house.rating = rate_officer(
        assignment_id=assignment.id, rater_kind="client", client_id=client.client.id,
        punctuality=4, appearance=4, conduct=4, comment=canary(house.owner("rating", 1), "rating"),
        actor=client.actor, at=CRAWLED_AT,
    )  # fmt: skip
    house.site_rating = rate_site(
        assignment_id=assignment.id, officer=officer, briefing=4, safety=4, conduct=4,
        comment=canary(house.owner("rating", 1), "site"), actor=actor_for(officer.person), at=CRAWLED_AT,
    )  # fmt: skip
    rate_officer(
        assignment_id=assignment.id, rater_kind="department", department_id=house.tenant.id,
        punctuality=4, appearance=4, conduct=4, comment=canary(house.owner("rating", 1), "rating", 2),
        actor=actor_for(house.staff["coordinator"]), at=CRAWLED_AT,
    )  # fmt: skip
    for rating, actor in ((house.rating, actor_for(officer.person)), (house.site_rating, client.actor)):
        report(rating=rating, reason=canary(house.owner("rating", 1), "report"), actor=actor, at=CRAWLED_AT)


def send_to_payroll(house: "House") -> None:
    coordinator = actor_for(house.staff["coordinator"])
    house.format = save_format(
        department_id=house.tenant.id, name=canary(house.owner("desk"), "format"), rows="timesheets",
        layout=standard_layout("timesheets").to_json(), actor=coordinator, at=CRAWLED_AT,
    )  # fmt: skip
    batch = make_batch(
        department=house.tenant, format_id=house.format.format_id, until_date=date(2026, 4, 1), request_id=uuid7(),
        actor=coordinator, at=CRAWLED_AT,
    )  # fmt: skip
    assert (batch.number, batch.row_count) == (1, 1)


def past_offer(house: "House") -> None:
    """As if the settled shift had been offered to its officer first."""
    assignment = house.assignments["settled"]
    Offer.objects.create(
        award_id=assignment.award_id, shift_id=assignment.shift_id, position_id=assignment.position_id,
        officer_id=assignment.officer_id, place=1, state=Offer.State.UNREACHABLE, offered_at=NOW, answer_by=NOW,
        answered_at=NOW,
    )  # fmt: skip


def ask_approvals(house: "House") -> None:
    """What the first officer asked their own department for: nobody else may read a word of it."""
    officer, own = house.officers[0], house.owner("roster", 1)
    actor = actor_for(officer.person)
    common = {"department_id": house.tenant.id, "officer_id": officer.id, "actor": actor, "at": CRAWLED_AT}
    asked = request_exception(
        rule_id="daily-cap", outcome="needs_approval", approval_role="coordinator", numbers={},
        sentence="More than the limit.",
        shift_id=None, starts_at=CRAWLED_AT, expires_at=CRAWLED_AT + timedelta(days=30),
        reason=canary(own, "exception"), **common,
    )  # fmt: skip
    employment = declare_employment(
        employer=canary(own, "employer"), kind_of_work="Gate", weekly_minutes=480, from_date=date(2026, 3, 1),
        until_date=None, **common,
    )  # fmt: skip
    hours = declare_hours(
        employment_id=employment.employment_id, starts_at=CRAWLED_AT + timedelta(days=5),
        ends_at=CRAWLED_AT + timedelta(days=5, hours=4), **common,
    )  # fmt: skip
    house.exception_id, house.employment_id = asked.exception_id, employment.employment_id
    house.hours_id = hours.hours_id


def know_in_depth(house: "House") -> None:
    """What the roster keeps of the first officer with dates, a file that waits to be imported, and court on a day
    that was promised."""
    own, coordinator = house.owner("roster", 1), actor_for(house.staff["coordinator"])
    common = {"department_id": house.tenant.id, "entry_id": house.members[0].entry_id, "at": CRAWLED_AT}
    add_status(status="leave", from_date=date(2027, 1, 4), note=canary(own, "leave"), actor=coordinator, **common)
    set_credential(code=canary(house.owner("credential", 1), "licence"), actor=coordinator, **common)
    house.imported = upload(
        department_id=house.tenant.id, kind="roster", file_name=f"{canary(house.owner('desk'), 'file')}.csv",
        content=f"Badge,First name,Last name\n{canary(own, 'badge')},Wren,Alderly\n".encode(),
        actor=coordinator, at=CRAWLED_AT,
    )  # fmt: skip
    assignment = house.assignments["disputed"]
    DutyConflict.objects.create(
        assignment=assignment, officer=house.officers[0], home_department_id=house.tenant.id,
        governing_department_id=house.tenant.id, kind="court", duty_period_id=uuid7(),
        duty_starts_at=assignment.shift.starts_at, duty_ends_at=assignment.shift.ends_at, opened_at=CRAWLED_AT,
    )  # fmt: skip


def out_of_the_ordinary(house: "House") -> None:
    """Somebody is late, somebody was asked whether they are there, and relief was looked for."""
    assignment = assignment_on_duty(house)
    Alert.objects.create(
        kind="late", department_id=house.tenant.id, shift=assignment.shift, assignment=assignment,
        opened_at=CRAWLED_AT, acknowledged_by=canary(house.owner("desk"), "alert"),
    )  # fmt: skip
    ReliefSearch.objects.create(
        shift=assignment.shift, position=assignment.position, assignment=assignment, state="exhausted",
        began_at=CRAWLED_AT, began_by=canary(house.owner("desk"), "relief"), ended_at=CRAWLED_AT,
    )  # fmt: skip
    prompt = PresencePrompt.objects.create(
        assignment=assignment, asked_at=CRAWLED_AT, answer_by=CRAWLED_AT, answered_at=CRAWLED_AT
    )
    PresenceAnswer.objects.create(
        punch_id=uuid7(), prompt=prompt, received_at=CRAWLED_AT, happened_at=CRAWLED_AT, verdict="VERIFIED",
        explanation=canary(house.owner("desk"), "presence"),
    )  # fmt: skip
    AttendanceReason.objects.create(
        assignment=assignment, kind="late", code="traffic", side="desk", given_at=CRAWLED_AT,
        given_by=canary(house.owner("desk"), "reason"),
    )  # fmt: skip


def block_a_client(house: "House") -> None:
    client = house.clients[1].client
    block_client(
        client_id=client.id, department_id=house.tenant.id, reason=canary(house.owner("desk"), "block"),
        actor=actor_for(house.staff["coordinator"]), at=CRAWLED_AT,
    )  # fmt: skip
    house.blocked = client


def assignment_on_duty(house: "House") -> Assignment:
    return house.assignments["disputed"]
