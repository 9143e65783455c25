"""Totals of a job that the database counts say the same as its rows would, and a list reads no more for many rows."""

from datetime import timedelta

import pytest

from marketplace.job_totals import (
    DatesOfJob,
    JobTotals,
    first_dates,
    totals_beside,
    totals_from,
    totals_of_jobs,
    totals_of_read,
)
from marketplace.models import Assignment, Job, Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM
from marketplace.queries import with_shifts
from marketplace.status import status_of
from tenants.models import Tenant
from tests.factories.clients import fund, govern, make_requester, submit
from tests.factories.standing_job import counting_rows, let_it_go_on
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms

pytestmark = pytest.mark.django_db


def test_counted_and_read_totals_agree_whatever_becomes_of_the_dates(department: Tenant) -> None:
    govern(department)
    jobs = [fund(submit(make_requester(name=name))) for name in ("Fair", "Market", "Parade")]
    let_it_go_on(jobs[0], dates=6, officers=3)
    states = ("worked", "in_progress", "expired", "cancelled", "planned")
    for shift, state in zip(jobs[0].shifts.order_by("starts_at"), states, strict=False):
        Shift.objects.filter(id=shift.id).update(state=state)
    Assignment.objects.filter(id__in=Assignment.objects.values("id")[:2]).update(state="called_off")
    jobs[2].shifts.update(state="cancelled")
    counted = totals_of_jobs([job.id for job in jobs])
    for job in jobs:
        full = with_shifts(type(job).objects.filter(id=job.id)).get()
        assert counted[job.id] == totals_of_read(full)
        assert status_of(job, counted[job.id]) == status_of(full)
    assert counted[jobs[2].id] == JobTotals()
    assert (counted[jobs[0].id].dates, counted[jobs[0].id].working, counted[jobs[0].id].over) == (6, 1, 2)
    firsts = first_dates([job.id for job in jobs])
    assert {firsts[job.id].starts_at for job in jobs} == {STARTS_AT}


def test_of_two_dates_at_once_the_first_is_the_one_asked_for_first(department: Tenant) -> None:
    govern(department)
    longer = shift_terms(ends_at=STARTS_AT + timedelta(hours=6))
    job = submit(make_requester(), terms=job_terms(shifts=(longer, shift_terms())))
    totals = totals_of_jobs([job.id])[job.id]
    assert (totals.first_starts_at, totals.first_ends_at) == (STARTS_AT, longer.ends_at)
    assert totals.last_ends_at == longer.ends_at
    assert totals.more == 1


def test_the_rows_read_do_not_grow_with_officers_and_dates(department: Tenant) -> None:
    govern(department)
    job = fund(submit(make_requester()))
    with counting_rows() as before:
        totals_of_jobs([job.id])
    let_it_go_on(job, dates=30, officers=40)
    with counting_rows() as after:
        assert totals_of_jobs([job.id])[job.id].found == 1_200
    assert after.count == before.count == 1


def test_the_dates_of_one_job_are_counted_at_a_moment(department: Tenant) -> None:
    govern(department)
    job = fund(submit(make_requester()))
    let_it_go_on(job, dates=5, officers=1)
    Shift.objects.filter(id=job.shifts.order_by("-starts_at")[0].id).update(number=CANCELLED_NUMBERS_FROM)
    Shift.objects.filter(job=job, starts_at=STARTS_AT + timedelta(days=4)).update(state="planned")

    def dates(*, with_taken_away: bool = False) -> DatesOfJob:
        at = STARTS_AT + timedelta(days=2, hours=1)
        beside = totals_beside(at=at, with_taken_away=with_taken_away)
        totals, found = totals_from(Job.objects.annotate(beside=beside).get(id=job.id).beside)  # type: ignore[attr-defined]
        assert totals == totals_of_jobs([job.id])[job.id]
        return found

    found = dates()
    assert (found.listed, found.past, found.around_now, found.planned, found.cancellable) == (5, 2, 1, 1, 5)
    assert found.first_opened_at == NOW
    assert dates(with_taken_away=True).listed == 6


def test_a_job_without_a_date_comes_to_nothing() -> None:
    assert totals_from(None) == (JobTotals(), DatesOfJob())
