"""Exceptions: decided by the role that the rule names, counted everywhere alike, and over when they expire."""

from datetime import UTC, datetime, timedelta

import pytest

from departments.eligibility import verdicts, verdicts_for_officer
from departments.exceptions import (
    RuleException,
    decide_exception,
    request_exception,
    request_for_member,
    revoke_exception,
)
from departments.policy.facts import Commitment, ShiftFacts
from departments.policy.snapshots import replays_alike
from departments.refusals_oversight import (
    AlreadyDecided,
    DeciderMissing,
    ExceptionAskedAlready,
    ExceptionNotFound,
    ExpiryInvalid,
    NeverWaived,
    OwnRequest,
    ReasonNeeded,
    UnknownRule,
)
from departments.roster import change_status, member_of_officer
from kernel.identifiers import uuid7
from kernel.models import AuditEvent
from marketplace.models import Officer
from tenants.models import Tenant
from tests.factories.departments import LONG_AGO, SETTING_UP, make_officer, publish_example
from tests.factories.people import actor_for, make_person

pytestmark = pytest.mark.django_db

STARTS_AT = datetime(2026, 6, 10, 15, tzinfo=UTC)
LIMIT = "weekly-extra-duty"


@pytest.fixture
def officer(department: Tenant) -> Officer:
    """Their department lets them work 8 h of extra duty a week, more with the supervisor's approval."""
    limit = {
        "id": LIMIT, "window": "week", "buckets": ["extra_duty"], "limit_minutes": 480,
        "outcome": "needs_approval", "approval_role": "supervisor",
    }  # fmt: skip
    hard = {"id": "daily-cap", "window": "rolling_24_hours", "buckets": ["extra_duty"], "limit_minutes": 600}
    publish_example(department, hour_limits=[limit, hard], rests=[])
    return make_officer(department)


def shift(*, starts_at: datetime = STARTS_AT, shift_id: str = "") -> ShiftFacts:
    ends_at = starts_at + timedelta(hours=4)
    return ShiftFacts(shift_id or str(uuid7()), starts_at, ends_at, rank_code="constable")


def worked(officer: Officer) -> list[Commitment]:
    start = STARTS_AT - timedelta(days=2)
    return [Commitment("extra_duty", start, start + timedelta(hours=8), "earlier")]


def outcome(department: Tenant, officer: Officer, facts: ShiftFacts) -> str:
    """The answer of both doors, which must be one."""
    judged = verdicts(
        department_id=department.id, officers={officer.id: worked(officer)}, shift_facts=facts, at=LONG_AGO
    )[officer.id]
    assert replays_alike(judged.snapshot)
    (listed,) = verdicts_for_officer(
        department_id=department.id, officer_id=officer.id, shifts=[facts], commitments=worked(officer)
    )
    assert listed.outcome == judged.verdict.outcome
    return str(listed.outcome)


def ask(department: Tenant, officer: Officer, **changes: object) -> RuleException:
    return request_exception(
        **{
            "department_id": department.id, "officer_id": officer.id, "rule_id": LIMIT, "outcome": "needs_approval",
            "approval_role": "supervisor", "sentence": "8 h + 4 h = 12 h; limit 8 h", "numbers": {}, "shift_id": None,
            "starts_at": LONG_AGO, "expires_at": STARTS_AT + timedelta(days=1), "reason": "Nobody else is trained.",
            "actor": actor_for(officer.person), "at": LONG_AGO, **changes,
        }  # type: ignore[arg-type]
    )  # fmt: skip


def decide(department: Tenant, asked: RuleException, **changes: object) -> RuleException:
    return decide_exception(
        **{
            "department_id": department.id, "exception_id": asked.exception_id, "approve": True,
            "reason": "Agreed for the fair.", "roles": {"supervisor"}, "actor": actor_for(make_person()),
            "at": LONG_AGO, **changes,
        }  # type: ignore[arg-type]
    )  # fmt: skip


def test_an_approved_exception_turns_the_rule_into_a_warning_until_it_expires(
    department: Tenant, officer: Officer
) -> None:
    assert outcome(department, officer, shift()) == "needs_approval"
    asked = ask(department, officer, expires_at=STARTS_AT + timedelta(minutes=1))
    assert outcome(department, officer, shift()) == "needs_approval"
    decide(department, asked)
    assert outcome(department, officer, shift()) == "warn"
    assert outcome(department, officer, shift(starts_at=STARTS_AT + timedelta(minutes=1))) == "needs_approval"


def test_one_for_a_shift_is_for_no_other(department: Tenant, officer: Officer) -> None:
    named = uuid7()
    decide(department, ask(department, officer, shift_id=named))
    assert outcome(department, officer, shift(shift_id=str(named))) == "warn"
    assert outcome(department, officer, shift()) == "needs_approval"


def test_revoked_and_refused_ones_do_not_count(department: Tenant, officer: Officer) -> None:
    approved = decide(department, ask(department, officer))
    revoke_exception(
        department_id=department.id, exception_id=approved.exception_id, reason="The fair is off.",
        roles={"supervisor"}, actor=actor_for(make_person()), at=LONG_AGO,
    )  # fmt: skip
    assert outcome(department, officer, shift()) == "needs_approval"
    refused = decide(department, ask(department, officer), approve=False)
    assert refused.state == "refused"
    assert outcome(department, officer, shift()) == "needs_approval"
    with pytest.raises(AlreadyDecided):
        decide(department, refused)


@pytest.mark.parametrize("roles", [set(), {"coordinator"}, {"commander", "payroll", "auditor"}])
def test_only_the_role_that_the_rule_names_decides(department: Tenant, officer: Officer, roles: set[str]) -> None:
    asked = ask(department, officer)
    with pytest.raises(DeciderMissing):
        decide(department, asked, roles=roles)
    assert outcome(department, officer, shift()) == "needs_approval"


def test_a_denial_and_a_role_that_is_nobodys_take_the_commander(department: Tenant, officer: Officer) -> None:
    chief = ask(department, officer, approval_role="chief")
    denied = ask(department, officer, rule_id="daily-cap", outcome="deny", approval_role="supervisor")
    for asked in (chief, denied):
        assert asked.deciding_role == "commander"
        with pytest.raises(DeciderMissing):
            decide(department, asked)
        assert decide(department, asked, roles={"commander"}).decided_role == "commander"


def test_nobody_decides_for_themselves(department: Tenant, officer: Officer) -> None:
    asked = ask(department, officer)
    with pytest.raises(OwnRequest):
        decide(department, asked, actor=actor_for(officer.person))
    by_desk = ask(department, officer, rule_id="daily-cap", actor=SETTING_UP)
    with pytest.raises(OwnRequest):
        decide(
            department, by_desk, actor=actor_for(officer.person), roles={"supervisor"},
            beneficiary_person_id=officer.person_id,
        )  # fmt: skip


@pytest.mark.parametrize("rule_id", ["overlap", "status-left", "status-suspended"])
def test_what_is_never_waived_cannot_be_asked_for(department: Tenant, officer: Officer, rule_id: str) -> None:
    with pytest.raises(NeverWaived):
        ask(department, officer, rule_id=rule_id)


def test_suspension_stands_whatever_was_approved_before(department: Tenant, officer: Officer) -> None:
    decide(department, ask(department, officer))
    member = member_of_officer(department_id=department.id, officer_id=officer.id)
    change_status(
        department_id=department.id, entry_id=member.entry_id, status="suspended", actor=SETTING_UP, at=LONG_AGO
    )
    assert outcome(department, officer, shift()) == "deny"


def test_asking_is_refused_with_the_reason_and_nothing_is_kept(department: Tenant, officer: Officer) -> None:
    with pytest.raises(ReasonNeeded):
        ask(department, officer, reason="  ")
    with pytest.raises(ExpiryInvalid):
        ask(department, officer, expires_at=LONG_AGO)
    with pytest.raises(ExpiryInvalid):
        ask(department, officer, expires_at=LONG_AGO + timedelta(days=400))
    assert not AuditEvent.objects.filter(action="policy_exception.requested").exists()
    ask(department, officer)
    with pytest.raises(ExceptionAskedAlready):
        ask(department, officer)


def test_the_desk_asks_for_a_rule_of_the_policy(department: Tenant, officer: Officer) -> None:
    member = member_of_officer(department_id=department.id, officer_id=officer.id)
    common = {
        "department_id": department.id, "entry_id": member.entry_id, "reason": "Short of trained people.",
        "expires_at": LONG_AGO + timedelta(days=60), "actor": SETTING_UP, "at": LONG_AGO,
    }  # fmt: skip
    asked = request_for_member(rule_id="daily-cap", **common)  # type: ignore[arg-type]
    assert (asked.outcome, asked.deciding_role, asked.shift_id) == ("deny", "commander", None)
    with pytest.raises(UnknownRule):
        request_for_member(rule_id="no-such-rule", **common)  # type: ignore[arg-type]
    with pytest.raises(NeverWaived):
        request_for_member(rule_id="overlap", **common)  # type: ignore[arg-type]


def test_another_departments_exception_is_none(department: Tenant, other_department: Tenant, officer: Officer) -> None:
    asked = ask(department, officer)
    with pytest.raises(ExceptionNotFound):
        decide(other_department, asked, roles={"supervisor", "commander", "coordinator"})
    assert outcome(department, officer, shift()) == "needs_approval"
