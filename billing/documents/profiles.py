"""What a department or an agency wants on its documents: name in law, address, tax numbers, logo, language."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from billing.documents.logos import Logo, keep_logo
from billing.models import IssuerProfile
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput
from kernel.languages import LANGUAGES
from tenants.queries import get_tenant

_MAXIMUM: Final = {"legal_name": 160, "address": 300, "tax_number": 40, "regional_tax_number": 40}
_WORDS: Final = {
    "legal_name": "the name in law",
    "address": "the address",
    "tax_number": "the tax number",
    "regional_tax_number": "the second tax number",
}


def change_profile(
    *,
    tenant_id: UUID,
    legal_name: str,
    address: str,
    tax_number: str,
    regional_tax_number: str,
    language: str,
    logo: Logo | None = None,
    removes_logo: bool = False,
    actor: Actor,
    at: datetime,
) -> IssuerProfile:
    """For documents to come. An empty name or address means the portal's own; a logo that is not given stays.

    Whoever calls has asked whether the actor may. Raises InvalidInput that names the field.
    """
    said = {
        "legal_name": legal_name,
        "address": address,
        "tax_number": tax_number,
        "regional_tax_number": regional_tax_number,
    }
    wanted = {name: _checked(name, text) for name, text in said.items()}
    if language not in LANGUAGES:
        raise InvalidInput(f"Choose one of {', '.join(LANGUAGES.values())}.", field="language")
    wanted["language"] = language
    get_tenant(tenant_id=tenant_id)
    with transaction.atomic():
        # The first to say something makes the row; a second at the same moment waits for it here.
        IssuerProfile.objects.bulk_create([IssuerProfile(tenant_id=tenant_id, changed_at=at)], ignore_conflicts=True)
        profile = IssuerProfile.objects.select_for_update().get(tenant_id=tenant_id)
        before = {**{name: getattr(profile, name) for name in wanted}, "logo": profile.logo_id or ""}
        for name, text in wanted.items():
            setattr(profile, name, text)
        if logo is not None:
            profile.logo = keep_logo(logo=logo, at=at)
        elif removes_logo:
            profile.logo = None
        after = {**wanted, "logo": profile.logo_id or ""}
        changed = [name for name in after if after[name] != before[name]]
        if not changed:
            return profile
        profile.changed_at = at
        profile.save()
        audit.record(
            actor=actor,
            action="issuer_profile.changed",
            subject_kind="issuer_profile",
            subject_id=profile.id,
            tenant_id=tenant_id,
            at=at,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return profile


def _checked(name: str, text: str) -> str:
    text = "\n".join(line.strip() for line in text.replace("\r\n", "\n").split("\n")).strip()
    if "\x00" in text or any(not character.isprintable() and character != "\n" for character in text):
        raise InvalidInput(f"{_WORDS[name].capitalize()} holds characters that cannot be printed.", field=name)
    if len(text) > _MAXIMUM[name]:
        raise InvalidInput(
            f"{_WORDS[name].capitalize()} has {len(text)} characters; {_MAXIMUM[name]} fit on the paper.",
            field=name,
            maximum=_MAXIMUM[name],
        )
    return text
