"""Pages of this site under a few characters, for text messages."""

from datetime import datetime

from kernel.identifiers import short_reference, uuid7
from messaging.models import ShortLink


def code_for(*, path: str, at: datetime) -> str:
    """The page's code, the same every time. `path` begins with "/"."""
    known = ShortLink.objects.filter(path=path).first()
    while known is None:
        # Two at once may make one for the same page, or two pages meet in one code: the table's constraints decide.
        code = short_reference(identifier=uuid7()).lower()
        ShortLink.objects.bulk_create([ShortLink(code=code, path=path, created_at=at)], ignore_conflicts=True)
        known = ShortLink.objects.filter(path=path).first()
    return known.code


def path_of(*, code: str) -> str | None:
    """None for an unknown code."""
    return ShortLink.objects.filter(code=code.lower()).values_list("path", flat=True).first()
