"""Which papers a department wants from a client, by when, and what is wrong with one that was brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from departments.policy.codes import names_code, same_code

if TYPE_CHECKING:
    from departments.policy.documents import Policy

Gate = Literal["approval", "opening"]


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """All conditions that are stated must hold. Of several entries with one code, the first that fits counts."""

    code: str
    name: str
    event_types: tuple[str, ...] = ()
    when_alcohol: bool = False
    at_crowd: int | None = None
    at_officers: int | None = None
    client_kinds: tuple[str, ...] = ()
    exempt_client_kinds: tuple[str, ...] = ()
    minimum_cover_cents: int | None = None
    # False for a paper that does not run out, such as a traffic plan.
    expires: bool = True
    valid_days_after_event: int = 0
    due_hours_before_start: int = 0
    gates: Gate = "approval"
    text: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What a job is, as far as papers depend on it. `officers` of its largest shift; half-open, aware."""

    event_type: str
    client_kind: str
    starts_at: datetime
    ends_at: datetime
    officers: int
    alcohol: bool = False
    crowd: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentDemand:
    """One paper asked of one job. `valid_through_date` is the last day on which it must hold; None: it has no end."""

    code: str
    name: str
    text: str
    example: str
    gates: Gate
    due_at: datetime
    valid_through_date: date | None
    minimum_cover_cents: int | None


def documents_required(*, policy: Policy, job: JobFacts) -> list[DocumentDemand]:
    """In the order of the policy."""
    demands: dict[str, DocumentDemand] = {}
    for rule in policy.required_documents:
        code = same_code(rule.code)
        if code not in demands and _fits(rule, job):
            demands[code] = DocumentDemand(
                code=rule.code,
                name=rule.name,
                text=rule.text,
                example=rule.example,
                gates=rule.gates,
                due_at=job.starts_at - timedelta(hours=rule.due_hours_before_start),
                valid_through_date=_valid_through(rule, policy, job),
                minimum_cover_cents=rule.minimum_cover_cents,
            )
    return list(demands.values())


def document_fault(
    *,
    name: str,
    valid_through_date: date | None,
    minimum_cover_cents: int | None,
    expires_date: date | None,
    cover_cents: int | None,
) -> str:
    """What is wrong with a paper that was brought for a demand, as a sentence; empty when nothing is.

    `expires_date` is the last day on which the paper holds.
    """
    if valid_through_date is not None:
        if expires_date is None:
            return f"Say until when the {_inner(name)} is valid: it must be through {valid_through_date.isoformat()}."
        if expires_date < valid_through_date:
            return (
                f"The {_inner(name)} ends on {expires_date.isoformat()}; it must be valid through "
                f"{valid_through_date.isoformat()}."
            )
    if minimum_cover_cents is not None and (cover_cents is None or cover_cents < minimum_cover_cents):
        given = "no amount is given" if cover_cents is None else f"this one covers {cover_cents / 100:,.2f}"
        return f"The {_inner(name)} must cover {minimum_cover_cents / 100:,.2f} or more; {given}."
    return ""


def _fits(rule: RequiredDocument, job: JobFacts) -> bool:
    return (
        (not rule.event_types or names_code(rule.event_types, job.event_type))
        and (not rule.when_alcohol or job.alcohol)
        and (rule.at_crowd is None or (job.crowd is not None and job.crowd >= rule.at_crowd))
        and (rule.at_officers is None or job.officers >= rule.at_officers)
        and (not rule.client_kinds or names_code(rule.client_kinds, job.client_kind))
        and not names_code(rule.exempt_client_kinds, job.client_kind)
    )


def _valid_through(rule: RequiredDocument, policy: Policy, job: JobFacts) -> date | None:
    if not rule.expires:
        return None
    # Half-open: an event that ends at midnight ends on the day before.
    last_moment = job.ends_at - timedelta(microseconds=1)
    last_day = last_moment.astimezone(ZoneInfo(policy.time_zone)).date()
    return last_day + timedelta(days=rule.valid_days_after_event)


def _inner(name: str) -> str:
    """A name inside a sentence: “Certificate of insurance” → “certificate of insurance”, “COI” stays."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
