"""Names for officers that tell colleagues apart without saying who they are.

The same officer has the same pseudonym on every page of one department, and another one in the next department. It is
keyed with the platform's secret: whoever knows an officer's id cannot work it out. A new secret renames everybody.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

# Thirty bits: among 2,000 officers two share a name once in about 500 departments, and a page shows far fewer.
_LENGTH = 6


def pseudonym_of(*, department_id: UUID, officer_id: UUID | str) -> str:
    """`Officer K7QM2A`"""
    message = f"pseudonym|{department_id}|{officer_id}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    return f"Officer {base64.b32encode(digest).decode()[:_LENGTH]}"


def pseudonyms_of(*, department_id: UUID, officer_ids: Iterable[UUID | str]) -> dict[str, str]:
    """By the officer's id as text."""
    return {str(one): pseudonym_of(department_id=department_id, officer_id=one) for one in officer_ids}
