"""The home department's verdicts: its own roster, duty and rules, by the date of the shift."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.duty import record_duty
from departments.eligibility import verdicts, verdicts_for_officer
from departments.policies import publish_policy
from departments.policy.examples import example
from departments.policy.facts import Commitment, ShiftFacts
from departments.policy.snapshots import replay
from departments.refusals import NoPolicyInForce
from departments.roster import RosterMember, change_member
from kernel.identifiers import uuid7
from marketplace.models import Officer
from tenants.models import Tenant
from tests.factories.departments import LONG_AGO, SETTING_UP, join, make_member, publish_example

pytestmark = pytest.mark.django_db

STARTS_AT = datetime(2026, 6, 10, 15, tzinfo=UTC)


def shift(*, starts_at: datetime = STARTS_AT, hours: float = 8, rank_code: str = "constable") -> ShiftFacts:
    return ShiftFacts(
        shift_id=str(uuid7()), starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), rank_code=rank_code
    )


@pytest.fixture
def member(department: Tenant) -> RosterMember:
    publish_example(department)
    return make_member(department)


@pytest.fixture
def officer(member: RosterMember) -> Officer:
    return join(member)


def on_duty(member: RosterMember, *, until: datetime, hours: float) -> None:
    record_duty(
        department_id=member.department_id,
        entry_id=member.entry_id,
        kind="duty",
        starts_at=until - timedelta(hours=hours),
        ends_at=until,
        actor=SETTING_UP,
        at=LONG_AGO,
    )


@pytest.mark.parametrize(("duty_hours", "allowed"), [(8, True), (8.25, False)])
def test_duty_and_extra_duty_together_stay_within_the_cap(
    department: Tenant, member: RosterMember, officer: Officer, duty_hours: float, allowed: bool
) -> None:
    on_duty(member, until=STARTS_AT - timedelta(hours=2), hours=duty_hours)
    judged = verdicts(department_id=department.id, officers={officer.id: []}, shift_facts=shift(), at=LONG_AGO)
    verdict = judged[officer.id].verdict
    assert verdict.allowed is allowed
    if not allowed:
        assert "16 h" in verdict.sentence
        assert "daily-cap" in verdict.sentence
    assert replay(judged[officer.id].snapshot) == verdict


def test_the_marketplaces_commitments_count_with_the_departments_duty(
    department: Tenant, member: RosterMember, officer: Officer
) -> None:
    on_duty(member, until=STARTS_AT - timedelta(hours=6), hours=6)
    extra = Commitment("extra_duty", STARTS_AT - timedelta(hours=5), STARTS_AT - timedelta(hours=1), "another")
    for commitments, allowed in (([], True), ([extra], False)):
        judged = verdicts(
            department_id=department.id, officers={officer.id: commitments}, shift_facts=shift(), at=LONG_AGO
        )
        assert judged[officer.id].verdict.allowed is allowed


def test_whoever_is_not_on_the_roster_is_denied(department: Tenant, other_department: Tenant, officer: Officer) -> None:
    publish_example(other_department, name="us")
    judged = verdicts(
        department_id=other_department.id,
        officers={officer.id: []},
        shift_facts=shift(rank_code="officer"),
        at=LONG_AGO,
    )
    assert not judged[officer.id].verdict.allowed


def test_a_shift_is_judged_by_the_rules_of_its_own_date(department: Tenant, officer: Officer) -> None:
    """The day is the department's: 1 July 02:00 UTC is still 30 June there."""
    stricter = example("ontario")
    stricter["hour_limits"][0]["limit_minutes"] = 240
    publish_policy(
        department_id=department.id,
        document=stricter,
        effective_from_date=date(2026, 7, 1),
        note="",
        actor=SETTING_UP,
        at=LONG_AGO,
    )
    starts = [datetime(2026, 7, 1, 2, tzinfo=UTC), datetime(2026, 7, 1, 5, tzinfo=UTC), STARTS_AT]
    found = verdicts_for_officer(
        department_id=department.id,
        officer_id=officer.id,
        shifts=[shift(starts_at=starts_at) for starts_at in starts],
        commitments=[],
    )
    assert [(one.allowed, one.policy_version) for one in found] == [(True, 1), (False, 2), (True, 1)]


def test_dates_between_which_a_member_may_work_are_kept(
    department: Tenant, member: RosterMember, officer: Officer
) -> None:
    change_member(
        department_id=department.id,
        entry_id=member.entry_id,
        may_work_from_date=date(2026, 6, 1),
        may_work_until_date=date(2026, 6, 11),
        actor=SETTING_UP,
        at=LONG_AGO,
    )
    days = [datetime(2026, 5, 31, 15, tzinfo=UTC), STARTS_AT, datetime(2026, 6, 11, 15, tzinfo=UTC)]
    found = verdicts_for_officer(
        department_id=department.id,
        officer_id=officer.id,
        shifts=[shift(starts_at=day) for day in days],
        commitments=[],
    )
    assert [one.allowed for one in found] == [False, True, False]


def test_without_rules_there_is_no_verdict(department: Tenant) -> None:
    with pytest.raises(NoPolicyInForce):
        verdicts(department_id=department.id, officers={uuid7(): []}, shift_facts=shift(), at=LONG_AGO)


def test_the_number_of_queries_depends_on_neither_officers_nor_shifts(
    department: Tenant, member: RosterMember, officer: Officer
) -> None:
    officers = [officer, *(join(make_member(department)) for _ in range(3))]
    counts = []
    for group in (officers[:1], officers):
        with CaptureQueriesContext(connection) as captured:
            verdicts(
                department_id=department.id,
                officers={one.id: [] for one in group},
                shift_facts=shift(),
                at=LONG_AGO,
            )
        counts.append(len(captured))
    for amount in (1, 5):
        with CaptureQueriesContext(connection) as captured:
            verdicts_for_officer(
                department_id=department.id,
                officer_id=officer.id,
                shifts=[shift() for _ in range(amount)],
                commitments=[],
            )
        counts.append(len(captured))
    assert counts == [3, 3, 3, 3]
