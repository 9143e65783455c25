"""Is the officer still on site? Asked at the policy's interval, answered with one tap and a position."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from departments.policy.service_levels import ServiceLevels
from geo.fences import judge
from kernel import audit, outbox
from kernel.actors import Actor
from marketplace import alerts, events
from marketplace.assigning import locked_shift
from marketplace.clocking_rules import fence_of
from marketplace.duty_pieces import cut, state_at
from marketplace.fixes import fixes_to_json, read_fixes
from marketplace.models import Alert, Assignment, Officer, PresenceAnswer, PresencePrompt
from marketplace.refusals import PunchConflict
from marketplace.refusals_service_levels import NotAskedAnyMore, PresencePromptNotFound


def ask_when_due(*, assignment: Assignment, levels: ServiceLevels, at: datetime) -> PresencePrompt | None:
    """Announces marketplace.presence_asked. The caller holds the shift's lock."""
    due_at = next_question_at(assignment=assignment, levels=levels)
    # Nor so late that nobody could answer it before the end: the scan may have stood still.
    last = assignment.authorised_ends_at - timedelta(minutes=levels.presence_answer_minutes)
    if due_at is None or not due_at <= at <= last or is_away(assignment=assignment, at=at):
        return None
    prompt = PresencePrompt.objects.create(
        assignment=assignment, asked_at=at, answer_by=at + timedelta(minutes=levels.presence_answer_minutes)
    )
    outbox.announce(
        name=events.PRESENCE_ASKED,
        payload={"prompt_id": str(prompt.id)},
        tenant_id=assignment.shift.governing_department_id,
        at=at,
    )
    return prompt


def next_question_at(*, assignment: Assignment, levels: ServiceLevels) -> datetime | None:
    """Counted from the newest of clock-in, question and answer. None when no question could be answered before the end,
    and for whoever is not on duty. `assignment` as `site_status.with_site_facts` brings it."""
    row = vars(assignment)
    if not levels.presence_interval_minutes or assignment.state != Assignment.State.CHECKED_IN or not row["came_at"]:
        return None
    # What lapsed is asked again when the officer is back.
    asked = assignment.presence_prompts.filter(lapse="").order_by("-asked_at")
    newest = asked.values_list("asked_at", flat=True).first()
    since = max(one for one in (row["came_at"], row["confirmed_at"], newest) if one is not None)
    due_at: datetime = since + timedelta(minutes=levels.presence_interval_minutes)
    last = assignment.authorised_ends_at - timedelta(minutes=levels.presence_answer_minutes)
    return due_at if due_at <= last else None


def is_away(*, assignment: Assignment, at: datetime) -> bool:
    """On a break, or called to duty: whoever said so is not asked, and their silence is no alert."""
    told = list(assignment.duty_events.filter(counts=True))
    return state_at(told, at, bills_arrests=False) != "worked"


def let_lapse_while_away(*, assignment: Assignment, at: datetime) -> None:
    """A question lapses when the officer was on a break or on police duty in the time that they had to answer it, also
    when their phone says so only later. The caller holds the shift's lock."""
    told = list(assignment.duty_events.filter(counts=True))
    for prompt in assignment.presence_prompts.filter(answered_at=None, lapse=""):
        pieces = cut(starts_at=prompt.asked_at, ends_at=prompt.answer_by, told=told).pieces
        away = next((piece for piece in pieces if piece.state != "worked"), None)
        if away is not None:
            prompt.lapse = PresencePrompt.Lapse.BREAK if away.state == "break" else PresencePrompt.Lapse.DUTY
            prompt.save(update_fields=["lapse"])
    _resolve_when_nothing_is_open(assignment, at)


def let_lapse_on_leaving(*, assignment: Assignment, left_at: datetime, why: PresencePrompt.Lapse) -> None:
    """Whoever was relieved or clocked out need not answer any more; what was overdue by then stays a silence."""
    assignment.presence_prompts.filter(answered_at=None, lapse="", answer_by__gt=left_at).update(lapse=why)


def _resolve_when_nothing_is_open(assignment: Assignment, at: datetime) -> None:
    if open_prompt(assignment=assignment) is None:
        alerts.resolve(assignment_id=assignment.id, at=at, but=set(Alert.Kind.values) - {Alert.Kind.UNCONFIRMED})


def open_prompt(*, assignment: Assignment) -> PresencePrompt | None:
    """The question that the officer has in front of them, answered late or in time."""
    if assignment.state != Assignment.State.CHECKED_IN:
        return None
    return assignment.presence_prompts.filter(answered_at=None, lapse="").order_by("-asked_at").first()


def open_prompt_of(*, officer: Officer) -> PresencePrompt | None:
    """The same, on whatever shift the officer is on duty; with its assignment and shift."""
    return (
        PresencePrompt.objects.filter(
            assignment__officer=officer, assignment__state=Assignment.State.CHECKED_IN, answered_at=None, lapse=""
        )
        .select_related("assignment__shift")
        .order_by("-asked_at")
        .first()
    )


def confirm_presence(
    *,
    officer: Officer,
    prompt_id: UUID,
    punch_id: UUID,
    fixes: Sequence[Mapping[str, Any]],
    client_at: datetime | None = None,
    device_id: str = "",
    sent_late: bool = False,
    actor: Actor,
    at: datetime,
) -> PresenceAnswer:
    """One tap. The same `punch_id` again answers with the same row, as does a second answer to one question.

    The position is judged like a punch's and never refused. `client_at` counts when it waited in the phone.
    Raises PresencePromptNotFound, NotAskedAnyMore, PunchConflict, FixesUnreadable, CoordinatesInvalid.
    """
    read = read_fixes(fixes)
    known = PresencePrompt.objects.filter(id=prompt_id, assignment__officer=officer).first()
    if known is None:
        raise PresencePromptNotFound()
    try:
        with transaction.atomic():
            shift = locked_shift(Assignment.objects.values_list("shift_id", flat=True).get(id=known.assignment_id))
            stored = PresenceAnswer.objects.filter(prompt=known).first()
            if stored is not None:
                return stored
            if PresenceAnswer.objects.filter(punch_id=punch_id).exists():
                raise PunchConflict()
            assignment = Assignment.objects.get(id=known.assignment_id)
            if assignment.state not in (Assignment.State.CHECKED_IN, Assignment.State.CHECKED_OUT):
                raise NotAskedAnyMore()
            if assignment.state == Assignment.State.CHECKED_OUT and not sent_late:
                raise NotAskedAnyMore()
            # Never before the question, whatever the phone's clock says.
            happened_at = max(known.asked_at, min(client_at, at)) if sent_late and client_at is not None else at
            verdict = judge(fence=fence_of(shift.job.venue), fixes=read, received_at=happened_at)
            answer = PresenceAnswer.objects.create(
                punch_id=punch_id,
                prompt=known,
                received_at=at,
                happened_at=happened_at,
                fixes=fixes_to_json(read),
                latitude=verdict.best_fix.latitude if verdict.best_fix else None,
                longitude=verdict.best_fix.longitude if verdict.best_fix else None,
                accuracy_metres=verdict.accuracy_metres,
                distance_metres=verdict.distance_metres,
                verdict=verdict.verdict,
                explanation=verdict.sentence,
                device_id=device_id[:64],
            )
            # Whoever answers the newest question has answered those before it.
            PresencePrompt.objects.filter(assignment=assignment, answered_at=None, asked_at__lte=known.asked_at).update(
                answered_at=happened_at
            )
            _resolve_when_nothing_is_open(assignment, at)
            audit.record(
                actor=actor,
                action="assignment.presence_confirmed",
                subject_kind="assignment",
                subject_id=assignment.id,
                tenant_id=shift.governing_department_id,
                at=at,
                after={"verdict": answer.verdict, "happened_at": happened_at.isoformat()},
            )
    except IntegrityError as error:
        if "punch_id" in str(error):
            raise PunchConflict() from error
        raise
    return answer
