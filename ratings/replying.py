"""The right of reply: once, by the one whom a comment is about; both are shown together from then on."""

from datetime import datetime

from django.db import transaction

from kernel import audit, outbox
from kernel.actors import Actor
from marketplace.acting import person_id_of
from marketplace.terms import check_text
from ratings import events
from ratings.models import Rating
from ratings.refusals import AlreadyReplied, NothingToReplyTo

REPLY_MAXIMUM = 1000


def reply(*, rating: Rating, text: str, actor: Actor, at: datetime) -> Rating:
    """Reach the rating through `reading.comment_about`. Raises NothingToReplyTo, AlreadyReplied, TextMissing,
    TextTooLong."""
    person_id = person_id_of(actor)
    check_text(field="reply", what="your reply", text=text, maximum=REPLY_MAXIMUM)
    with transaction.atomic():
        rating = Rating.objects.select_for_update(of=("self",)).select_related("assignment__shift").get(id=rating.id)
        if not rating.shows_comment:
            raise NothingToReplyTo()
        if rating.reply:
            raise AlreadyReplied()
        rating.reply, rating.replied_at, rating.replied_by_person_id = text.strip(), at, person_id
        rating.save(update_fields=["reply", "replied_at", "replied_by_person_id"])
        department_id = rating.assignment.shift.governing_department_id
        audit.record(
            actor=actor,
            action="rating.replied",
            subject_kind="rating",
            subject_id=rating.id,
            tenant_id=department_id,
            at=at,
        )
        outbox.announce(
            name=events.COMMENT_REPLIED, payload={"rating_id": str(rating.id)}, tenant_id=department_id, at=at
        )
    return rating
