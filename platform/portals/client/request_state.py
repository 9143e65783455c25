"""A request in somebody's hands: what was answered, what is missing, who governs the place, what stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from accounts.models import Person
from departments.policies import policy_at
from departments.policy.barred import barred_reason
from departments.policy.documents import Policy
from departments.policy.questions import Question, questions_for
from departments.refusals import NoPolicyInForce
from geo.points import Point
from kernel import clock
from kernel.errors import NotFound, Refusal
from marketplace import access, drafts, jurisdictions
from marketplace.clients import is_blocked
from marketplace.models import Client, JobDraft
from marketplace.models.job import MOVING_EVENT_TYPES
from marketplace.refusals import NoCoveringDepartment
from marketplace.terms import JobTerms, check
from tenants.models import Tenant
from tenants.queries import get_active_tenant

STEPS = ("event", "where", "when", "officers", "details", "price", "you", "check")
STEP_LABELS = ["Event", "Place", "Dates", "Officers", "Details", "Price", "You", "Check"]
SESSION_KEY = "request_key"
_DETAILS = ("duties", "meeting_point", "contact_name", "contact_phone")


@dataclass(frozen=True)
class Obstacle:
    """Why this request cannot go on as it is. `kind`: uncovered, elsewhere, barred or blocked."""

    kind: str
    sentence: str = ""
    department: Tenant | None = None


class RequestInHand:
    """One draft as one visitor sees it. Everything is worked out once and only when a page asks for it."""

    def __init__(self, request: HttpRequest, draft: JobDraft) -> None:
        self.request = request
        self.draft = draft
        self.at: datetime = clock.now()

    @property
    def key(self) -> str:
        return str(self.draft.key)

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.draft.answers)

    @property
    def venue(self) -> dict[str, Any]:
        venue = self.draft.answers.get("venue")
        return dict(venue) if isinstance(venue, Mapping) else {}

    @property
    def shifts(self) -> list[dict[str, Any]]:
        shifts = self.draft.answers.get("shifts")
        return [dict(shift) for shift in shifts if isinstance(shift, Mapping)] if isinstance(shifts, list) else []

    @property
    def staffing(self) -> dict[str, Any]:
        """What every date asks for; kept beside the dates, so that a date added later gets the same."""
        staffing = self.draft.answers.get("officers")
        return dict(staffing) if isinstance(staffing, Mapping) else {}

    @property
    def moves(self) -> bool:
        return self.draft.answers.get("event_type") in MOVING_EVENT_TYPES

    @property
    def changes_job_id(self) -> UUID | None:
        """The job that this is a change of, when it is not a new request."""
        kept = self.draft.answers.get("changes_job_id")
        try:
            return UUID(str(kept)) if kept else None
        except ValueError:
            # Answers can be written by programs as well.
            return None

    @property
    def person(self) -> Person | None:
        user = self.request.user
        return user if user.is_authenticated else None  # type: ignore[return-value]

    @property
    def has_pin(self) -> bool:
        return self.venue.get("pin_confirmed") is True

    def save(self, **answers: Any) -> None:
        """Keep answers; None removes one."""
        self.draft = drafts.save_answers(draft_id=self.draft.id, answers=answers, at=self.at, person=self.person)

    def save_shifts(self, rows: list[dict[str, Any]], staffing: Mapping[str, Any] | None = None) -> None:
        wanted = dict(self.staffing if staffing is None else staffing)
        self.save(shifts=[{**row, **wanted} for row in rows], officers=wanted or None)

    @cached_property
    def department(self) -> Tenant | None:
        """Who governs the place of the pin, or None where nobody on the platform does."""
        venue = self.venue
        try:
            found = jurisdictions.governing_department_id(
                point=Point(float(venue["latitude"]), float(venue["longitude"])),
                postal_code=str(venue.get("postal_code") or ""),
                place_name=str(venue.get("place_name") or ""),
                country=str(venue.get("country") or ""),
                region=str(venue.get("region") or ""),
            )
        except (NoCoveringDepartment, KeyError, TypeError, ValueError):
            return None
        return get_active_tenant(tenant_id=found)

    @cached_property
    def policy(self) -> Policy | None:
        if self.department is None:
            return None
        try:
            return policy_at(department_id=self.department.id, at=self.at)
        except NoPolicyInForce:
            return None

    @cached_property
    def client(self) -> Client | None:
        """Whom the signed-in person asks for: the one that they chose, or the only one that they have."""
        if self.person is None:
            return None
        chosen = self.draft.answers.get("client_id")
        try:
            return access.client_for_person(person=self.person, client_id=UUID(str(chosen)) if chosen else None)
        except (NotFound, ValueError):
            return None

    @cached_property
    def obstacle(self) -> Obstacle | None:
        if not self.has_pin:
            return None
        department, portal = self.department, self.request.tenant  # type: ignore[attr-defined]
        if department is None or self.policy is None:
            return Obstacle("uncovered")
        if portal is not None and portal.id != department.id:
            return Obstacle("elsewhere", department=department)
        barred = barred_reason(policy=self.policy, event_type=str(self.draft.answers.get("event_type") or ""))
        if barred is not None:
            return Obstacle("barred", sentence=barred, department=department)
        if self.client is not None and is_blocked(client_id=self.client.id, department_id=department.id):
            return Obstacle("blocked", department=department)
        return None

    @property
    def questions(self) -> list[Question]:
        """What the governing department asks beyond the usual."""
        if self.policy is None:
            return []
        return questions_for(policy=self.policy, event_type=str(self.draft.answers.get("event_type") or ""))

    def missing_step(self, *, until: str = "check") -> str | None:
        """The first step before `until` that still lacks an answer; None when everything is there."""
        for step in STEPS[: STEPS.index(until)]:
            if not self._is_answered(step):
                return step
        return None

    def _is_answered(self, step: str) -> bool:
        answers = self.draft.answers
        match step:
            case "event":
                return bool(answers.get("event_type") and answers.get("title"))
            case "where":
                return self.has_pin
            case "when":
                return bool(self.shifts) and all(shift.get("date") for shift in self.shifts)
            case "officers":
                return self._asks_for_known_officers()
            case "details":
                given = answers.get("attributes") or {}
                return all(str(answers.get(name) or "").strip() for name in _DETAILS) and all(
                    question.fact in given for question in self.questions
                )
            case "you":
                return self.changes_job_id is not None or self.client is not None
        return True

    def _asks_for_known_officers(self) -> bool:
        """Ranks and vehicles of another department's card, after the place has changed, are asked again."""
        if self.policy is None or not self.staffing.get("positions"):
            return False
        ranks = {rank.code for rank in self.policy.rate_card.ranks}
        vehicles = {vehicle.code for vehicle in self.policy.rate_card.vehicles} | {"", None}
        return self.staffing.get("vehicle_code") in vehicles and all(
            position.get("rank_code") in ranks for position in self.staffing["positions"]
        )

    def terms(self) -> JobTerms:
        """Raises the refusals of `drafts.terms_from_answers`."""
        return drafts.terms_from_answers(self.draft.answers)

    def refusal_so_far(self, *, at: datetime, agreed_starts: tuple[datetime, ...] = ()) -> Refusal | None:
        """What the domain says to the answers given, as if those still missing were fine."""
        try:
            check(terms=drafts.terms_from_answers(_completed(self.draft.answers)), at=at, agreed_starts=agreed_starts)
        except Refusal as refusal:
            return refusal
        return None


def step_of_field(field: str | None) -> str:
    """On which page a refusal's field stands."""
    path = field or ""
    if path.startswith("venue"):
        return "where"
    if path.startswith("shifts") or path in ("rank_code", "vehicle_code"):
        return "officers" if any(word in path for word in ("positions", "vehicle", "rank")) else "when"
    if path in ("event_type", "title"):
        return "event"
    return "details"


def _completed(answers: Mapping[str, Any]) -> dict[str, Any]:
    waiting = {"event_type": "festival", "title": "—", **dict.fromkeys(_DETAILS, "—")}
    given = {name: value for name, value in answers.items() if value not in (None, "")}
    shifts = [{"positions": [{"rank_code": "any", "headcount": 1}], **shift} for shift in answers.get("shifts") or []]
    return {**waiting, **given, "shifts": shifts}
