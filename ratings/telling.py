"""Finds comments whose time has come and announces each once, so that whoever it is about hears that it can be read."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel import outbox
from marketplace.scanning import move_each
from ratings import events
from ratings.models import Rating
from ratings.publishing import released

_BATCH = 200


def scan_releases(*, at: datetime) -> int:
    """Answers with how many were announced."""
    untold = Rating.objects.filter(release_told_at=None, struck_at=None, comment_hidden_at=None).exclude(comment="")
    due = released(untold, at=at).order_by("releases_at", "id").values_list("id", flat=True)[:_BATCH]
    return move_each(due, lambda rating_id: _tell(rating_id, at))


def _tell(rating_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        rating = Rating.objects.select_for_update(of=("self",)).select_related("assignment__shift").get(id=rating_id)
        if rating.release_told_at is not None or not rating.shows_comment:
            return False
        rating.release_told_at = at
        rating.save(update_fields=["release_told_at"])
        outbox.announce(
            name=events.COMMENT_RELEASED,
            payload={"rating_id": str(rating.id)},
            tenant_id=rating.assignment.shift.governing_department_id,
            at=at,
        )
    return True
