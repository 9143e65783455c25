"""Officers taken off a shift by the coordinator, and who follows them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from departments.roster import change_status, member_of_officer
from kernel import outbox
from kernel.errors import InvalidInput, NotFound
from kernel.models import OutboxEvent
from marketplace.awarding import award_shift, replay_award
from marketplace.bidding import place_bid
from marketplace.models import Assignment, Award, Bid, Officer, Shift
from marketplace.refusals import ReasonMissing
from marketplace.refusals_bidding import AssignmentHasBegun
from marketplace.releasing import call_off
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.jobs import make_job, make_shift
from tests.factories.people import actor_for

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STARTS_AT = datetime(2026, 3, 20, 15, tzinfo=UTC)
CLOSING = STARTS_AT - timedelta(hours=24)


@pytest.fixture
def officers(department: Tenant) -> list[Officer]:
    publish_example(department)
    return [make_officer(department, seniority_date=date(year, 1, 1)) for year in (2001, 2005, 2009)]


@pytest.fixture
def shift(department: Tenant, officers: list[Officer]) -> Shift:
    """One place; the first officer holds it, the others are backups in their order."""
    shift = make_shift(make_job(department, at=NOW), starts_at=STARTS_AT, at=NOW)
    for officer in officers:
        place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    award_shift(shift_id=shift.id, actor=SETTING_UP, at=CLOSING)
    return shift


def take_off(shift: Shift, tenant: Tenant, *, reason: str = "Fell ill", at: datetime = CLOSING) -> Assignment:
    live = Assignment.objects.get(shift=shift, state=Assignment.State.CONFIRMED)
    return call_off(assignment_id=live.id, department_id=tenant.id, reason=reason, actor=SETTING_UP, at=at)


def run_relay(at: datetime) -> None:
    pending = OutboxEvent.objects.filter(name="marketplace.shift_vacated", deliveries__state="pending")
    for delivery_id in list(pending.values_list("deliveries__id", flat=True)):
        outbox.deliver(delivery_id=delivery_id, at=at)


def test_the_next_backup_follows_with_an_award_of_their_own(
    department: Tenant, officers: list[Officer], shift: Shift
) -> None:
    released = take_off(shift, department)
    assert (released.state, released.ended_reason) == (Assignment.State.CALLED_OFF, "Fell ill")
    run_relay(CLOSING)
    follower = Assignment.objects.get(shift=shift, state=Assignment.State.CONFIRMED)
    assert follower.officer_id == officers[1].id
    assert Bid.objects.get(shift=shift, officer=officers[1]).state == Bid.State.WON
    latest = Award.objects.latest("id")
    assert latest.snapshot["kind"] == "backup"
    assert replay_award(award=latest)
    assert Shift.objects.get(id=shift.id).state == Shift.State.STAFFED


def test_a_backup_who_may_no_longer_work_is_passed_over(
    department: Tenant, officers: list[Officer], shift: Shift
) -> None:
    entry_id = member_of_officer(department_id=department.id, officer_id=officers[1].id).entry_id
    change_status(department_id=department.id, entry_id=entry_id, status="leave", actor=SETTING_UP, at=CLOSING)
    take_off(shift, department)
    run_relay(CLOSING)
    assert Assignment.objects.get(shift=shift, state=Assignment.State.CONFIRMED).officer_id == officers[2].id


def test_without_backups_the_place_is_first_come(department: Tenant, officers: list[Officer], shift: Shift) -> None:
    for _ in officers:
        take_off(shift, department)
        run_relay(CLOSING)
    stored = Shift.objects.get(id=shift.id)
    assert (stored.state, stored.first_come) == (Shift.State.OPEN, True)
    assert OutboxEvent.objects.filter(name="marketplace.shift_short_staffed").count() == 1
    newcomer = make_officer(department)
    bid = place_bid(officer=newcomer, shift_id=shift.id, actor=actor_for(newcomer.person), at=CLOSING)
    assert bid.state == Bid.State.WON


def test_only_the_governing_department_can_and_only_with_a_reason_before_it_began(
    department: Tenant, other_department: Tenant, shift: Shift
) -> None:
    with pytest.raises(NotFound):
        take_off(shift, other_department)
    with pytest.raises(ReasonMissing):
        take_off(shift, department, reason=" ")
    for reason in ("x" * 2001, "nul\x00"):
        with pytest.raises(InvalidInput):
            take_off(shift, department, reason=reason)
    working = Assignment.objects.get(shift=shift)
    Assignment.objects.filter(id=working.id).update(state=Assignment.State.CHECKED_IN)
    with pytest.raises(AssignmentHasBegun):
        call_off(assignment_id=working.id, department_id=department.id, reason="Late", actor=SETTING_UP, at=STARTS_AT)
    assert Assignment.objects.get(shift=shift).state == Assignment.State.CHECKED_IN
