"""Requests that are still being written. The draft's key, mailed or in the session, is the permission to go on.

Answers are one JSON object, kept as typed so that every page shows what was entered:

    event_type, title, duties, meeting_point, contact_name, contact_phone, attire, expected_attendance, alcohol_served
    attributes  answers to the policy's own questions, by the fact's name
    venue   {name, address, postal_code, place_name, region, country, time_zone, latitude, longitude, pin_confirmed,
             radius_metres, end_latitude, end_longitude}
    shifts  [{date "2026-07-04", start_time "18:00", end_time "02:00", ends_next_day true | end_date "2026-07-05",
              start_repeated "earlier" | "later", end_repeated …, positions [{rank_code, headcount}],
              vehicle_code, vehicle_count}]

Times are wall time at the venue. Other keys are the wizard's own and are left alone.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from accounts.models import Person
from geo.points import Point
from geo.timezones import to_utc, zone_at
from kernel.errors import InvalidInput, NotFound
from marketplace import refusals
from marketplace.models import JobDraft
from marketplace.terms import JobTerms

MAXIMUM_ANSWERS_BYTES = 200_000


class DraftTooLarge(InvalidInput):
    code = "draft_too_large"


class DraftAlreadySent(refusals.IllegalTransition):
    code = "draft_already_sent"


def start_draft(*, person: Person | None, department_id: UUID | None, at: datetime) -> JobDraft:
    return JobDraft.objects.create(
        key=secrets.token_urlsafe(32),
        person_id=person.id if person else None,
        department_id=department_id,
        updated_at=at,
    )


def draft_by_key(key: str) -> JobDraft:
    """Raises NotFound."""
    draft = JobDraft.objects.filter(key=key).first() if key else None
    if draft is None:
        raise NotFound("This request is not here any more. Start a new one.")
    return draft


def save_answers(*, draft_id: UUID, answers: Mapping[str, Any], at: datetime, person: Person | None = None) -> JobDraft:
    """Merge top-level answers into the draft; `None` removes one. Raises DraftTooLarge, DraftAlreadySent, NotFound."""
    with transaction.atomic():
        draft = JobDraft.objects.select_for_update().filter(id=draft_id).first()
        if draft is None:
            raise NotFound("This request is not here any more. Start a new one.")
        if draft.submitted_job_id is not None:
            raise DraftAlreadySent("This request was sent already. Open it under “My requests”.")
        merged = {name: value for name, value in {**draft.answers, **answers}.items() if value is not None}
        _refuse_unstorable(merged)
        draft.answers = merged
        draft.updated_at = at
        if person is not None:
            draft.person_id = person.id
        draft.save(update_fields=["answers", "updated_at", "person_id"])
    return draft


def drafts_of(person: Person) -> list[JobDraft]:
    """Unsent ones, the last touched first."""
    return list(JobDraft.objects.filter(person_id=person.id, submitted_job_id=None).order_by("-updated_at")[:20])


def terms_from_answers(answers: Mapping[str, Any]) -> JobTerms:
    """Turn answers into terms, wall time at the venue into UTC.

    Raises TermsUnreadable, AnswerMissing, EndsBeforeStart, TimeDoesNotExist; `.field` is a path into the answers.
    """
    venue = answers.get("venue")
    if not isinstance(venue, Mapping) or venue.get("latitude") in (None, ""):
        raise refusals.AnswerMissing("venue.address", "where the event takes place")
    zone = str(venue.get("time_zone") or "") or _zone_of(venue)
    shifts = answers.get("shifts")
    if not isinstance(shifts, (list, tuple)) or not shifts:
        raise refusals.NoShifts()
    data = {
        **{name: answers.get(name) or "" for name in ("event_type", "title", "duties", "meeting_point")},
        **{name: answers.get(name) or "" for name in ("contact_name", "contact_phone", "attire")},
        "expected_attendance": answers.get("expected_attendance"),
        "alcohol_served": bool(answers.get("alcohol_served")),
        "attributes": answers.get("attributes") or {},
        "venue": {**venue, "time_zone": zone},
        "shifts": [_shift_from_answers(shift, f"shifts.{index}", zone) for index, shift in enumerate(shifts)],
    }
    return JobTerms.from_json(data)


def _refuse_unstorable(answers: Mapping[str, Any]) -> None:
    """What PostgreSQL's JSON cannot hold is the visitor's mistake, not a crash."""
    try:
        text = json.dumps(answers, allow_nan=False)
    except (TypeError, ValueError):
        raise refusals.TermsUnreadable("answers", "made of texts and finite numbers") from None
    if len(text) > MAXIMUM_ANSWERS_BYTES:
        raise DraftTooLarge("This request has become too long. Shorten the texts.")
    if "\\u0000" in text:
        raise refusals.TextUnreadable("answers", "your answers")


def _zone_of(venue: Mapping[str, Any]) -> str:
    try:
        return zone_at(Point(float(venue["latitude"]), float(venue["longitude"])))
    except (KeyError, TypeError, ValueError):
        raise refusals.TermsUnreadable("venue.latitude", "a number of degrees") from None


def _shift_from_answers(answers: Any, path: str, zone: str) -> dict[str, Any]:
    if not isinstance(answers, Mapping):
        raise refusals.TermsUnreadable(path, "an object")
    start_date = _date(answers.get("date"), f"{path}.date")
    start_time = _time(answers.get("start_time"), f"{path}.start_time", "when the shift starts")
    end_time = _time(answers.get("end_time"), f"{path}.end_time", "when the shift ends")
    if answers.get("end_date"):
        end_date = _date(answers["end_date"], f"{path}.end_date")
    else:
        end_date = _next_day(start_date, f"{path}.date") if answers.get("ends_next_day") else start_date
    if datetime.combine(end_date, end_time) <= datetime.combine(start_date, start_time):
        raise refusals.EndsBeforeStart(f"{path}.end_time")
    starts_at = _instant(start_date, start_time, zone, answers.get("start_repeated"), f"{path}.start_time")
    ends_at = _instant(end_date, end_time, zone, answers.get("end_repeated"), f"{path}.end_time")
    return {
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "positions": answers.get("positions") or [],
        "vehicle_code": answers.get("vehicle_code") or "",
        "vehicle_count": answers.get("vehicle_count") or 0,
    }


def _instant(day: date, clock: time, zone: str, repeated: Any, field: str) -> datetime:
    which: Literal["earlier", "later"] = "later" if repeated == "later" else "earlier"
    try:
        return to_utc(local=datetime.combine(day, clock), zone=zone, ambiguous=which)
    except InvalidInput as refusal:
        refusal.field = field
        raise
    except OverflowError:
        raise refusals.TermsUnreadable(field, "a date that calendars have") from None


def _next_day(day: date, field: str) -> date:
    if day == date.max:
        raise refusals.TermsUnreadable(field, "a date that calendars have")
    return day + timedelta(days=1)


def _date(value: Any, field: str) -> date:
    if not value:
        raise refusals.AnswerMissing(field, "a date")
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise refusals.TermsUnreadable(field, "a date such as 2026-07-04") from None


def _time(value: Any, field: str, what: str) -> time:
    if not value:
        raise refusals.AnswerMissing(field, what)
    try:
        return time.fromisoformat(str(value)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise refusals.TermsUnreadable(field, "a time such as 18:30") from None
