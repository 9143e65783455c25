"""Nobody decides on their own hours, from whichever desk they try."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marketplace.attendance import enter_hours
from marketplace.models import Assignment, ClockReview, Timesheet
from marketplace.overruns import authorise_overrun
from marketplace.refusals import DecidesOwnHours
from marketplace.reviews import Judged, resolve_review, resolve_reviews
from marketplace.timesheets import approve_timesheet, resolve_timesheet
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import SETTING_UP, make_officer
from tests.factories.people import actor_for
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, FIVE_KILOMETRES_OFF, Work, clock, fix, staff, take

pytestmark = pytest.mark.django_db
SAID = {"reason": "As the log says.", "at": ENDS_AT}


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    return staff(department, headcount=2)


def worked(work: Work) -> tuple[Timesheet, ClockReview]:
    """From far off, so that somebody has to look at the punch."""
    clock(work, "in", at=STARTS_AT, fixes=[fix(at=STARTS_AT, place=FIVE_KILOMETRES_OFF)])
    clock(work, "out", at=ENDS_AT)
    sheet = Timesheet.objects.get(assignment=work.assignment)
    return sheet, ClockReview.objects.get(clock_event__assignment=work.assignment)


def _judge(work: Work, **by: Any) -> object:
    _, review = worked(work)
    return resolve_review(clock_event_id=review.clock_event_id, accept=True, **by)


def _approve(work: Work, **by: Any) -> object:
    sheet, _ = worked(work)
    return approve_timesheet(timesheet_id=sheet.id, by="client", actor=by["actor"], at=by["at"])


def _resolve(work: Work, **by: Any) -> object:
    sheet, _ = worked(work)
    return resolve_timesheet(timesheet_id=sheet.id, worked_minutes=240, **by)


def _enter(work: Work, **by: Any) -> object:
    return enter_hours(assignment_id=work.assignment.id, starts_at=STARTS_AT, ends_at=ENDS_AT, **by)


def _prolong(work: Work, **by: Any) -> object:
    until = ENDS_AT + timedelta(hours=1)
    return authorise_overrun(assignment_id=work.assignment.id, until=until, actor=by["actor"], at=by["at"])


@pytest.mark.parametrize("decide", [_judge, _approve, _resolve, _enter, _prolong])
def test_somebody_else_decides(department: Tenant, work: Work, decide: Callable[..., object]) -> None:
    own = {"department_id": department.id, "actor": actor_for(work.officer.person), **SAID}
    with pytest.raises(DecidesOwnHours, match="somebody else"):
        decide(work, **own)
    assert not Timesheet.objects.exclude(state=Timesheet.State.SUBMITTED).exists()
    assert Assignment.objects.get(id=work.assignment.id).authorised_ends_at == ENDS_AT


def test_of_several_punches_ones_own_are_left_and_counted(department: Tenant, work: Work) -> None:
    officer = make_officer(department, family_name="Birch")
    colleague = replace(work, officer=officer, assignment=take(officer, work.shift))
    events = [worked(one)[1].clock_event_id for one in (work, colleague)]
    chosen = {"clock_event_ids": events, "department_id": department.id, "accept": True, **SAID}
    assert resolve_reviews(**chosen, actor=actor_for(work.officer.person)) == Judged(decided=1, gone=0, own=1)
    assert resolve_reviews(**chosen, actor=SETTING_UP) == Judged(decided=1, gone=1, own=0)
