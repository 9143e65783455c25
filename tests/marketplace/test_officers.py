"""Officers: joining, what only they may write, the standing that follows the roster, and leaving."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from departments.invitations import invite_member
from departments.refusals import InvitationCodeWrong
from departments.roster import change_status, member_of_officer, remove_member
from geo.points import CoordinatesInvalid, Point
from kernel import outbox
from kernel.errors import NotFound
from kernel.models import AuditEvent, OutboxEvent
from kernel.subscriptions import Event
from marketplace.access import officer_of
from marketplace.awarding import award_shift
from marketplace.bidding import place_bid
from marketplace.leaving import on_shift_vacated
from marketplace.models import Assignment, Bid, Officer, OfficerPrivate, OfficerReach, Shift, Standing
from marketplace.officers import (
    join_by_invitation,
    on_roster_changed,
    private_profile,
    set_home,
    set_phone_verified,
    set_travel_radius,
    set_wishes,
)
from marketplace.refusals_bidding import (
    AlreadyServesElsewhere,
    InvitationForSomebodyElse,
    NotOnRoster,
    OfficerNotFound,
    TravelRadiusOutOfRange,
)
from tenants.context import acting_as, matching_context
from tenants.models import Tenant
from tests.factories.departments import (
    LONG_AGO,
    OAKVILLE,
    SETTING_UP,
    deliver_roster_changes,
    join,
    make_member,
    make_officer,
    publish_example,
)
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for, make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 10, 15, tzinfo=UTC)


def test_a_wrong_code_makes_no_officer(department: Tenant) -> None:
    dale, person = make_member(department), make_person()
    invited = invite_member(department_id=department.id, entry_id=dale.entry_id, actor=SETTING_UP, at=LONG_AGO)
    with pytest.raises(InvitationCodeWrong):
        join_by_invitation(
            person=person,
            department_id=department.id,
            invitation_id=invited.invitation_id,
            code="WRONG",
            actor=actor_for(person),
            at=LONG_AGO,
        )
    assert not Officer.objects.exists()


def test_one_person_serves_one_department(department: Tenant, other_department: Tenant) -> None:
    officer = join(make_member(department))
    with pytest.raises(AlreadyServesElsewhere):
        join(make_member(other_department), person=officer.person)
    with pytest.raises(InvitationForSomebodyElse):
        join(make_member(department), person=officer.person)
    assert Officer.objects.get().home_department_id == department.id


def test_the_standing_follows_the_roster_and_never_goes_back(department: Tenant) -> None:
    publish_example(department)
    officer = join(make_member(department, rank_code="sergeant", seniority_date=date(2011, 4, 1)))
    standing = Standing.objects.get(officer=officer)
    assert (standing.rank_code, standing.seniority_date) == ("sergeant", date(2011, 4, 1))
    assert standing.may_work_until_date is None
    first = OutboxEvent.objects.filter(name="departments.roster_changed").earliest("id")
    dale = member_of_officer(department_id=department.id, officer_id=officer.id)
    change_status(department_id=department.id, entry_id=dale.entry_id, status="suspended", actor=SETTING_UP, at=NOW)
    deliver_roster_changes(officer.id, at=NOW)
    assert Standing.objects.get(officer=officer).may_work_until_date == NOW.date()
    late = Event(
        id=first.id, name=first.name, tenant_id=first.tenant_id, payload=first.payload, announced_at=first.announced_at
    )
    on_roster_changed(event=late, at=NOW)
    assert Standing.objects.get(officer=officer).may_work_until_date == NOW.date()


def test_only_the_officer_says_where_they_live_and_nobody_else_reads_it(department: Tenant) -> None:
    officer, stranger = make_officer(department, home=None), make_person()
    with pytest.raises(OfficerNotFound):
        set_home(officer=officer, label="Theirs", point=OAKVILLE, actor=actor_for(stranger), at=NOW)
    set_home(officer=officer, label="12 Elm Row", point=OAKVILLE, actor=actor_for(officer.person), at=NOW)
    assert not OfficerPrivate.objects.exists()
    with acting_as(purpose="request", person_id=stranger.id):
        assert not OfficerPrivate.objects.exists()
    with acting_as(purpose="request", person_id=officer.person_id):
        assert OfficerPrivate.objects.get().home_label == "12 Elm Row"
    audited = str(list(AuditEvent.objects.values_list("before", "after", "reason")))
    told = str(list(OutboxEvent.objects.values_list("payload")))
    for secret in ("12 Elm", str(OAKVILLE.latitude), str(OAKVILLE.longitude)):
        assert secret not in audited + told


def test_the_table_of_home_points_is_closed_to_everything_but_matching(department: Tenant) -> None:
    make_officer(department)
    with matching_context():
        assert OfficerReach.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'public.marketplace_officerreach', 'SELECT')")
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize("degrees", [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0), (0.0, float("inf"))])
def test_a_home_that_is_not_on_earth_is_refused(degrees: tuple[float, float]) -> None:
    with pytest.raises(CoordinatesInvalid):
        Point(*degrees)


def test_the_travel_radius_has_bounds_and_reaches_matching(department: Tenant) -> None:
    officer = make_officer(department)
    for metres in (0, 999, 400_001):
        with pytest.raises(TravelRadiusOutOfRange):
            set_travel_radius(officer=officer, metres=metres, actor=actor_for(officer.person), at=NOW)
    set_travel_radius(officer=officer, metres=12_000, actor=actor_for(officer.person), at=NOW)
    with matching_context():
        assert OfficerReach.objects.get().travel_radius_metres == 12_000


def test_a_verified_phone_is_the_officers_own(department: Tenant) -> None:
    officer = make_officer(department)
    with pytest.raises(OfficerNotFound):
        set_phone_verified(officer=officer, phone="+19055550101", actor=SETTING_UP, at=NOW)
    set_phone_verified(officer=officer, phone="+19055550101", actor=actor_for(officer.person), at=NOW)
    with acting_as(purpose="messaging"):
        assert OfficerPrivate.objects.get().phone_verified_at == NOW


def test_the_private_profile_is_shown_to_the_officer_alone(department: Tenant) -> None:
    officer = make_officer(department)
    mine = private_profile(officer=officer, actor=actor_for(officer.person))
    assert (mine.home, mine.home_label, mine.phone_verified_at) == (OAKVILLE, "Home", None)
    for other in (SETTING_UP, actor_for(make_person())):
        with pytest.raises(OfficerNotFound):
            private_profile(officer=officer, actor=other)


def test_wishes_are_kept_and_audited(department: Tenant) -> None:
    officer = make_officer(department)
    set_wishes(officer=officer, wants_sms=False, wants_email=True, actor=actor_for(officer.person), at=NOW)
    stored = Officer.objects.get(id=officer.id)
    assert (stored.wants_sms, stored.wants_email) == (False, True)
    assert AuditEvent.objects.get(action="officer.wishes_set").before == {"wants_sms": True, "wants_email": True}


def test_the_relay_carries_a_departure_from_the_roster_to_the_marketplace(department: Tenant) -> None:
    officer = make_officer(department)
    _leave(department, officer, NOW)
    for delivery_id in outbox.claim_due(at=NOW):
        outbox.deliver(delivery_id=delivery_id, at=NOW)
    assert Officer.objects.get(id=officer.id).left_at == NOW


def _leave(department: Tenant, officer: Officer, at: datetime) -> None:
    entry_id = member_of_officer(department_id=department.id, officer_id=officer.id).entry_id
    remove_member(department_id=department.id, entry_id=entry_id, actor=SETTING_UP, at=at)


def test_leaving_the_roster_stops_bids_before_the_news_has_even_arrived(department: Tenant) -> None:
    publish_example(department)
    officer = make_officer(department)
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    _leave(department, officer, NOW)
    with pytest.raises(Exception, match=r"left|roster") as refusal:
        place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    assert refusal.value.code == "policy_denied"
    deliver_roster_changes(officer.id, at=NOW)
    with pytest.raises(NotOnRoster):
        place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    with pytest.raises(NotFound):
        officer_of(person=officer.person)
    assert not Bid.objects.exists()


def test_leaving_releases_what_has_not_begun_and_asks_the_next_backup(
    department: Tenant, other_department: Tenant
) -> None:
    for tenant, example in ((department, "ontario"), (other_department, "us")):
        publish_example(tenant, name=example)
    leaver = make_officer(department, seniority_date=date(2001, 1, 1), family_name="Dale")
    backup = make_officer(department, seniority_date=date(2011, 1, 1), family_name="Elm")
    bystander = make_officer(other_department, rank_code="officer")
    job = make_job(department, at=NOW)
    won = make_shift(job, starts_at=STARTS_AT, at=NOW)
    waiting = make_shift(job, starts_at=STARTS_AT + timedelta(days=3), at=NOW)
    theirs = make_shift(make_job(other_department, at=NOW), starts_at=STARTS_AT, ranks={"officer": 1}, at=NOW)
    for officer, shift in ((leaver, won), (backup, won), (leaver, waiting), (bystander, theirs)):
        place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    closing = STARTS_AT - timedelta(hours=24)
    award_shift(shift_id=won.id, actor=SETTING_UP, at=closing)
    award_shift(shift_id=theirs.id, actor=SETTING_UP, at=closing)
    assert Assignment.objects.get(shift=won).officer_id == leaver.id

    _leave(department, leaver, closing)
    deliver_roster_changes(leaver.id, at=closing)
    deliver_roster_changes(leaver.id, at=closing)

    assert Assignment.objects.get(shift=won, officer=leaver).state == Assignment.State.RELIEVED
    assert Bid.objects.get(shift=waiting, officer=leaver).state == Bid.State.WITHDRAWN
    assert Shift.objects.get(id=won.id).state == Shift.State.OPEN
    vacated = OutboxEvent.objects.get(name="marketplace.shift_vacated")
    event = Event(
        id=vacated.id, name=vacated.name, tenant_id=None, payload=vacated.payload, announced_at=vacated.announced_at
    )
    on_shift_vacated(event=event, at=closing)
    on_shift_vacated(event=event, at=closing)
    assert Assignment.objects.get(shift=won, state=Assignment.State.CONFIRMED).officer_id == backup.id
    assert Shift.objects.get(id=won.id).state == Shift.State.STAFFED
    assert Assignment.objects.get(shift=theirs).state == Assignment.State.CONFIRMED


def test_whoever_comes_back_is_the_same_officer_with_a_newer_standing(department: Tenant) -> None:
    publish_example(department)
    officer = make_officer(department)
    _leave(department, officer, NOW)
    deliver_roster_changes(officer.id, at=NOW)
    again = join(make_member(department, rank_code="sergeant", at=NOW), person=officer.person, at=NOW)
    assert (again.id, again.left_at) == (officer.id, None)
    assert Standing.objects.get(officer=officer).rank_code == "sergeant"
    assert officer_of(person=officer.person).id == officer.id


def test_a_move_to_another_department_forgets_what_the_first_one_said(
    department: Tenant, other_department: Tenant
) -> None:
    publish_example(department)
    publish_example(other_department, name="us")
    officer = make_officer(department)
    _leave(department, officer, NOW)
    deliver_roster_changes(officer.id, at=NOW)
    moved = join(make_member(other_department, rank_code="supervisor", at=NOW), person=officer.person, at=NOW)
    assert moved.id == officer.id
    assert Standing.objects.get(officer=officer).rank_code == "supervisor"
    assert Officer.objects.get().left_at is None
