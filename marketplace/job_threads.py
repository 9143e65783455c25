"""A job's thread: what its parties write to each other without knowing each other's numbers."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from kernel import audit, outbox
from kernel.actors import Actor
from kernel.subscriptions import Event
from marketplace import events
from marketplace.contact_details import has_contact_details
from marketplace.job_seats import Seat, Side, seated_people
from marketplace.models import Job, JobMessage, JobReader
from marketplace.refusals_threads import ContactsNotHere, MessageIdTaken, ThreadClosed, TooManyMessages
from marketplace.scanning import move_each
from marketplace.terms import check_text
from tenants.queries import get_tenant

LONGEST_TEXT = 1_000
MANY_IN_TEN_MINUTES = 10
_TEN_MINUTES = timedelta(minutes=10)
# One e-mail tells of everything that was written in the meantime, unless it has been read by then.
NOTICE_AFTER = timedelta(minutes=10)
_SHOWN = 200
_BATCH = 200


def write_message(*, seat: Seat, message_id: UUID, text: str, actor: Actor, at: datetime) -> JobMessage:
    """Once per `message_id`: sent again, the first is returned.

    Raises ThreadClosed, AnswerMissing, TextTooLong, TextUnreadable, ContactsNotHere, TooManyMessages, MessageIdTaken.
    """
    if not seat.is_open(at):
        raise ThreadClosed()
    check_text(field="text", what="your message", text=text, maximum=LONGEST_TEXT)
    if has_contact_details(text):
        raise ContactsNotHere()
    with transaction.atomic():
        # The reader's row is the lock: two tabs must not get past the limit together.
        _locked_reader(seat)
        written = JobMessage.objects.filter(id=message_id, job=seat.job, author_person_id=seat.person_id).first()
        if written is not None:
            return written
        recent = JobMessage.objects.filter(
            job=seat.job, author_person_id=seat.person_id, written_at__gt=at - _TEN_MINUTES
        ).count()
        if recent >= MANY_IN_TEN_MINUTES:
            raise TooManyMessages(recent)
        message = _stored(seat, message_id, text.strip(), at)
        audit.record(
            actor=actor,
            action="job_message.written",
            subject_kind="job",
            subject_id=seat.job.id,
            tenant_id=seat.job.governing_department_id,
            at=at,
            after={"message_id": str(message.id), "side": str(seat.side), "characters": len(message.text)},
        )
        outbox.announce(
            name=events.JOB_MESSAGE_WRITTEN,
            payload={"message_id": str(message.id)},
            tenant_id=seat.job.governing_department_id,
            at=at,
        )
        return message


def read_messages(*, seat: Seat) -> list[JobMessage]:
    """The latest 200, oldest first; from now on they count as read by this person."""
    messages = list(messages_of(seat=seat)[:_SHOWN])
    if messages:
        mark_read(seat=seat, until=messages[0].written_at)
    return messages[::-1]


def messages_of(*, seat: Seat) -> "QuerySet[JobMessage]":
    """Newest first."""
    return JobMessage.objects.filter(job=seat.job).order_by("-written_at", "-id")


def mark_read(*, seat: Seat, until: datetime) -> None:
    """Everything until then counts as read by this person, who hears no more of it. `until` is when the newest that
    they were shown was written: what came in meanwhile is still to be told."""
    own = JobReader.objects.filter(job=seat.job, person_id=seat.person_id, side=seat.side)
    if own.filter(read_until__gte=until, notice_due_at=None).exists():
        return
    read_until = Greatest("read_until", Value(until), output_field=DateTimeField())
    newer = messages_of(seat=seat).filter(written_at__gt=Greatest(OuterRef("read_until"), Value(until)))
    oldest = newer.exclude(author_person_id=seat.person_id).order_by("written_at").values("written_at")[:1]
    notice = ExpressionWrapper(Subquery(oldest) + Value(NOTICE_AFTER), output_field=DateTimeField())
    if not own.update(read_until=read_until, notice_due_at=notice):
        reader = JobReader(job=seat.job, person_id=seat.person_id, side=seat.side, read_until=until)
        JobReader.objects.bulk_create([reader], ignore_conflicts=True)


def author_name(message: JobMessage, *, reader: Seat) -> str:
    """Officers are known by name, as everywhere on a job; of the others each side reads what it may: an officer no
    client's name, and nobody outside of a desk its staff's. "" for a client whom the reader does not know by name."""
    side, job = message.side, reader.job
    if side in (Side.OFFICER, reader.side) or (reader.side == Side.DEPARTMENT and side != Side.AGENCY):
        return message.author_name
    if side == Side.CLIENT:
        return message.author_name if reader.side == Side.AGENCY else ""
    tenant_id = job.governing_department_id if side == Side.DEPARTMENT else job.agency_id
    return get_tenant(tenant_id=tenant_id).short_name if tenant_id else ""


def unread_messages(*, person_id: UUID, side: JobMessage.Side) -> Coalesce:
    """For a query of jobs: how many messages of others the person has not seen, as `unread_messages`."""
    seen = JobReader.objects.filter(
        job=OuterRef("job"), person_id=person_id, side=side, read_until__gte=OuterRef("written_at")
    )
    unread = JobMessage.objects.filter(job=OuterRef("pk")).exclude(author_person_id=person_id).exclude(Exists(seen))
    return Coalesce(Subquery(unread.order_by().values("job").annotate(count=Count("id")).values("count")), 0)


def unread_of(*, person_id: UUID, side: JobMessage.Side, job_id: UUID) -> int:
    """The same for one job."""
    counted = Job.objects.filter(id=job_id).annotate(unread=unread_messages(person_id=person_id, side=side))
    return counted.values_list("unread", flat=True).first() or 0


def on_message_written(*, event: Event, at: datetime) -> None:
    """Handler of marketplace.job_message_written: everybody else at the thread hears of it in a while."""
    message = JobMessage.objects.select_related("job").get(id=event.payload["message_id"])
    others = [
        (person_id, side) for person_id, side in seated_people(message.job) if person_id != message.author_person_id
    ]
    JobReader.objects.bulk_create(
        [JobReader(job=message.job, person_id=person_id, side=side) for person_id, side in sorted(others, key=str)],
        ignore_conflicts=True,
    )
    waiting = Q(read_until=None) | Q(read_until__lt=message.written_at)
    JobReader.objects.filter(
        waiting, job=message.job, person_id__in=[person_id for person_id, _ in others], notice_due_at=None
    ).update(notice_due_at=message.written_at + NOTICE_AFTER)


def scan_notices(*, at: datetime) -> int:
    """Who has not read for a while is told once, of all that is new by then."""
    due = JobReader.objects.filter(notice_due_at__lte=at).order_by("notice_due_at")
    return move_each(due.values_list("id", flat=True)[:_BATCH], lambda reader_id: _announce_unread(reader_id, at))


def _stored(seat: Seat, message_id: UUID, text: str, at: datetime) -> JobMessage:
    try:
        return JobMessage.objects.create(
            id=message_id,
            job=seat.job,
            side=seat.side,
            author_person_id=seat.person_id,
            author_name=seat.name,
            officer=seat.officer,
            text=text,
            written_at=at,
        )
    except IntegrityError as error:
        # Made by whoever writes, it may be another message's, of this job or of one that they know nothing of.
        if "pkey" not in str(error):
            raise
        raise MessageIdTaken() from error


def _announce_unread(reader_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        reader = JobReader.objects.select_for_update(of=("self",)).select_related("job").get(id=reader_id)
        if reader.notice_due_at is None or reader.notice_due_at > at:
            return False
        reader.notice_due_at = None
        reader.save(update_fields=["notice_due_at"])
        side = JobMessage.Side(reader.side)
        count = unread_of(person_id=reader.person_id, side=side, job_id=reader.job_id)
        # Whoever lost their seat meanwhile hears no more of what is said there.
        if not count or (reader.person_id, reader.side) not in seated_people(reader.job):
            return False
        outbox.announce(
            name=events.JOB_MESSAGES_UNREAD,
            payload={
                "job_id": str(reader.job_id), "person_id": str(reader.person_id), "side": reader.side, "count": count,
            },
            tenant_id=reader.job.governing_department_id,
            at=at,
        )  # fmt: skip
        return True


def _locked_reader(seat: Seat) -> JobReader:
    JobReader.objects.bulk_create(
        [JobReader(job=seat.job, person_id=seat.person_id, side=seat.side)], ignore_conflicts=True
    )
    return JobReader.objects.select_for_update(of=("self",)).get(job=seat.job, person_id=seat.person_id, side=seat.side)
