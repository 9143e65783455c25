"""Whose texts the catalogues hold: everything that officers read, and the pages that they share with others.

What else is marked for gettext stays English, and would only make the catalogues long and half empty.
"""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from config.settings.paths import ROOT

LOCALES: Final = ("fr_CA", "es")
# Paths from the root; `*` goes through folders.
SOURCES: Final = (
    "templates/officer/*.html",
    "templates/account/*.html",
    "templates/allauth/*.html",
    "templates/base/*.html",
    "templates/cotton/*.html",
    "templates/errors/40?.html",
    "templates/errors/500.html",
    "templates/components/days_picture.html",
    "templates/components/documents.html",
    "templates/components/fairness_report.html",
    "templates/components/hours_by_bucket.html",
    "templates/components/_job_messages.html",
    "templates/components/job_thread.html",
    "templates/components/messages_link.html",
    "templates/components/own_report.html",
    "templates/components/work_pieces.html",
    "templates/payee/_period_documents.html",
    "templates/ratings/_comment.html",
    "templates/ratings/answer.html",
    "platform/messaging/consents.py",
    "platform/messaging/spoken.py",
    "platform/messaging/sentence_shapes/*.py",
    "platform/portals/officer/*.py",
    "platform/portals/award_words.py",
    "platform/portals/document_pages.py",
    "platform/portals/fairness_page.py",
    "platform/portals/job_thread_pages.py",
    "platform/portals/language_views.py",
    "platform/portals/navigation.py",
    "platform/portals/own_report.py",
    "platform/portals/pay_days.py",
    "platform/portals/rating_forms.py",
    "platform/portals/rating_pages.py",
    "platform/portals/states.py",
    "platform/portals/timeline_picture.py",
    "platform/portals/wording.py",
    "platform/portals/same_person.py",
    "marketplace/models/duty_event.py",
    "marketplace/models/service_level.py",
    "platform/notifications/*.py",
)


def is_translated_source(path: str) -> bool:
    """`path` is relative to the root."""
    return any(fnmatch(path, pattern) for pattern in SOURCES)


def translated_sources() -> Iterator[Path]:
    for pattern in SOURCES:
        folder, name = pattern.rsplit("/", 1)
        yield from sorted((ROOT / folder).rglob(name))
