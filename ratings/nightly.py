"""Once a night every shown rating is computed again, as `manage.py verify_ratings` does by hand."""

import logging
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from ratings.models import RatingCheck
from ratings.verifying import differences

logger = logging.getLogger(__name__)
# As the nightly match of the books: after midnight (UTC).
BEGINS_AFTER = timedelta(hours=2)
_EXAMPLES = 20


def is_due(*, at: datetime) -> bool:
    return not RatingCheck.objects.filter(date__gte=_night(at)).exists()


def run_due(*, at: datetime) -> RatingCheck | None:
    """Nothing is mended: an operator reads what differs, and the log has it. None when this night's is done."""
    if not is_due(at=at):
        return None
    # A batch that is counted between two of its statements looks like a difference once, and not again.
    found = set(differences())
    lasting = sorted(found & set(differences())) if found else []
    for sentence in lasting:
        logger.error("A shown rating differs from what was rated: %s", sentence)
    try:
        with transaction.atomic():
            return RatingCheck.objects.create(
                date=_night(at), differences=len(lasting), examples=lasting[:_EXAMPLES], finished_at=at
            )
    except IntegrityError:
        return None  # Another worker was faster.


def latest() -> RatingCheck | None:
    return RatingCheck.objects.order_by("-date").first()


def _night(at: datetime) -> date:
    return (at - BEGINS_AFTER).date()
