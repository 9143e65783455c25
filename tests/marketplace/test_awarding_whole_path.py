"""From a client's request to confirmed officers, through the real doors, beside a department that must not notice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.identifiers import uuid7
from marketplace.awarding import replay_award, scan_closings
from marketplace.bidding import place_bid
from marketplace.feed import shifts_near_officer
from marketplace.matching import officers_to_notify
from marketplace.models import Assignment, Award, Bid, Shift
from marketplace.timekeeping import punch
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.departments import OAKVILLE, make_officer
from tests.factories.people import actor_for
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms

pytestmark = pytest.mark.django_db


def fixes(at: datetime) -> list[dict[str, object]]:
    return [
        {
            "latitude": OAKVILLE.latitude,
            "longitude": OAKVILLE.longitude,
            "accuracy_metres": 8,
            "fixed_at": at.astimezone(UTC).isoformat(),
        }
    ]


def test_a_request_becomes_confirmed_officers(department: Tenant, other_department: Tenant) -> None:
    govern(department)
    govern(other_department, name="us")
    bystander = make_officer(other_department, rank_code="officer")
    by_seniority = [make_officer(department, seniority_date=date(year, 1, 1)) for year in (2001, 2005, 2009)]

    job = submit(make_requester(), terms=job_terms(shifts=(shift_terms(ranks={"constable": 2}),)))
    assert shifts_near_officer(officer=by_seniority[0], at=NOW) == []
    fund(job)
    shift = Shift.objects.select_related("job").get(job=job)
    assert {one.id for one in officers_to_notify(shift=shift, at=NOW)} == {one.id for one in by_seniority}
    assert shifts_near_officer(officer=bystander, at=NOW, point=OAKVILLE) == []

    for officer in reversed(by_seniority):
        [line] = shifts_near_officer(officer=officer, at=NOW)
        assert line.shift.id == shift.id
        place_bid(officer=officer, shift_id=shift.id, actor=actor_for(officer.person), at=NOW)
    assert scan_closings(at=STARTS_AT - timedelta(hours=24, seconds=1)) == 0
    assert scan_closings(at=STARTS_AT - timedelta(hours=24)) == 1

    assert Shift.objects.get(id=shift.id).state == Shift.State.STAFFED
    winners = set(Assignment.objects.filter(shift=shift).values_list("officer_id", flat=True))
    assert winners == {by_seniority[0].id, by_seniority[1].id}
    assert all(bid.explanation for bid in Bid.objects.filter(shift=shift))
    assert replay_award(award=Award.objects.get())
    assert not Bid.objects.filter(officer=bystander).exists()

    assignment = Assignment.objects.get(shift=shift, officer=by_seniority[0])
    event = punch(
        officer=by_seniority[0],
        assignment_id=assignment.id,
        kind="in",
        punch_id=uuid7(),
        fixes=fixes(STARTS_AT),
        client_at=STARTS_AT,
        device_id="phone",
        reason_given="",
        actor=actor_for(by_seniority[0].person),
        at=STARTS_AT,
    )
    assert event.verdict == "VERIFIED"


def test_a_shift_paid_for_late_is_first_come(department: Tenant) -> None:
    govern(department)
    officers = [make_officer(department) for _ in range(2)]
    starts_at = NOW + timedelta(hours=20)
    job = submit(make_requester(), terms=job_terms(shifts=(shift_terms(starts_at=starts_at, ranks={"constable": 1}),)))
    fund(job)
    shift = Shift.objects.get(job=job)
    assert shift.first_come
    assert scan_closings(at=NOW + timedelta(hours=1)) == 0
    [line] = shifts_near_officer(officer=officers[0], at=NOW)
    assert line.closes_at == starts_at
    won = place_bid(officer=officers[0], shift_id=shift.id, actor=actor_for(officers[0].person), at=NOW)
    assert won.state == Bid.State.WON
    assert shifts_near_officer(officer=officers[1], at=NOW) == []
