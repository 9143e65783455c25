"""The scan that notices who is late, silent, gone early or over time, and the handlers that notice it at once.

Each assignment says in `look_at` when something may be due next. It is looked at in a transaction of its own under its
shift's lock; a shift that somebody else holds at the moment is left to the next scan.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from departments.policy.service_levels import ServiceLevels
from kernel.actors import system
from kernel.subscriptions import Event
from marketplace import alerts, presence, relief_search
from marketplace.assigning import locked_shift
from marketplace.models import Alert, Assignment, Job, PresencePrompt, Relief, Shift
from marketplace.scanning import move_each
from marketplace.service_levels import LevelsByDay
from marketplace.site_status import SiteFacts, SiteStatus, facts_of, site_status, with_site_facts

_TIMER = system("service levels")
_BATCH = 500
_WATCHED = (Assignment.State.CONFIRMED, Assignment.State.CHECKED_IN, Assignment.State.CHECKED_OUT)
# No reminder is earlier, and no shift with its authorised overrun longer, than these.
EARLIEST_REMINDER = timedelta(hours=1)
_LONGEST = timedelta(days=3)
_AGAIN = timedelta(minutes=1)


def scan_service_levels(*, at: datetime) -> int:
    """Everybody of whom something may be due by now. Returns how many were looked at."""
    due = (
        Assignment.objects.filter(state__in=_WATCHED)
        .filter(Q(look_at=None) | Q(look_at__lte=at))
        .filter(authorised_ends_at__gt=at - alerts.OVER_AFTER, authorised_ends_at__lte=at + _LONGEST)
        .filter(shift__starts_at__lte=at + EARLIEST_REMINDER)
        .order_by("look_at", "id")
    )
    levels = LevelsByDay()
    return move_each(due.values_list("id", flat=True)[:_BATCH], lambda row_id: _look_after(row_id, levels, at))


def on_work_changed(*, event: Event, at: datetime) -> None:
    """Handler of whatever begins or ends an officer's presence: alerts that are over end now, not at the next scan."""
    assignment_id = UUID(event.payload["assignment_id"])
    _look_after_change(assignment_id, at)
    # A relief who comes soon after the other left is no gap any more.
    for outgoing_id in Relief.objects.filter(incoming_id=assignment_id).values_list("outgoing_id", flat=True):
        _look_after_change(outgoing_id, at)


def on_place_handed_over(*, event: Event, at: datetime) -> None:
    """Handler of marketplace.place_handed_over: whoever was relieved need not clock out, so nothing else tells it."""
    _look_after_change(Relief.objects.values_list("outgoing_id", flat=True).get(id=event.payload["relief_id"]), at)


def _look_after_change(assignment_id: UUID, at: datetime) -> None:
    with transaction.atomic():
        shift = locked_shift(Assignment.objects.values_list("shift_id", flat=True).get(id=assignment_id))
        relief_search.stop_when_not_needed(assignment_id=assignment_id, shift=shift, at=at)
        _look_after_locked(assignment_id, shift, LevelsByDay(), at)


def _look_after(assignment_id: UUID, levels: LevelsByDay, at: datetime) -> bool:
    with transaction.atomic():
        shift = _free_shift(assignment_id)
        if shift is None:
            return False
        wants_relief = _look_after_locked(assignment_id, shift, levels, at)
    if wants_relief:
        # A transaction of its own: when nobody can be asked, the alert stands all the same.
        with transaction.atomic():
            shift = _free_shift(assignment_id)
            if shift is not None:
                _seek_relief(assignment_id, shift, levels, at)
    return True


def _free_shift(assignment_id: UUID) -> Shift | None:
    """Locked before what points at it, as everybody does; NO KEY, as `locked_shift` says. None: held by others."""
    return (
        Shift.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("job__venue", "job__client")
        .filter(assignments=assignment_id)
        .first()
    )


def _seek_relief(assignment_id: UUID, shift: Shift, levels_by_day: LevelsByDay, at: datetime) -> None:
    assignment = Assignment.objects.select_related("position").get(id=assignment_id)
    assignment.shift = shift
    if assignment.state == Assignment.State.CONFIRMED:
        levels = levels_by_day.of(department_id=shift.governing_department_id, starts_at=shift.starts_at)
        relief_search.begin_locked(assignment=assignment, shift=shift, levels=levels, actor=_TIMER, at=at)


def _look_after_locked(assignment_id: UUID, shift: Shift, levels_by_day: LevelsByDay, at: datetime) -> bool:
    """True when relief is to be looked for."""
    assignment = with_site_facts(Assignment.objects.select_related("position")).get(id=assignment_id)
    assignment.shift = shift
    if assignment.state not in _WATCHED:
        alerts.resolve(assignment_id=assignment_id, at=at, but={Alert.Kind.NO_RELIEF})
        return False
    levels = levels_by_day.of(department_id=shift.governing_department_id, starts_at=shift.starts_at)
    facts = facts_of(assignment)
    status = site_status(facts=facts, levels=levels, at=at)
    wanted = _alert_wanted(facts, status, levels, at)
    is_away = assignment.state == Assignment.State.CHECKED_IN and presence.is_away(assignment=assignment, at=at)
    if is_away and wanted == Alert.Kind.UNCONFIRMED:
        wanted = ""
    keeps = {wanted} if wanted else set()
    if assignment.state == Assignment.State.CONFIRMED:
        keeps.add(Alert.Kind.NO_RELIEF)
    alerts.resolve(assignment_id=assignment_id, at=at, but=keeps)
    if wanted:
        alerts.open_alert(
            kind=wanted, assignment=assignment, levels=levels, at=at, occasion=_occasion(wanted, assignment)
        )
    presence.ask_when_due(assignment=assignment, levels=levels, at=at)
    wants_relief = _wants_relief(facts, levels, shift, at) and not hasattr(assignment, "relief_search")
    # Should the search fail, the next scans try it again; and nothing tells that somebody is back but looking.
    assignment.look_at = at + _AGAIN if wants_relief or is_away else _next_look(assignment, facts, levels, at)
    assignment.save(update_fields=["look_at"])
    return wants_relief


_ALERTS = {
    "late": Alert.Kind.LATE,
    "no_show": Alert.Kind.NO_SHOW,
    "unconfirmed": Alert.Kind.UNCONFIRMED,
    "overrun": Alert.Kind.OVERRUN,
    "left_early": Alert.Kind.LEFT_EARLY,
}


def _alert_wanted(facts: SiteFacts, status: SiteStatus, levels: ServiceLevels, at: datetime) -> str:
    if status.status == "expected":
        reminded_from = facts.due_at - timedelta(minutes=levels.reminder_minutes)
        return Alert.Kind.REMINDER if levels.reminder_minutes and at >= reminded_from else ""
    return _ALERTS.get(status.status, "")


def _occasion(kind: str, assignment: Assignment) -> str:
    """Each silence is an occasion of its own, however often it is asked meanwhile, and so is each authorised end."""
    if kind == Alert.Kind.UNCONFIRMED:
        silent = PresencePrompt.objects.filter(assignment=assignment, answered_at=None, lapse="")
        oldest = silent.order_by("asked_at").first()
        return str(oldest.id) if oldest else ""
    if kind == Alert.Kind.OVERRUN:
        return assignment.authorised_ends_at.isoformat()
    return ""


def _wants_relief(facts: SiteFacts, levels: ServiceLevels, shift: Shift, at: datetime) -> bool:
    """An agency's desk decides for itself whom it asks next."""
    if facts.state != Assignment.State.CONFIRMED or not levels.relief_minutes or shift.job.route == Job.Route.AGENCY:
        return False
    return facts.due_at + timedelta(minutes=levels.relief_minutes) <= at < facts.ends_at


def _next_look(assignment: Assignment, facts: SiteFacts, levels: ServiceLevels, at: datetime) -> datetime:
    """The next moment at which something may change by time alone; at the latest when nobody watches any more."""
    moments = [assignment.authorised_ends_at + alerts.OVER_AFTER]
    if facts.state == Assignment.State.CONFIRMED:
        after = [levels.late_minutes, levels.relief_minutes, levels.no_show_minutes]
        moments += [facts.due_at + timedelta(minutes=minutes) for minutes in after]
        moments += [facts.due_at - timedelta(minutes=levels.reminder_minutes), facts.ends_at]
    if facts.state == Assignment.State.CHECKED_IN:
        moments.append(facts.authorised_ends_at + timedelta(minutes=levels.overrun_minutes))
        # The question that may just have been asked is newer than the row.
        if prompt := presence.open_prompt(assignment=assignment):
            moments.append(prompt.answer_by)
        if question_at := presence.next_question_at(assignment=assignment, levels=levels):
            moments.append(question_at)
    return min((moment for moment in moments if moment > at), default=at + timedelta(days=1))
