"""The roster: who serves, in which rank and status. What the marketplace may know of it leaves by announcement only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from departments.access import inside
from departments.models import Credential, RosterEntry
from departments.refusals import AlreadyLeft, BadgeTaken, RosterEntryNotFound, WorkEmailTaken
from departments.standing import announce_roster_change
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class RosterMember:
    """One roster entry as it was when it was read. `officer_id` is None until the member has joined."""

    entry_id: UUID
    department_id: UUID
    officer_id: UUID | None
    badge_number: str
    given_name: str
    family_name: str
    work_email: str
    rank_code: str
    seniority_date: date
    status: str
    may_work_from_date: date | None
    may_work_until_date: date | None
    credential_codes: tuple[str, ...]
    joined_at: datetime | None
    left_at: datetime | None
    version: int
    unit: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def has_joined(self) -> bool:
        return self.officer_id is not None


def add_member(
    *,
    department_id: UUID,
    badge_number: str,
    given_name: str,
    family_name: str,
    work_email: str,
    rank_code: str,
    seniority_date: date,
    status: str = "active",
    actor: Actor,
    at: datetime,
) -> RosterMember:
    """Raises BadgeTaken, WorkEmailTaken, and InvalidInput for malformed texts or an unknown status."""
    _check_status(status)
    with transaction.atomic(), inside(department_id=department_id):
        entry = RosterEntry(
            badge_number=badge_number.strip(),
            given_name=given_name.strip(),
            family_name=family_name.strip(),
            work_email=work_email.strip().lower(),
            rank_code=rank_code,
            seniority_date=seniority_date,
            status=status,
        )
        _store(entry)
        audit.record(
            actor=actor,
            action="roster.member_added",
            subject_kind="roster_entry",
            subject_id=entry.id,
            tenant_id=department_id,
            at=at,
            after={"badge_number": entry.badge_number, "rank_code": rank_code, "status": status},
        )
        return describe(department_id, entry)


def list_members(*, department_id: UUID, text: str = "", status: str | None = None) -> list[RosterMember]:
    """Sorted by name. `text` is looked for in names, badge and work address. Those who left only when asked for."""
    with inside(department_id=department_id):
        entries = RosterEntry.objects.all()
        entries = entries.filter(status=status) if status else entries.exclude(status=RosterEntry.Status.LEFT)
        for word in text.split():
            entries = entries.filter(
                Q(given_name__icontains=word)
                | Q(family_name__icontains=word)
                | Q(badge_number__icontains=word)
                | Q(work_email__icontains=word)
            )
        return [describe(department_id, entry) for entry in entries]


def member(*, department_id: UUID, entry_id: UUID) -> RosterMember:
    """Raises RosterEntryNotFound."""
    with inside(department_id=department_id):
        entry = RosterEntry.objects.filter(id=entry_id).first()
        if entry is None:
            raise RosterEntryNotFound()
        return describe(department_id, entry)


def member_by_badge(*, department_id: UUID, badge_number: str) -> RosterMember:
    """The serving member with that badge. Raises RosterEntryNotFound."""
    with inside(department_id=department_id):
        entry = (
            RosterEntry.objects.exclude(status=RosterEntry.Status.LEFT)
            .filter(badge_number=badge_number.replace("\x00", "").strip())
            .first()
        )
        if entry is None:
            raise RosterEntryNotFound()
        return describe(department_id, entry)


def member_of_officer(*, department_id: UUID, officer_id: UUID) -> RosterMember:
    """Raises RosterEntryNotFound."""
    members = members_of_officers(department_id=department_id, officer_ids=[officer_id])
    if officer_id not in members:
        raise RosterEntryNotFound()
    return members[officer_id]


def members_of_officers(*, department_id: UUID, officer_ids: list[UUID]) -> dict[UUID, RosterMember]:
    """Officers without an entry here are left out."""
    with inside(department_id=department_id):
        entries = list(RosterEntry.objects.filter(officer_id__in=officer_ids))
    return {entry.officer_id: describe(department_id, entry) for entry in entries if entry.officer_id}


def change_member(
    *,
    department_id: UUID,
    entry_id: UUID,
    rank_code: str | None = None,
    status: str | None = None,
    may_work_from_date: date | None = None,
    may_work_until_date: date | None = None,
    credential_codes: list[str] | None = None,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> RosterMember:
    """Change what was given, leave what is None. Announces departments.roster_changed when the member has joined.

    Raises RosterEntryNotFound, AlreadyLeft, InvalidInput. Leaving is `remove_member`.
    """
    changes = {
        "rank_code": rank_code,
        "status": status,
        "may_work_from_date": may_work_from_date,
        "may_work_until_date": may_work_until_date,
        "credential_codes": credential_codes,
    }
    if status is not None:
        _check_status(status)
    with transaction.atomic(), inside(department_id=department_id):
        entry = locked_entry(entry_id)
        before = {name: _text(getattr(entry, name)) for name, value in changes.items() if value is not None}
        for name, value in changes.items():
            if value is not None:
                setattr(entry, name, value)
        entry.version += 1
        _store(entry)
        if credential_codes is not None:
            _hold_exactly(entry, credential_codes)
        audit.record(
            actor=actor,
            action="roster.member_changed",
            subject_kind="roster_entry",
            subject_id=entry.id,
            tenant_id=department_id,
            at=at,
            before=before,
            after={name: _text(value) for name, value in changes.items() if value is not None},
            reason=reason,
        )
        announce_roster_change(department_id=department_id, entry=entry, at=at)
        return describe(department_id, entry)


def change_status(
    *, department_id: UUID, entry_id: UUID, status: str, reason: str = "", actor: Actor, at: datetime
) -> RosterMember:
    """The reason stays in the department's own audit trail: the marketplace learns only whether they may work."""
    return change_member(
        department_id=department_id, entry_id=entry_id, status=status, reason=reason, actor=actor, at=at
    )


def remove_member(*, department_id: UUID, entry_id: UUID, actor: Actor, at: datetime, reason: str = "") -> RosterMember:
    """The member leaves. From this transaction on no bid, award or clock-in passes; the announcement, with left=true,
    ends their service on the marketplace.

    Raises RosterEntryNotFound, AlreadyLeft.
    """
    with transaction.atomic(), inside(department_id=department_id):
        entry = locked_entry(entry_id)
        before = entry.status
        entry.status = RosterEntry.Status.LEFT
        entry.left_at = at
        entry.version += 1
        _store(entry)
        entry.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=at)
        audit.record(
            actor=actor,
            action="roster.member_left",
            subject_kind="roster_entry",
            subject_id=entry.id,
            tenant_id=department_id,
            at=at,
            before={"status": before},
            after={"status": entry.status},
            reason=reason,
        )
        announce_roster_change(department_id=department_id, entry=entry, at=at)
        return describe(department_id, entry)


def locked_entry(entry_id: UUID) -> RosterEntry:
    """Inside the department's schema, in a transaction. Raises RosterEntryNotFound, AlreadyLeft."""
    entry = RosterEntry.objects.select_for_update().filter(id=entry_id).first()
    if entry is None:
        raise RosterEntryNotFound()
    if entry.status == RosterEntry.Status.LEFT:
        raise AlreadyLeft(entry.left_at)
    return entry


def refresh_credential_codes(entries: Sequence[RosterEntry], *, on_date: date) -> None:
    """The public shadow of what they hold and has not expired. Not saved: the caller saves the entries."""
    held: dict[UUID, list[str]] = {entry.id: [] for entry in entries}
    rows = Credential.objects.filter(roster_entry_id__in=list(held)).exclude(expires_date__lt=on_date)
    for entry_id, code in rows.order_by("code").values_list("roster_entry_id", "code"):
        held[entry_id].append(code)
    for entry in entries:
        entry.credential_codes = held[entry.id]


def _hold_exactly(entry: RosterEntry, codes: Sequence[str]) -> None:
    """For callers that know codes alone: what is new never expires, what is no longer named is gone."""
    known = set(entry.credentials.values_list("code", flat=True))
    entry.credentials.exclude(code__in=codes).delete()
    Credential.objects.bulk_create(
        Credential(roster_entry=entry, code=code, source="entered")
        for code in dict.fromkeys(codes)
        if code not in known
    )


def describe(department_id: UUID, entry: RosterEntry) -> RosterMember:
    return RosterMember(
        entry_id=entry.id,
        department_id=department_id,
        officer_id=entry.officer_id,
        badge_number=entry.badge_number,
        given_name=entry.given_name,
        family_name=entry.family_name,
        work_email=entry.work_email,
        rank_code=entry.rank_code,
        seniority_date=entry.seniority_date,
        status=str(entry.status),
        may_work_from_date=entry.may_work_from_date,
        may_work_until_date=entry.may_work_until_date,
        credential_codes=tuple(entry.credential_codes),
        joined_at=entry.joined_at,
        left_at=entry.left_at,
        version=entry.version,
        unit=entry.unit,
    )


def _store(entry: RosterEntry) -> None:
    _check_texts(entry)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        if "one_serving_officer_per_badge" in str(error):
            raise BadgeTaken(entry.badge_number) from error
        if "one_serving_officer_per_work_email" in str(error):
            raise WorkEmailTaken(entry.work_email) from error
        raise


def _check_texts(entry: RosterEntry) -> None:
    """Lengths, blanks and the address's shape, before PostgreSQL answers with an error that names no field."""
    for name in ("badge_number", "given_name", "family_name", "work_email", "rank_code"):
        if "\x00" in getattr(entry, name):
            raise InvalidInput("Type this again: it holds a character that cannot be stored.", field=name)
    try:
        entry.clean_fields(exclude=["officer_id", "status"])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise InvalidInput(f"{name.replace('_', ' ').capitalize()}: {messages[0]}", field=name) from error


def _check_status(status: str) -> None:
    allowed = [value for value in RosterEntry.Status.values if value != RosterEntry.Status.LEFT]
    if status not in allowed:
        raise InvalidInput(f"“{status}” is not a status. Choose one of: {', '.join(allowed)}.", field="status")


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
