"""Versions of a department's rules: published once, never edited, in force from a date."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from departments.access import department, inside, inside_of
from departments.models import PolicyVersion
from departments.policy.documents import Policy
from departments.policy.loading import load_policy
from departments.refusals import NoPolicyInForce, PolicyPublishedMeanwhile, UnknownPolicyVersion
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.reading import read_once, recall, remember
from tenants.context import current_tenant

# Reading a document again for every verdict would cost more than the verdict. Documents never change under one hash.
_PARSED: dict[tuple[int, str], Policy] = {}
_PARSED_LIMIT = 256


@dataclass(frozen=True, slots=True)
class PolicySnapshot:
    """One published version. `document` is plain JSON; `policy` the same, read."""

    department_id: UUID
    version: int
    sha256: str
    effective_from_date: date
    document: Mapping[str, Any]
    note: str
    published_by_person_id: UUID | None
    published_at: datetime
    policy: Policy
    cases: tuple[Mapping[str, str], ...] = ()

    @property
    def effective_until_date(self) -> date | None:
        """The first day on which it no longer counts; None: until a later version."""
        return self.policy.effective_until_date


def publish_policy(
    *,
    department_id: UUID,
    document: Mapping[str, Any],
    effective_from_date: date,
    note: str,
    cases: Sequence[Mapping[str, str]] = (),
    actor: Actor,
    at: datetime,
) -> PolicySnapshot:
    """Add the next version. The document's own `effective_from_date` is replaced by the one given.

    Whether the day suits the other versions, the cases and what was judged already is asked by those who publish for
    people: `departments.policy_publication` and `marketplace.policy_publishing`.
    Announces departments.policy_published {department_id, version, jurisdiction: {polygons, places, postal_prefixes}}.
    Raises PolicyInvalid with every mistake, PolicyPublishedMeanwhile.
    """
    with transaction.atomic(), inside(department_id=department_id):
        return add_version(
            department_id=department_id,
            document=document,
            effective_from_date=effective_from_date,
            note=note,
            cases=cases,
            actor=actor,
            at=at,
        )


def add_version(
    *,
    department_id: UUID,
    document: Mapping[str, Any],
    effective_from_date: date,
    note: str,
    cases: Sequence[Mapping[str, str]],
    actor: Actor,
    at: datetime,
) -> PolicySnapshot:
    """`publish_policy` for callers that are inside the department's schema, in a transaction, already."""
    dated = {**document, "effective_from_date": effective_from_date.isoformat()}
    latest = PolicyVersion.objects.order_by("-number").first()
    number = 1 if latest is None else latest.number + 1
    policy = load_policy(dated, version=number)
    try:
        with transaction.atomic():
            row = PolicyVersion.objects.create(
                number=number,
                effective_from_date=effective_from_date,
                document=dict(policy.data),
                sha256=policy.sha256,
                cases=[dict(case) for case in cases],
                note=note,
                published_by_person_id=actor.person_id,
                published_at=at,
            )
    except IntegrityError as error:
        raise PolicyPublishedMeanwhile(number) from error
    audit.record(
        actor=actor,
        action="policy.published",
        subject_kind="policy_version",
        subject_id=row.id,
        tenant_id=department_id,
        at=at,
        before={} if latest is None else {"version": latest.number, "sha256": latest.sha256},
        after={"version": number, "sha256": row.sha256, "effective_from_date": effective_from_date.isoformat()},
        reason=note,
    )
    outbox.announce(
        name="departments.policy_published",
        payload={
            "department_id": str(department_id),
            "version": number,
            "effective_from_date": effective_from_date.isoformat(),
            "jurisdiction": {
                "polygons": [dict(polygon) for polygon in policy.jurisdiction.polygons],
                "places": list(policy.jurisdiction.places),
                "postal_prefixes": list(policy.jurisdiction.postal_prefixes),
            },
        },
        tenant_id=department_id,
        at=at,
    )
    return _snapshot(department_id, row)


def policy_in_force(*, department_id: UUID, on_date: date) -> Policy:
    """The newest version whose first day is on or before `on_date` (the department's local date) and has not ended.

    Raises NoPolicyInForce.
    """
    return policies_in_force(department_id=department_id, on_dates=[on_date])[on_date]


def policy_at(*, department_id: UUID, at: datetime) -> Policy:
    """The version in force on the department's own calendar day of `at`. Raises NoPolicyInForce."""
    tenant = department(department_id=department_id)
    on_date = at.astimezone(ZoneInfo(tenant.time_zone)).date()
    with inside_of(tenant):
        return read_policies_in_force(on_dates=[on_date])[on_date]


def policies_in_force(*, department_id: UUID, on_dates: Iterable[date]) -> dict[date, Policy]:
    """The same for many dates in one query. Raises NoPolicyInForce for the first date without a version."""
    wanted = sorted(set(on_dates))
    if not wanted:
        return {}
    with inside(department_id=department_id):
        return read_policies_in_force(on_dates=wanted)


def read_policies_in_force(*, on_dates: Iterable[date]) -> dict[date, Policy]:
    """For callers that are inside the department's schema already."""
    wanted = sorted(set(on_dates))
    rows = _published_by(wanted[-1])
    found: dict[date, Policy] = {}
    for on_date in wanted:
        row = next((row for row in rows if _counts_on(row, on_date)), None)
        if row is None:
            raise NoPolicyInForce(on_date)
        found[on_date] = _read(row)
    return found


def policy_version(*, department_id: UUID, version: int) -> Policy:
    """Raises UnknownPolicyVersion."""
    return policy_versions(department_id=department_id, versions=[version])[version]


def policy_versions(*, department_id: UUID, versions: Iterable[int]) -> dict[int, Policy]:
    """Many versions in one query. Raises UnknownPolicyVersion for the first that is not there."""
    wanted = sorted(set(versions))
    with inside(department_id=department_id):
        found = {row.number: _read(row) for row in _numbered(tuple(wanted))}
    for version in wanted:
        if version not in found:
            raise UnknownPolicyVersion(version)
    return found


def pinned_policies(*, pins: Iterable[tuple[UUID, int, str]]) -> dict[tuple[UUID, int], Policy]:
    """Versions by (department, version) that the caller pinned by their hash as well.

    A hash that this process has read once is not asked for again, so a list over many departments costs no query for
    each of them. Raises UnknownPolicyVersion.
    """
    found: dict[tuple[UUID, int], Policy] = {}
    unread: dict[UUID, set[int]] = {}
    for department_id, version, sha256 in pins:
        known = _PARSED.get((version, sha256))
        if known is None:
            unread.setdefault(department_id, set()).add(version)
        else:
            found[(department_id, version)] = known
    for department_id in sorted(unread):
        for version, policy in policy_versions(department_id=department_id, versions=unread[department_id]).items():
            found[(department_id, version)] = policy
    return found


def _published_by(on_date: date) -> list[PolicyVersion]:
    """The newest first. Versions are never edited, so one reading request needs them once."""
    return read_once(
        ("policies in force", _schema(), on_date),
        lambda: [
            _known(row) for row in PolicyVersion.objects.filter(effective_from_date__lte=on_date).order_by("-number")
        ],
    )


def _numbered(numbers: tuple[int, ...]) -> list[PolicyVersion]:
    known = [row for number in numbers if (row := recall(("policy", _schema(), number))) is not None]
    if len(known) == len(numbers):
        return known
    return [_known(row) for row in PolicyVersion.objects.filter(number__in=numbers)]


def _known(row: PolicyVersion) -> PolicyVersion:
    remember(("policy", _schema(), row.number), row)
    return row


def _counts_on(row: PolicyVersion, on_date: date) -> bool:
    """A version may end by itself; then the one before it counts again."""
    until = row.document.get("effective_until_date")
    return row.effective_from_date <= on_date and (not until or on_date < date.fromisoformat(until))


def _schema() -> str:
    tenant = current_tenant()
    return "" if tenant is None else str(tenant.schema_name)


def list_policies(*, department_id: UUID) -> list[PolicySnapshot]:
    """All versions, the newest first."""
    with inside(department_id=department_id):
        return read_versions(department_id=department_id)


def read_versions(*, department_id: UUID) -> list[PolicySnapshot]:
    """`list_policies` for callers that are inside the department's schema already."""
    return [_snapshot(department_id, row) for row in PolicyVersion.objects.order_by("-number")]


def policy_snapshot(*, department_id: UUID, version: int) -> PolicySnapshot:
    """One version with who published it, when, why and with which cases. Raises UnknownPolicyVersion."""
    with inside(department_id=department_id):
        row = PolicyVersion.objects.filter(number=version).first()
        if row is None:
            raise UnknownPolicyVersion(version)
        return _snapshot(department_id, row)


def _snapshot(department_id: UUID, row: PolicyVersion) -> PolicySnapshot:
    return PolicySnapshot(
        department_id=department_id,
        version=row.number,
        sha256=row.sha256,
        effective_from_date=row.effective_from_date,
        document=row.document,
        note=row.note,
        published_by_person_id=row.published_by_person_id,
        published_at=row.published_at,
        policy=_read(row),
        cases=tuple(row.cases),
    )


def _read(row: PolicyVersion) -> Policy:
    key = (row.number, row.sha256)
    if key not in _PARSED:
        if len(_PARSED) >= _PARSED_LIMIT:
            _PARSED.clear()
        _PARSED[key] = load_policy(row.document, version=row.number)
    return _PARSED[key]
