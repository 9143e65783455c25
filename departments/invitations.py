"""Officers join by invitation: a link and a one-time code, sent to the work address that the roster has for them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from departments.access import inside
from departments.models import Invitation, RosterEntry
from departments.refusals import AlreadyJoined, InvitationCodeWrong, InvitationExpired, InvitationNotFound
from departments.roster import RosterMember, describe, locked_entry
from departments.standing import announce_roster_change
from kernel import audit, outbox
from kernel.actors import Actor

LIFETIME = timedelta(days=7)
CODE_LENGTH = 8
# No vowels and no look-alikes: the code is typed from one screen into another.
_CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
_TOKEN_SALT = "departments.invitation"


@dataclass(frozen=True, slots=True)
class Invited:
    """The only moment at which the code exists in readable form: only a keyed hash of it is stored."""

    invitation_id: UUID
    department_id: UUID
    code: str
    link_token: str
    sent_to: str
    given_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What the joining page may show. `member` is the roster entry that is being joined."""

    invitation_id: UUID
    department_id: UUID
    sent_to: str
    expires_at: datetime
    attempts_left: int
    member: RosterMember

    @property
    def sent_to_shortened(self) -> str:
        """Enough to know which mailbox, and no more: links are forwarded."""
        name, _, host = self.sent_to.partition("@")
        return f"{name[:1]}…@{host}"


def invite_member(*, department_id: UUID, entry_id: UUID, actor: Actor, at: datetime) -> Invited:
    """A new invitation; an earlier open one stops working. Announces departments.member_invited {invitation_id, …}.

    Raises RosterEntryNotFound, AlreadyLeft, AlreadyJoined.
    """
    code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(CODE_LENGTH))
    with transaction.atomic(), inside(department_id=department_id):
        entry = locked_entry(entry_id)
        if entry.officer_id is not None:
            raise AlreadyJoined()
        entry.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=at)
        invitation = Invitation(
            roster_entry=entry,
            sent_to=entry.work_email,
            invited_by_person_id=actor.person_id,
            invited_at=at,
            expires_at=at + LIFETIME,
        )
        invitation.code_hash = _hash(invitation.id, code)
        invitation.save()
        audit.record(
            actor=actor,
            action="invitation.sent",
            subject_kind="roster_entry",
            subject_id=entry.id,
            tenant_id=department_id,
            at=at,
            after={"invitation_id": str(invitation.id), "sent_to": invitation.sent_to},
        )
        outbox.announce(
            name="departments.member_invited",
            payload={
                "department_id": str(department_id),
                "invitation_id": str(invitation.id),
                "email": invitation.sent_to,
            },
            tenant_id=department_id,
            at=at,
        )
        return Invited(
            invitation_id=invitation.id,
            department_id=department_id,
            code=code,
            link_token=signing.dumps(str(invitation.id), salt=_TOKEN_SALT),
            sent_to=invitation.sent_to,
            given_name=entry.given_name,
            expires_at=invitation.expires_at,
        )


def invitation_of_token(*, link_token: str) -> UUID:
    """The invitation that a link names. Raises InvitationNotFound for a link that we did not make."""
    try:
        return UUID(signing.loads(link_token, salt=_TOKEN_SALT))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise InvitationNotFound() from error


def open_invitation(*, department_id: UUID, invitation_id: UUID, at: datetime | None = None) -> OpenInvitation:
    """Raises InvitationNotFound, AlreadyJoined and, when `at` is given, InvitationExpired."""
    with inside(department_id=department_id):
        invitation = Invitation.objects.select_related("roster_entry").filter(id=invitation_id).first()
        invitation = _usable(invitation, at)
        return OpenInvitation(
            invitation_id=invitation.id,
            department_id=department_id,
            sent_to=invitation.sent_to,
            expires_at=invitation.expires_at,
            attempts_left=invitation.attempts_left,
            member=describe(department_id, invitation.roster_entry),
        )


def check_code(*, department_id: UUID, invitation_id: UUID, code: str, at: datetime) -> OpenInvitation:
    """Does the reader hold the code? A wrong one costs an attempt, and that cost is committed: never call this inside
    a transaction that the refusal would roll back.

    Raises InvitationNotFound, InvitationExpired, AlreadyJoined, InvitationCodeWrong.
    """
    with transaction.atomic(durable=True), inside(department_id=department_id):
        invitation = Invitation.objects.select_for_update().filter(id=invitation_id).first()
        invitation = _usable(invitation, at)
        right = invitation.attempts_left > 0 and _matches(invitation, code)
        if not right:
            invitation.attempts_left = max(0, invitation.attempts_left - 1)
            invitation.save(update_fields=["attempts_left"])
    if not right:
        raise InvitationCodeWrong(invitation.attempts_left)
    return open_invitation(department_id=department_id, invitation_id=invitation_id, at=at)


def accept_invitation(
    *, department_id: UUID, invitation_id: UUID, code: str, officer_id: UUID, actor: Actor, at: datetime
) -> RosterMember:
    """Tie the roster entry to its officer. Announces departments.roster_changed, from which the standing is made.

    Call `check_code` first: here a wrong code is refused without counting. A member who comes back takes over the
    officer of their earlier entry, and its count of changes, so that old announcements stay old.
    Raises InvitationNotFound, InvitationExpired, AlreadyJoined, AlreadyLeft, InvitationCodeWrong.
    """
    with transaction.atomic(), inside(department_id=department_id):
        found = Invitation.objects.filter(id=invitation_id).values_list("roster_entry_id", flat=True).first()
        if found is None:
            raise InvitationNotFound()
        entry = locked_entry(found)
        invitation = _usable(Invitation.objects.select_for_update().filter(id=invitation_id).first(), at)
        if invitation.attempts_left == 0 or not _matches(invitation, code):
            raise InvitationCodeWrong(invitation.attempts_left)
        if entry.officer_id is not None:
            raise AlreadyJoined()
        earlier = RosterEntry.objects.select_for_update().filter(officer_id=officer_id).first()
        if earlier is not None:
            if earlier.status != RosterEntry.Status.LEFT:
                raise AlreadyJoined()
            entry.version = max(entry.version, earlier.version)
            earlier.officer_id = None
            earlier.save(update_fields=["officer_id"])
        entry.officer_id = officer_id
        entry.joined_at = at
        entry.version += 1
        entry.save(update_fields=["officer_id", "joined_at", "version"])
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
        audit.record(
            actor=actor,
            action="invitation.accepted",
            subject_kind="roster_entry",
            subject_id=entry.id,
            tenant_id=department_id,
            at=at,
            after={"officer_id": str(officer_id), "invitation_id": str(invitation.id)},
        )
        announce_roster_change(department_id=department_id, entry=entry, at=at)
        return describe(department_id, entry)


def _usable(invitation: Invitation | None, at: datetime | None) -> Invitation:
    if invitation is None or invitation.withdrawn_at is not None:
        raise InvitationNotFound()
    if invitation.accepted_at is not None:
        raise AlreadyJoined()
    if at is not None and at >= invitation.expires_at:
        raise InvitationExpired(invitation.expires_at)
    return invitation


def _hash(invitation_id: UUID, code: str) -> str:
    tidy = "".join(code.upper().split()).replace("-", "")
    return salted_hmac("departments.invitation.code", f"{invitation_id}:{tidy}", algorithm="sha256").hexdigest()


def _matches(invitation: Invitation, code: str) -> bool:
    return constant_time_compare(invitation.code_hash, _hash(invitation.id, code))
