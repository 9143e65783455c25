"""Where an officer stands with a place right now: the one derivation that every board, alert and report reads.

All times are half-open and exactly so many minutes is enough: with five, an officer is late from 14:05 on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from departments.policy.service_levels import ServiceLevels
from marketplace.models import Assignment, ClockEvent, PresenceAnswer, PresencePrompt, Relief, ReliefSearch
from marketplace.places import shares_place
from marketplace.relief_reading import relief_came_at

# The gravest first: this is the order in which a desk looks at them.
STATUSES = (
    *("no_show", "late", "unconfirmed", "overrun", "left_early", "on_site", "expected", "offered", "done"),
    *("relieved", "called_off"),
)
# Of these the last confirmation says something about now.
ARE_THERE = ("on_site", "unconfirmed", "overrun")
# How long a backup who took a place over in the last moment may travel before they are late themselves.
RELIEF_TRAVEL = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """`answer_was_due_at`: until when the oldest open question had to be answered; None when nothing is open.

    `lapse`: why the newest question needs no answer any more, as `PresencePrompt.Lapse`; "" otherwise.

    `relieves_since`: when this officer took the place over, or was sent to relieve somebody; None for everybody else.
    `handed_over_at`: when another officer had the place from this one while the shift ran. `relief_came_at`: when that
    officer clocked in, or began by entered hours; None while they have not come. `was_let_go`: a supervisor said so.
    """

    state: str
    starts_at: datetime
    ends_at: datetime
    authorised_ends_at: datetime
    came_at: datetime | None = None
    left_at: datetime | None = None
    confirmed_at: datetime | None = None
    answer_was_due_at: datetime | None = None
    lapse: str = ""
    relieves_since: datetime | None = None
    handed_over_at: datetime | None = None
    relief_came_at: datetime | None = None
    was_let_go: bool = False

    @property
    def due_at(self) -> datetime:
        """When the officer has to be there."""
        if self.relieves_since is None:
            return self.starts_at
        return max(self.starts_at, self.relieves_since + RELIEF_TRAVEL)


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """`minutes` late, absent, unconfirmed, over or early; 0 otherwise. `last_confirmed_at`: the clock-in, or the newest
    answer to a question; None before the officer came. `came_late_minutes`: 0 when it does not count as late. `lapse`:
    why the newest question has no answer and needs none. `before_relief`: they left early, before their relief came,
    `minutes` before; 0 while it has not come."""

    status: str
    minutes: int
    last_confirmed_at: datetime | None
    came_late_minutes: int = 0
    lapse: str = ""
    before_relief: bool = False


def site_status(*, facts: SiteFacts, levels: ServiceLevels, at: datetime) -> SiteStatus:
    status, minutes = _status(facts, levels, at)
    seen = [one for one in (facts.came_at, facts.confirmed_at) if one is not None]
    before_relief = status == "left_early" and facts.handed_over_at is not None
    last = max(seen) if seen else None
    return SiteStatus(status, minutes, last, _came_late(facts, levels), facts.lapse, before_relief)


def _status(facts: SiteFacts, levels: ServiceLevels, at: datetime) -> tuple[str, int]:
    state = Assignment.State
    match facts.state:
        case state.NO_SHOW:
            return "no_show", 0
        case state.OFFERED | state.RELIEVED | state.CALLED_OFF:
            return str(facts.state), 0
        case state.CHECKED_IN:
            return _on_duty(facts, levels, at)
        case state.CHECKED_OUT if facts.handed_over_at is not None and facts.handed_over_at < facts.ends_at:
            return _handed_over(facts, levels)
        case state.CHECKED_OUT:
            early_from = facts.ends_at - timedelta(minutes=levels.early_exit_minutes)
            if facts.left_at is not None and facts.left_at <= early_from:
                return "left_early", _minutes(facts.left_at, facts.ends_at)
            return "done", 0
    if at >= facts.due_at + timedelta(minutes=levels.no_show_minutes) or at >= facts.ends_at:
        return "no_show", _minutes(facts.due_at, at)
    if at >= facts.due_at + timedelta(minutes=levels.late_minutes):
        return "late", _minutes(facts.due_at, at)
    return "expected", 0


def _handed_over(facts: SiteFacts, levels: ServiceLevels) -> tuple[str, int]:
    """Whoever goes before their relief is there leaves the post empty, as whoever goes before the end does."""
    left_at = facts.left_at
    if left_at is None or (facts.was_let_go and facts.handed_over_at is not None and left_at >= facts.handed_over_at):
        return "relieved", 0
    if left_at > facts.ends_at - timedelta(minutes=levels.early_exit_minutes):
        return "done", 0
    if facts.relief_came_at is None:
        return "left_early", 0
    if facts.relief_came_at >= left_at + timedelta(minutes=levels.early_exit_minutes):
        return "left_early", _minutes(left_at, facts.relief_came_at)
    return "relieved", 0


def _came_late(facts: SiteFacts, levels: ServiceLevels) -> int:
    if facts.came_at is None or facts.came_at < facts.due_at + timedelta(minutes=levels.late_minutes):
        return 0
    return _minutes(facts.due_at, facts.came_at)


def _on_duty(facts: SiteFacts, levels: ServiceLevels, at: datetime) -> tuple[str, int]:
    if at >= facts.authorised_ends_at + timedelta(minutes=levels.overrun_minutes):
        return "overrun", _minutes(facts.authorised_ends_at, at)
    if facts.answer_was_due_at is not None and at >= facts.answer_was_due_at:
        return "unconfirmed", _minutes(facts.answer_was_due_at, at)
    return "on_site", _minutes(facts.starts_at, facts.came_at) if facts.came_at else 0


def with_site_facts(assignments: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    """Annotated with what `facts_of` reads beside the row and its shift, `came_verdict` and `shares_place`. No query
    more."""
    punches = ClockEvent.objects.filter(assignment=OuterRef("pk"))
    answers = PresenceAnswer.objects.filter(prompt__assignment=OuterRef("pk")).order_by("-happened_at")
    questions = PresencePrompt.objects.filter(assignment=OuterRef("pk"))
    open_questions = questions.filter(answered_at=None, lapse="").order_by("asked_at")
    reliefs = Relief.objects.filter(outgoing=OuterRef("pk"))
    lapse_of_newest = Case(When(answered_at=None, then=F("lapse")), default=Value(""))
    return assignments.annotate(
        came_at=Subquery(punches.filter(kind="in").values("happened_at")[:1]),
        came_verdict=Subquery(punches.filter(kind="in").values("verdict")[:1]),
        went_at=Subquery(punches.filter(kind="out").values("happened_at")[:1]),
        confirmed_at=Subquery(answers.values("happened_at")[:1]),
        handed_over_at=Subquery(reliefs.values("handed_over_at")[:1]),
        handed_over_by=Subquery(reliefs.values("handed_over_by")[:1]),
        relief_came_at=relief_came_at(),
        shares_place=shares_place(),
        answer_was_due_at=Subquery(open_questions.values("answer_by")[:1]),
        question_lapse=Subquery(questions.order_by("-asked_at").values(found=lapse_of_newest)[:1]),
        relieves_since=Coalesce(
            Subquery(ReliefSearch.objects.filter(filled_by=OuterRef("pk")).values("ended_at")[:1]),
            Subquery(Relief.objects.filter(incoming=OuterRef("pk")).values("arranged_at")[:1]),
            # Sent by hand when the shift had begun.
            Case(When(created_at__gte=F("shift__starts_at"), then=F("created_at"))),
        ),
    )


def facts_of(assignment: Assignment) -> SiteFacts:
    """Of a row that `with_site_facts` brought, with its shift."""
    shift, row = assignment.shift, vars(assignment)
    return SiteFacts(
        state=assignment.state,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        authorised_ends_at=assignment.authorised_ends_at,
        came_at=row["came_at"],
        left_at=row["went_at"],
        confirmed_at=row["confirmed_at"],
        answer_was_due_at=row["answer_was_due_at"],
        lapse=row["question_lapse"] or "",
        relieves_since=row["relieves_since"],
        handed_over_at=row["handed_over_at"],
        relief_came_at=row["relief_came_at"],
        was_let_go=row["handed_over_by"] == Relief.By.SUPERVISOR,
    )


def _minutes(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds() // 60))
