"""Who issues documents: a department, an agency, or the platform itself; and what stands at the top of its paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from billing.documents.content import Party
from billing.models import IssuerProfile
from kernel.languages import language_of
from tenants.models import Tenant
from tenants.queries import get_tenant

# The platform is no tenant. Its documents have a series of their own under this identifier, for ever.
PLATFORM_ISSUER_ID: Final = UUID("00000000-0000-7000-8000-6d7573746572")
PLATFORM_NAME: Final = "Muster"
_NAMES_OF_TAX_NUMBERS: Final = {"CA": "GST/HST", "US": "Tax ID"}


@dataclass(frozen=True, slots=True)
class Issuer:
    """`code` begins the document's number, `zone` says when its year turns. `language` is of documents to itself."""

    id: UUID
    code: str
    zone: str
    party: Party
    language: str
    logo_sha256: str = ""

    def local_date(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()


def issuer_of(*, tenant_id: UUID) -> Issuer:
    """A department or an agency as its documents show it. Raises UnknownTenant."""
    tenant = get_tenant(tenant_id=tenant_id)
    profile = profile_of(tenant_id=tenant.id)
    return Issuer(
        id=tenant.id,
        code=_code(tenant),
        zone=tenant.time_zone,
        party=Party(
            name=profile.legal_name or tenant.name,
            address=profile.address or tenant.address,
            email=tenant.contact_email,
            phone=tenant.contact_phone,
            tax_numbers=_tax_numbers(tenant, profile),
        ),
        language=language_of(profile.language or tenant.language),
        logo_sha256=profile.logo_id or "",
    )


def platform_issuer() -> Issuer:
    return Issuer(
        id=PLATFORM_ISSUER_ID,
        code="MUSTER",
        zone=settings.PLATFORM_TIME_ZONE,
        party=Party(
            name=settings.PLATFORM_LEGAL_NAME,
            address=settings.PLATFORM_ADDRESS,
            tax_numbers=(f"GST/HST {settings.SERVICE_FEE_TAX_NUMBER}",) if settings.SERVICE_FEE_TAX_NUMBER else (),
        ),
        language=language_of("en"),
    )


def profile_of(*, tenant_id: UUID) -> IssuerProfile:
    """What the tenant said of itself; an empty one, not stored, while it has said nothing."""
    return IssuerProfile.objects.filter(tenant_id=tenant_id).first() or IssuerProfile(tenant_id=tenant_id)


def name_of_tax_number(country: str) -> str:
    return _NAMES_OF_TAX_NUMBERS.get(country, "Tax ID")


def _tax_numbers(tenant: Tenant, profile: IssuerProfile) -> tuple[str, ...]:
    found = []
    if profile.tax_number:
        found.append(f"{name_of_tax_number(tenant.country)} {profile.tax_number}")
    if profile.regional_tax_number:
        found.append(f"{tenant.region} {profile.regional_tax_number}")
    return tuple(found)


def _code(tenant: Tenant) -> str:
    return "".join(character for character in tenant.short_name.upper() if character.isalnum())[:12] or "DEPT"
