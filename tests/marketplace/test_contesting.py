"""Contests: within the department's days, once, decided by somebody else, with the remedy in the ledger once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.memberships import grant_role
from departments import fairness_ledger
from departments.access import inside
from departments.fairness_ledger import LedgerLine
from departments.models import FairnessEntry
from kernel.errors import NotFound
from kernel.models import AuditEvent
from marketplace.contesting import decide_contest, file_contest, withdraw_contest
from marketplace.models import Award, AwardContest, Officer
from marketplace.refusals_contests import (
    AlreadyContested,
    AwardNotYours,
    ContestClosed,
    ContestNotFound,
    ContestTooLate,
    DecidesOwnAward,
    GroundsMissing,
    NothingToContest,
    RemedyUnfit,
)
from messaging.models import OutboundMessage
from tenants.models import Tenant
from tests.factories.departments import SETTING_UP, make_officer, publish_example
from tests.factories.outbox import drain
from tests.factories.people import actor_for, make_person
from tests.marketplace.awarded import AWARDED_AT, Awarded, awarded_shift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_worker")]

# Awarded on 19 March; open through 26 March in Toronto.
CLOSES_AT = datetime(2026, 3, 27, 4, tzinfo=UTC)
SOON = AWARDED_AT + timedelta(hours=1)


@pytest.fixture
def case(department: Tenant) -> Awarded:
    publish_example(department)
    return awarded_shift(department)


def contest(
    case: Awarded, officer: Officer | None = None, *, at: datetime = SOON, grounds: str = "I was first."
) -> Any:
    officer = officer or case.backup
    return file_contest(
        officer=officer, award_id=case.award.id, grounds=grounds, actor=actor_for(officer.person), at=at
    )


def decide(found: AwardContest, **answer: Any) -> AwardContest:
    return decide_contest(
        department_id=answer.pop("department_id", found.governing_department_id),
        contest_id=found.id,
        upheld=answer.pop("upheld", True),
        decision=answer.pop("decision", "The seniority date was wrong."),
        actor=answer.pop("actor", None) or actor_for(make_person(given_name="Dana")),
        at=answer.pop("at", SOON + timedelta(days=1)),
        **answer,
    )


def ledger(tenant: Tenant) -> list[tuple[str, Any, int]]:
    with inside(department_id=tenant.id):
        return list(
            FairnessEntry.objects.filter(business_key__startswith="contest:").values_list(
                "kind", "officer_id", "minutes"
            )
        )


def test_a_contest_is_filed_until_the_last_local_minute_of_the_last_day(case: Awarded) -> None:
    with pytest.raises(ContestTooLate) as refused:
        contest(case, at=CLOSES_AT)
    assert refused.value.numbers == {"closes_at": CLOSES_AT.isoformat(), "days": 7}
    assert "Fri 27 Mar 2026 00:00" in refused.value.message
    assert not AwardContest.objects.exists()
    found = contest(case, at=CLOSES_AT - timedelta(minutes=1))
    assert found.state == "filed"
    assert AuditEvent.objects.filter(action="contest.filed", subject_id=found.id).exists()


def test_the_number_of_days_is_the_one_of_the_rules_that_made_the_award(case: Awarded) -> None:
    document = case.award.snapshot["policies"][case.award.policy_sha256]
    document["award_order"] = {**document.get("award_order", {}), "contest_days": 1}
    Award.objects.filter(id=case.award.id).update(snapshot=case.award.snapshot)
    with pytest.raises(ContestTooLate):
        contest(case, at=CLOSES_AT - timedelta(days=6))
    assert contest(case, at=CLOSES_AT - timedelta(days=6, minutes=1)).state == "filed"


def test_a_second_contest_of_the_same_award_is_refused_until_the_first_is_taken_back(case: Awarded) -> None:
    contest(case)
    with pytest.raises(AlreadyContested, match="waits for its decision"):
        contest(case)
    # PostgreSQL refuses it too, where two come at once.
    first = AwardContest.objects.get()
    with pytest.raises(IntegrityError, match="one_contest_per_award"), transaction.atomic():
        AwardContest.objects.create(
            award=first.award, officer=first.officer, governing_department_id=first.governing_department_id,
            grounds="x", snapshot_sha256="x", filed_at=SOON,
        )  # fmt: skip
    withdraw_contest(officer=case.backup, shift_id=case.shift.id, actor=actor_for(case.backup.person), at=SOON)
    again = contest(case)
    decide(again, upheld=False)
    with pytest.raises(AlreadyContested, match="rejected, and that stands"):
        contest(case)
    assert contest(case, case.last).state == "filed"


def test_only_bidders_contest_and_strangers_learn_nothing(case: Awarded, department: Tenant) -> None:
    bystander = make_officer(department)
    with pytest.raises(AwardNotYours) as not_theirs:
        contest(case, bystander)
    with pytest.raises(NotFound) as missing:
        file_contest(officer=bystander, award_id=case.shift.id, grounds="x", actor=actor_for(bystander.person), at=SOON)
    assert str(not_theirs.value) == str(missing.value)
    with pytest.raises(NothingToContest, match="You have this shift"):
        contest(case, case.winner)
    with pytest.raises(GroundsMissing):
        contest(case, grounds=" \x00 ")


def test_a_credit_is_written_into_the_ledger_once(case: Awarded, department: Tenant, other_department: Tenant) -> None:
    publish_example(other_department, name="us")
    found = contest(case)
    decided = decide(found, remedy="credit", credit_minutes=240)
    assert (decided.state, decided.remedy, decided.credit_minutes) == ("upheld", "credit", 240)
    assert ledger(department) == [("credit", case.backup.id, 240)]
    with pytest.raises(ContestClosed):
        decide(found, remedy="credit", credit_minutes=240)
    again = LedgerLine(f"contest:{found.id}", "credit", case.backup.id, happened_at=SOON, minutes=600)
    fairness_ledger.record(department_id=department.id, lines=[again], actor=SETTING_UP, at=SOON)
    assert ledger(department) == [("credit", case.backup.id, 240)]
    assert ledger(other_department) == []


def test_the_next_offer_is_a_remedy_too(case: Awarded, department: Tenant) -> None:
    decide(contest(case), remedy="next_offer")
    assert ledger(department) == [("next_offer", case.backup.id, 0)]


@pytest.mark.parametrize(
    "answer",
    [
        {"upheld": False, "remedy": "next_offer"},
        {"upheld": True, "remedy": "credit", "credit_minutes": 0},
        {"upheld": True, "remedy": "credit", "credit_minutes": 7 * 24 * 60 + 1},
        {"upheld": True, "remedy": "none", "credit_minutes": 60},
        {"upheld": True, "remedy": "medal"},
    ],
)
def test_a_remedy_that_does_not_fit_changes_nothing(case: Awarded, department: Tenant, answer: dict[str, Any]) -> None:
    found = contest(case)
    with pytest.raises(RemedyUnfit):
        decide(found, **answer)
    found.refresh_from_db()
    assert found.state == "filed"
    assert ledger(department) == []


def test_nobody_decides_on_their_own_award_or_bid(case: Awarded, department: Tenant) -> None:
    coordinator = make_person(given_name="Dana")
    Award.objects.filter(id=case.award.id).update(decided_by_person_id=coordinator.id)
    found = contest(case)
    for person in (coordinator, case.backup.person, case.winner.person):
        with pytest.raises(DecidesOwnAward):
            decide(found, actor=actor_for(person))
    decide(found, actor=actor_for(make_officer(department).person), upheld=False)
    assert ledger(department) == []


def test_another_departments_desk_finds_no_such_contest(case: Awarded, other_department: Tenant) -> None:
    found = contest(case)
    with pytest.raises(ContestNotFound):
        decide(found, department_id=other_department.id)
    found.refresh_from_db()
    assert found.state == "filed"


def test_both_sides_get_letters(case: Awarded, department: Tenant) -> None:
    coordinator = make_person(given_name="Dana")
    grant_role(person=coordinator, tenant_id=department.id, role="coordinator", actor=SETTING_UP, at=SOON)
    found = contest(case)
    drain(at=SOON)
    decide(found, remedy="credit", credit_minutes=240)
    drain(at=SOON + timedelta(days=1))
    sent = [
        (message.recipient, message.subject) for message in OutboundMessage.objects.filter(subject__icontains="contest")
    ]
    officer, desk = case.backup.person.email, coordinator.email
    assert {recipient for recipient, _ in sent} == {officer, desk}
    assert (officer, "Your contest was upheld: Harbour fair") in sent
    assert (desk, "Contested award: Harbour fair") in sent
    text = OutboundMessage.objects.get(recipient=officer, subject__startswith="Your contest was").text
    assert "The seniority date was wrong." in text
    assert "4 h" in text
