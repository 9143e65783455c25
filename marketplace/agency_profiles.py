"""What an agency shows of itself to clients who compare offers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput
from marketplace.models import AgencyProfile
from marketplace.terms import check_text

MAXIMUM_INSURED_CENTS = 100_000_000_00


def profiles_of(*, agency_ids: Collection[UUID]) -> Mapping[UUID, AgencyProfile]:
    return AgencyProfile.objects.in_bulk(list(agency_ids))


def save_profile(
    *,
    agency_id: UUID,
    licence_number: str,
    insurer: str,
    insured_cents: int,
    insured_until_date: date | None,
    about: str,
    actor: Actor,
    at: datetime,
) -> AgencyProfile:
    """Raises InvalidInput, TextTooLong, TextUnreadable."""
    check_text(field="about", what="the text", text=about, maximum=500, required=False)
    if not 0 <= insured_cents <= MAXIMUM_INSURED_CENTS:
        raise InvalidInput("The insured sum is at most 100 million.", field="insured")
    if bool(insurer.strip()) != bool(insured_cents):
        raise InvalidInput("Name the insurer together with the insured sum.", field="insurer")
    profile, _ = AgencyProfile.objects.update_or_create(
        agency_id=agency_id,
        defaults={
            "licence_number": licence_number.strip(),
            "insurer": insurer.strip(),
            "insured_cents": insured_cents,
            "insured_until_date": insured_until_date,
            "about": about.strip(),
            "changed_at": at,
        },
    )
    audit.record(
        actor=actor,
        action="agency.profile_saved",
        subject_kind="agency",
        subject_id=agency_id,
        tenant_id=agency_id,
        at=at,
    )
    return profile
