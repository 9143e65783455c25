"""Exceptions to a rule: asked for with a reason, decided by the role that the rule names, in force until they end."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from departments.access import inside
from departments.deciding import checked_reason, deciding_role, require_decider
from departments.models import PolicyException, RosterEntry
from departments.policies import policy_at
from departments.policy.waivable import DENIALS_ROLE, may_be_waived, waivable_rules
from departments.refusals import RosterEntryNotFound
from departments.refusals_oversight import (
    AlreadyDecided,
    ExceptionAskedAlready,
    ExceptionNotFound,
    ExpiryInvalid,
    NeverWaived,
    UnknownRule,
)
from departments.roster import locked_entry
from kernel import audit, outbox
from kernel.actors import Actor

LONGEST = timedelta(days=366)
REQUESTED = "departments.exception_requested"
DECIDED = "departments.exception_decided"


@dataclass(frozen=True, slots=True)
class RuleException:
    """One exception as it was when it was read. `deciding_role` is the desk's role whose word it takes."""

    exception_id: UUID
    department_id: UUID
    entry_id: UUID
    officer_id: UUID | None
    officer_name: str
    badge_number: str
    rule_id: str
    outcome: str
    deciding_role: str
    sentence: str
    shift_id: UUID | None
    starts_at: datetime
    expires_at: datetime
    reason: str
    state: str
    requested_by_person_id: UUID | None
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_role: str
    decided_at: datetime | None
    decision_reason: str
    revoked_by: str
    revoked_at: datetime | None
    revocation_reason: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


def request_exception(
    *,
    department_id: UUID,
    officer_id: UUID,
    rule_id: str,
    outcome: str,
    approval_role: str,
    sentence: str,
    numbers: Mapping[str, Any],
    shift_id: UUID | None,
    starts_at: datetime,
    expires_at: datetime,
    reason: str,
    actor: Actor,
    at: datetime,
) -> RuleException:
    """Ask for an exception to what a verdict said. Announces departments.exception_requested.

    Raises RosterEntryNotFound, AlreadyLeft, NeverWaived, ExpiryInvalid, ReasonNeeded, ExceptionAskedAlready.
    """
    with transaction.atomic(), inside(department_id=department_id):
        entry_id = RosterEntry.objects.filter(officer_id=officer_id).values_list("id", flat=True).first()
        if entry_id is None:
            raise RosterEntryNotFound()
        return _request(
            department_id=department_id,
            entry=locked_entry(entry_id),
            rule_id=rule_id,
            outcome=outcome,
            approval_role=approval_role if outcome == "needs_approval" else DENIALS_ROLE,
            sentence=sentence,
            numbers=numbers,
            shift_id=shift_id,
            starts_at=starts_at,
            expires_at=expires_at,
            reason=reason,
            actor=actor,
            at=at,
        )


def request_for_member(
    *,
    department_id: UUID,
    entry_id: UUID,
    rule_id: str,
    expires_at: datetime,
    reason: str,
    actor: Actor,
    at: datetime,
) -> RuleException:
    """The desk asks for a member: an exception to a rule of the policy in force, for any shift until it expires.

    Raises RosterEntryNotFound, AlreadyLeft, NoPolicyInForce, NeverWaived, UnknownRule, ExpiryInvalid, ReasonNeeded,
    ExceptionAskedAlready.
    """
    if not may_be_waived(rule_id):
        raise NeverWaived(rule_id)
    policy = policy_at(department_id=department_id, at=at)
    rule = next((one for one in waivable_rules(policy) if one.rule_id == rule_id), None)
    if rule is None:
        raise UnknownRule(rule_id)
    with transaction.atomic(), inside(department_id=department_id):
        return _request(
            department_id=department_id,
            entry=locked_entry(entry_id),
            rule_id=rule_id,
            outcome=rule.outcome,
            approval_role=rule.approval_role,
            sentence=rule.words,
            numbers={},
            shift_id=None,
            starts_at=at,
            expires_at=expires_at,
            reason=reason,
            actor=actor,
            at=at,
        )


def decide_exception(
    *,
    department_id: UUID,
    exception_id: UUID,
    approve: bool,
    reason: str,
    expires_at: datetime | None = None,
    roles: Collection[str],
    beneficiary_person_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> RuleException:
    """Approve, perhaps until another time than was asked for, or refuse. Announces departments.exception_decided.

    `roles` are the actor's at this desk. Raises ExceptionNotFound, AlreadyDecided, DeciderMissing, OwnRequest,
    ReasonNeeded, ExpiryInvalid.
    """
    with transaction.atomic(), inside(department_id=department_id):
        row = _locked(exception_id)
        if row.state != PolicyException.State.REQUESTED:
            raise AlreadyDecided(str(row.state), row.decided_at)
        row.decided_role = require_decider(
            approval_role=row.approval_role,
            roles=roles,
            asked_by=[row.requested_by_person_id, beneficiary_person_id],
            actor=actor,
        )
        row.decision_reason = checked_reason(reason)
        if approve and expires_at is not None:
            row.expires_at = expires_at
        if approve:
            _check_expiry(row.starts_at, row.expires_at, at)
        row.state = PolicyException.State.APPROVED if approve else PolicyException.State.REFUSED
        row.decided_by_person_id, row.decided_by, row.decided_at = actor.person_id, actor.label[:200], at
        row.save()
        _record("decided", row, department_id, actor, at, before="requested", reason=row.decision_reason)
        _announce(DECIDED, row, department_id, at)
        return describe(department_id, row)


def revoke_exception(
    *, department_id: UUID, exception_id: UUID, reason: str, roles: Collection[str], actor: Actor, at: datetime
) -> RuleException:
    """End an approved one now: shifts that are bid for, awarded or begun afterwards are judged without it.

    Raises ExceptionNotFound, AlreadyDecided, DeciderMissing, ReasonNeeded.
    """
    with transaction.atomic(), inside(department_id=department_id):
        row = _locked(exception_id)
        if row.state != PolicyException.State.APPROVED:
            raise AlreadyDecided(str(row.state), row.decided_at)
        require_decider(approval_role=row.approval_role, roles=roles, asked_by=[], actor=actor)
        row.revocation_reason = checked_reason(reason)
        row.state = PolicyException.State.REVOKED
        row.revoked_by, row.revoked_at = actor.label[:200], at
        row.save()
        _record("revoked", row, department_id, actor, at, before="approved", reason=row.revocation_reason)
        _announce(DECIDED, row, department_id, at)
        return describe(department_id, row)


def describe(department_id: UUID, row: PolicyException) -> RuleException:
    entry = row.roster_entry
    copied = {name: getattr(row, name) for name in _COPIED}
    return RuleException(
        exception_id=row.id,
        department_id=department_id,
        entry_id=entry.id,
        officer_id=entry.officer_id,
        officer_name=entry.full_name,
        badge_number=entry.badge_number,
        deciding_role=deciding_role(row.approval_role),
        state=str(row.state),
        **copied,
    )


_COPIED = (
    "rule_id", "outcome", "sentence", "shift_id", "starts_at", "expires_at", "reason", "requested_by_person_id",
    "requested_by", "requested_at", "decided_by", "decided_role", "decided_at", "decision_reason", "revoked_by",
    "revoked_at", "revocation_reason", "numbers",
)  # fmt: skip


def _request(
    *,
    department_id: UUID,
    entry: RosterEntry,
    rule_id: str,
    starts_at: datetime,
    expires_at: datetime,
    reason: str,
    actor: Actor,
    at: datetime,
    **facts: Any,
) -> RuleException:
    if not may_be_waived(rule_id):
        raise NeverWaived(rule_id)
    _check_expiry(starts_at, expires_at, at)
    try:
        with transaction.atomic():
            row = PolicyException.objects.create(
                roster_entry=entry,
                rule_id=rule_id,
                starts_at=starts_at,
                expires_at=expires_at,
                reason=checked_reason(reason, sentence="Say why: whoever decides reads it."),
                requested_by_person_id=actor.person_id,
                requested_by=actor.label[:200],
                requested_at=at,
                **facts,
            )
    except IntegrityError as error:
        if "one_open_exception_request" in str(error):
            raise ExceptionAskedAlready(rule_id) from error
        raise
    _record("requested", row, department_id, actor, at, before="", reason=row.reason)
    _announce(REQUESTED, row, department_id, at)
    return describe(department_id, row)


def _check_expiry(starts_at: datetime, expires_at: datetime, at: datetime) -> None:
    if expires_at <= max(starts_at, at):
        raise ExpiryInvalid("An exception ends at some time to come: choose a later one.")
    if expires_at > at + LONGEST:
        raise ExpiryInvalid("An exception lasts at most a year. Change the policy for what is to stay.")


def _locked(exception_id: UUID) -> PolicyException:
    row = (
        PolicyException.objects.select_for_update(of=("self",))
        .select_related("roster_entry")
        .filter(id=exception_id)
        .first()
    )
    if row is None:
        raise ExceptionNotFound()
    return row


def _record(
    verb: str, row: PolicyException, department_id: UUID, actor: Actor, at: datetime, *, before: str, reason: str
) -> None:
    audit.record(
        actor=actor,
        action=f"policy_exception.{verb}",
        subject_kind="policy_exception",
        subject_id=row.id,
        tenant_id=department_id,
        at=at,
        before={"state": before} if before else {},
        after={
            "state": str(row.state),
            "rule_id": row.rule_id,
            "entry_id": str(row.roster_entry_id),
            "shift_id": str(row.shift_id) if row.shift_id else None,
            "expires_at": row.expires_at.isoformat(),
        },
        reason=reason,
    )


def _announce(name: str, row: PolicyException, department_id: UUID, at: datetime) -> None:
    """Identifiers alone: reasons are personnel data and stay in the department's schema."""
    payload = {"department_id": str(department_id), "exception_id": str(row.id)}
    outbox.announce(name=name, payload=payload, tenant_id=department_id, at=at)
