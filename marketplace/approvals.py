"""Approvals around a shift: the officer asks for what a verdict holds back, the home department decides.

The marketplace names the officer behind a decision, so that nobody decides for themselves.
"""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from departments import exception_queries, exceptions, secondary_employment
from departments.declared_hours import employment as read_employment
from departments.exceptions import RuleException
from departments.policy.verdicts import Reason, Verdict
from departments.policy.waivable import may_be_waived
from departments.secondary_employment import Employment
from kernel.actors import Actor
from kernel.errors import IllegalTransition
from marketplace.access import shift_for_officer
from marketplace.assigning import TAKING_STATES
from marketplace.eligibility import verdict_for
from marketplace.models import Officer, Shift
from marketplace.refusals_bidding import NotOnRoster, PolicyDenied, ShiftNotOpen


class NothingToApprove(IllegalTransition):
    code = "nothing_to_approve"

    def __init__(self) -> None:
        super().__init__("The rules allow this shift as it is: no approval is needed. You can bid now.")


def approvable_reasons(verdict: Verdict) -> tuple[Reason, ...]:
    """What holds the shift for an approval; nothing when something denies it anyway."""
    if verdict.outcome != "needs_approval":
        return ()
    return tuple(
        reason for reason in verdict.reasons if reason.outcome == "needs_approval" and may_be_waived(reason.rule_id)
    )


def ask_for_approval(
    *, officer: Officer, shift_id: UUID, reason: str, actor: Actor, at: datetime
) -> list[RuleException]:
    """One request for each rule that holds the shift for an approval, for this shift alone. The best-paid place that an
    approval would open is meant.

    Raises NotFound, NotOnRoster, ShiftNotOpen, PolicyDenied, NothingToApprove, ReasonNeeded, ExceptionAskedAlready,
    NoPolicyInForce.
    """
    if officer.left_at is not None:
        raise NotOnRoster()
    shift = shift_for_officer(officer=officer, shift_id=shift_id, at=at)
    if shift.state not in TAKING_STATES or shift.starts_at <= at:
        raise ShiftNotOpen(str(shift.state))
    verdict = _best_verdict(officer=officer, shift=shift, at=at)
    reasons = approvable_reasons(verdict)
    if not reasons:
        raise NothingToApprove() if verdict.allowed else PolicyDenied(verdict)
    with transaction.atomic():
        return [
            exceptions.request_exception(
                department_id=officer.home_department_id,
                officer_id=officer.id,
                rule_id=one.rule_id,
                outcome=one.outcome,
                approval_role=one.approval_role,
                sentence=one.sentence,
                numbers=one.numbers,
                shift_id=shift.id,
                starts_at=at,
                expires_at=shift.ends_at,
                reason=reason,
                actor=actor,
                at=at,
            )
            for one in reasons
        ]


def decide_exception(
    *,
    department_id: UUID,
    exception_id: UUID,
    approve: bool,
    reason: str,
    expires_at: datetime | None = None,
    roles: Collection[str],
    actor: Actor,
    at: datetime,
) -> RuleException:
    """See departments.exceptions.decide_exception; raises what that raises."""
    found = exception_queries.exception(department_id=department_id, exception_id=exception_id)
    return exceptions.decide_exception(
        department_id=department_id,
        exception_id=exception_id,
        approve=approve,
        reason=reason,
        expires_at=expires_at,
        roles=roles,
        beneficiary_person_id=_person_of(found.officer_id),
        actor=actor,
        at=at,
    )


def decide_employment(
    *,
    department_id: UUID,
    employment_id: UUID,
    approve: bool,
    reason: str,
    conditions: str = "",
    approved_until_date: date | None = None,
    roles: Collection[str],
    actor: Actor,
    at: datetime,
) -> Employment:
    """See departments.secondary_employment.decide_employment; raises what that raises."""
    found = read_employment(department_id=department_id, employment_id=employment_id)
    return secondary_employment.decide_employment(
        department_id=department_id,
        employment_id=employment_id,
        approve=approve,
        reason=reason,
        conditions=conditions,
        approved_until_date=approved_until_date,
        roles=roles,
        beneficiary_person_id=_person_of(found.officer_id),
        actor=actor,
        at=at,
    )


def shifts_named(*, shift_ids: Collection[UUID]) -> dict[UUID, Shift]:
    """The shifts that exceptions speak of, with job and venue. One query, none without a shift."""
    if not shift_ids:
        return {}
    return Shift.objects.select_related("job__venue", "job__client").in_bulk(list(shift_ids))


def _best_verdict(*, officer: Officer, shift: Shift, at: datetime) -> Verdict:
    """The first place, from the best paid down, that is allowed or could be; else the last place's verdict."""
    verdict: Verdict | None = None
    for position in shift.positions.order_by("-pay_rate_cents_per_hour", "rank_code"):
        verdict = verdict_for(officer=officer, shift=shift, position=position, at=at).verdict
        if verdict.outcome != "deny":
            return verdict
    assert verdict is not None
    return verdict


def _person_of(officer_id: UUID | None) -> UUID | None:
    return Officer.objects.filter(id=officer_id).values_list("person_id", flat=True).first() if officer_id else None
