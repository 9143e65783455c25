"""Positions are rounded after ninety days, and never while somebody may still need them exact."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from billing.contested.kept_positions import round_old_positions
from billing.models import Charge, Contract, Dispute
from kernel.errors import InvalidInput, NotFound
from kernel.identifiers import uuid7
from marketplace.fix_retention import place_hold, release_hold, scan_old_fixes
from marketplace.models import (
    AwardContest,
    ClockEvent,
    ClockReview,
    PresenceAnswer,
    PresencePrompt,
    Timesheet,
    UncountedPunch,
)
from marketplace.refusals_evidence import EvidenceHeldAlready, EvidenceNotHeld
from marketplace.refusals_field import PunchKept
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, clock, staff

pytestmark = pytest.mark.django_db

LATER = ENDS_AT + timedelta(days=90)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    work = staff(department)
    clock(work, "in", at=STARTS_AT)
    clock(work, "out", at=ENDS_AT)
    Timesheet.objects.update(state=Timesheet.State.APPROVED, approves_at=None)
    return work


def judged() -> list[dict[str, Any]]:
    return list(ClockEvent.objects.order_by("received_at").values("verdict", "distance_metres", "risk_points"))


def exact() -> int:
    return ClockEvent.objects.filter(fixes_rounded_at=None).count()


def test_after_ninety_days_a_kilometre_is_left_and_the_verdict(work: Work) -> None:
    before = judged()
    assert scan_old_fixes(at=LATER - timedelta(seconds=1)) == 1, "only the clock-in is old enough"
    assert scan_old_fixes(at=LATER) == 1
    assert scan_old_fixes(at=LATER) == 0
    event = ClockEvent.objects.get(kind="in")
    assert (event.latitude, event.longitude) == (43.47, -79.69)
    assert (event.fixes[0]["latitude"], event.fixes[0]["longitude"], event.fixes[0]["altitude_metres"]) == (
        43.47, -79.69, None,
    )  # fmt: skip
    assert event.fixes[0]["accuracy_metres"] == 12.0
    assert before == list(
        ClockEvent.objects.order_by("received_at").values("verdict", "distance_metres", "risk_points")
    )


def test_what_counts_nothing_and_answers_of_presence_become_rough_too(work: Work) -> None:
    with pytest.raises(PunchKept):
        clock(work, "out", at=ENDS_AT + timedelta(days=60), client_at=ENDS_AT, sent_late=True)
    event = ClockEvent.objects.get(kind="in")
    prompt = PresencePrompt.objects.create(assignment=work.assignment, asked_at=STARTS_AT, answer_by=ENDS_AT)
    PresenceAnswer.objects.create(
        punch_id=uuid7(), prompt=prompt, received_at=ENDS_AT, happened_at=ENDS_AT, fixes=event.fixes,
        latitude=event.latitude, longitude=event.longitude, verdict="VERIFIED",
    )  # fmt: skip
    assert scan_old_fixes(at=LATER) == 3, "both punches and the answer; the kept punch came later"
    assert scan_old_fixes(at=LATER + timedelta(days=60)) == 1
    answer, kept = PresenceAnswer.objects.get(), UncountedPunch.objects.get()
    assert (answer.latitude, answer.longitude) == (43.47, -79.69)
    assert {(fix["latitude"], fix["longitude"]) for fix in [*answer.fixes, *kept.fixes]} == {(43.47, -79.69)}
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        UncountedPunch.objects.update(explanation="It was not like that.")


def open_review(work: Work) -> None:
    event = ClockEvent.objects.get(kind="in")
    department_id = work.shift.governing_department_id
    ClockReview.objects.create(clock_event=event, department_id=department_id, opened_at=STARTS_AT)


def dispute_hours(work: Work) -> None:
    Timesheet.objects.update(state=Timesheet.State.DISPUTED)


def contest(work: Work) -> None:
    AwardContest.objects.create(
        award=work.assignment.award, officer=work.officer, governing_department_id=work.shift.governing_department_id,
        grounds="I was first.", snapshot_sha256="0" * 64, filed_at=STARTS_AT,
    )  # fmt: skip


def hold(work: Work) -> None:
    place_hold(
        assignment_id=work.assignment.id, department_id=work.shift.governing_department_id, reason="Grievance 12.",
        actor=SETTING_UP, at=ENDS_AT,
    )  # fmt: skip


@pytest.mark.parametrize("opens", [open_review, dispute_hours, contest, hold])
def test_nothing_is_rounded_while_something_is_open(work: Work, opens: Any) -> None:
    opens(work)
    assert scan_old_fixes(at=LATER + timedelta(days=400)) == 0
    assert exact() == 2


def test_a_bank_that_decides_keeps_them_too(work: Work) -> None:
    job = work.shift.job
    contract = Contract.objects.create(
        job=job, version=1, revision_number=1, state="accepted", currency=job.currency, terms={}, prices=[], policy={},
        policy_version=1, policy_sha256="0" * 64, payee_mode="payroll", service_fee_basis_points=500,
        requested_at=STARTS_AT, net_cents=0, tax_cents=0, total_cents=0, offered_at=STARTS_AT,
    )  # fmt: skip
    charge = Charge.objects.create(
        job=job, contract=contract, state="succeeded", amount_cents=100, currency=job.currency, created_at=STARTS_AT,
    )  # fmt: skip
    dispute = Dispute.objects.create(
        charge=charge, job=job, provider_reference="dp_1", state="needs_response", amount_cents=100,
        currency=job.currency, opened_at=ENDS_AT,
    )  # fmt: skip
    assert round_old_positions(at=LATER) == 0
    dispute.closed_at = LATER
    dispute.save()
    assert round_old_positions(at=LATER) == 2


def test_a_hold_is_one_has_a_reason_and_is_released(department: Tenant, other_department: Tenant, work: Work) -> None:
    hold(work)
    with pytest.raises(EvidenceHeldAlready):
        hold(work)
    known = {"assignment_id": work.assignment.id, "actor": SETTING_UP, "at": LATER}
    with pytest.raises(NotFound):
        release_hold(department_id=other_department.id, **known)
    with pytest.raises(InvalidInput):
        place_hold(department_id=department.id, reason=" ", **known)
    release_hold(department_id=department.id, **known)
    assert scan_old_fixes(at=LATER) == 2
    with pytest.raises(EvidenceNotHeld):
        release_hold(department_id=department.id, **known)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE marketplace_clockevent SET fixes_rounded_at = received_at + interval '89 days'",
        "UPDATE marketplace_clockevent SET fixes_rounded_at = '2027-01-01', latitude = 43.46",
        "UPDATE marketplace_clockevent SET fixes_rounded_at='2027-01-01', latitude=43.47, longitude=-79.69, kind=''",
        "UPDATE marketplace_clockevent SET fixes = '[]'",
    ],
)
def test_the_database_lets_nothing_else_change(work: Work, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
