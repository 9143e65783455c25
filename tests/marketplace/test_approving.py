"""The department decides, the client accepts and pays, and what was agreed can change only by asking again."""

from datetime import timedelta

import pytest

from departments.policy.ordering import commitment_of
from kernel.errors import NotFound
from kernel.models import AuditEvent, OutboxEvent
from marketplace import refusals
from marketplace.approving import approve_job, reject_job
from marketplace.bidding import place_bid
from marketplace.due import scan_expiries
from marketplace.job_totals import totals_of_jobs
from marketplace.models import Bid, Job, JobRevision, Shift
from marketplace.posting import apply_revision, propose_change, withdraw_job
from marketplace.queries import coordinator_dashboard, job_status_line, jobs_for_department
from marketplace.shifts import JobNotApproved, mark_contracted, mark_funded, open_shift
from tenants.models import Tenant
from tests.factories.clients import Requester, fund, govern, make_requester, submit
from tests.factories.departments import FAR_AWAY, SETTING_UP, make_officer
from tests.factories.people import actor_for, make_person
from tests.factories.venues import NOW, STARTS_AT, job_terms, shift_terms, venue_terms

pytestmark = pytest.mark.django_db

TWO_SHIFTS = (shift_terms(), shift_terms(starts_at=STARTS_AT + timedelta(days=1)))


@pytest.fixture(autouse=True)
def _rules(department: Tenant) -> None:
    govern(department)


@pytest.fixture
def requester() -> Requester:
    return make_requester()


def announced(name: str) -> int:
    return OutboxEvent.objects.filter(name=f"marketplace.{name}").count()


def test_the_second_coordinator_is_told_who_was_faster(department: Tenant, requester: Requester) -> None:
    first = make_person(given_name="Noor", family_name="Haddad")
    job = submit(requester)
    approve_job(job_id=job.id, department_id=department.id, actor=actor_for(first), at=NOW, note="Fine.")
    with pytest.raises(refusals.JobAlreadyDecided) as caught:
        reject_job(job_id=job.id, department_id=department.id, reason="No.", actor=SETTING_UP, at=NOW)
    assert caught.value.numbers["decided_by"] == "Noor Haddad"
    assert "approved" in caught.value.message
    job.refresh_from_db()
    assert (job.state, job.decision_reason) == ("approved", "Fine.")
    assert AuditEvent.objects.filter(subject_id=job.id, action="job.approved").count() == 1
    assert announced("job_approved") == 1


def test_a_rejection_needs_a_reason_and_ends_the_shifts(department: Tenant, requester: Requester) -> None:
    job = submit(requester)
    with pytest.raises(refusals.ReasonMissing):
        reject_job(job_id=job.id, department_id=department.id, reason="  ", actor=SETTING_UP, at=NOW)
    reject_job(job_id=job.id, department_id=department.id, reason="Too few officers.", actor=SETTING_UP, at=NOW)
    assert job.shifts.get().state == Shift.State.CANCELLED
    assert job_status_line(Job.objects.get()) == "Rejected"
    with pytest.raises(JobNotApproved):
        mark_contracted(job_id=job.id, actor=SETTING_UP, at=NOW)


def test_another_department_cannot_decide(other_department: Tenant, requester: Requester) -> None:
    job = submit(requester)
    with pytest.raises(NotFound):
        approve_job(job_id=job.id, department_id=other_department.id, actor=SETTING_UP, at=NOW)
    job.refresh_from_db()
    assert job.state == Job.State.SUBMITTED


def test_what_has_passed_cannot_be_approved(department: Tenant, requester: Requester) -> None:
    job = submit(requester)
    with pytest.raises(refusals.JobIsPast):
        approve_job(job_id=job.id, department_id=department.id, actor=SETTING_UP, at=STARTS_AT)


def test_shifts_open_when_paid_for_and_not_before(department: Tenant, requester: Requester) -> None:
    job = submit(requester, terms=job_terms(shifts=TWO_SHIFTS))
    with pytest.raises(JobNotApproved):
        mark_funded(job_id=job.id, actor=SETTING_UP, at=NOW)
    approve_job(job_id=job.id, department_id=department.id, actor=SETTING_UP, at=NOW)
    mark_contracted(job_id=job.id, actor=SETTING_UP, at=NOW)
    assert {shift.state for shift in job.shifts.all()} == {"planned"}
    mark_funded(job_id=job.id, actor=SETTING_UP, at=NOW)
    mark_funded(job_id=job.id, actor=SETTING_UP, at=NOW + timedelta(hours=1))
    first, second = job.shifts.all()
    assert (first.state, second.state) == ("open", "open")
    assert first.closes_at == STARTS_AT - timedelta(hours=24)
    assert not first.first_come
    assert first.draw_commitment == commitment_of(first.draw_seed)
    assert first.draw_seed != second.draw_seed
    assert announced("shift_opened") == 2
    assert announced("job_funded") == 1
    assert open_shift(shift_id=first.id, actor=SETTING_UP, at=NOW).opened_at == NOW


def test_under_a_day_before_the_start_it_is_first_come(requester: Requester) -> None:
    job = submit(requester)
    shift = fund(job, at=STARTS_AT - timedelta(hours=23)).shifts.get()
    assert shift.first_come
    assert shift.closes_at == STARTS_AT - timedelta(hours=23)


def test_money_that_comes_after_the_start_opens_nothing_and_goes_back(requester: Requester) -> None:
    job = submit(requester)
    approve_job(job_id=job.id, department_id=job.governing_department_id, actor=SETTING_UP, at=NOW)
    mark_contracted(job_id=job.id, actor=SETTING_UP, at=NOW)
    mark_funded(job_id=job.id, actor=SETTING_UP, at=STARTS_AT)
    job.refresh_from_db()
    assert job.shifts.get().state == Shift.State.EXPIRED
    assert job.state == Job.State.CLOSED
    assert announced("shift_finished") == 1


def test_a_job_whose_dates_pass_unpaid_lapses_and_late_money_is_settled(requester: Requester) -> None:
    job = submit(requester, terms=job_terms(shifts=TWO_SHIFTS))
    approve_job(job_id=job.id, department_id=job.governing_department_id, actor=SETTING_UP, at=NOW)
    assert scan_expiries(at=STARTS_AT) == 1
    job.refresh_from_db()
    assert job.state == Job.State.APPROVED
    assert scan_expiries(at=STARTS_AT + timedelta(days=1)) == 1
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert (announced("job_lapsed"), announced("shift_finished")) == (1, 0)
    mark_funded(job_id=job.id, actor=SETTING_UP, at=STARTS_AT + timedelta(days=2))
    assert announced("shift_finished") == 2


def test_an_open_shift_that_nobody_took_is_finished_so_that_it_is_refunded(requester: Requester) -> None:
    job = fund(submit(requester))
    # Until its end the desk may send somebody.
    ends_at = job.shifts.get().ends_at
    assert scan_expiries(at=ends_at - timedelta(minutes=1)) == 0
    assert scan_expiries(at=ends_at) == 1
    assert scan_expiries(at=ends_at) == 0
    job.refresh_from_db()
    assert (job.state, job.shifts.get().state) == ("closed", Shift.State.EXPIRED)
    assert announced("shift_finished") == 1


def test_before_approval_a_change_counts_at_once(requester: Requester) -> None:
    job = submit(requester)
    revision = propose_change(
        job=job, terms=job_terms(title="Bigger", shifts=TWO_SHIFTS), reason="Second day", actor=requester.actor, at=NOW
    )
    job.refresh_from_db()
    assert (job.title, job.revision, revision.state) == ("Bigger", 2, "applied")
    assert [shift.number for shift in job.shifts.filter(state="planned").order_by("number")] == [1, 2]
    assert (announced("job_changed"), announced("job_change_proposed")) == (1, 0)


def test_after_approval_a_change_waits_for_the_clients_word(requester: Requester) -> None:
    job = fund(submit(requester, terms=job_terms(shifts=TWO_SHIFTS)))
    kept, changed = job.shifts.all()
    bigger = (TWO_SHIFTS[0], shift_terms(starts_at=STARTS_AT + timedelta(days=1), ranks={"constable": 5}))
    with pytest.raises(refusals.NothingChanged):
        propose_change(job=job, terms=job_terms(shifts=TWO_SHIFTS), actor=requester.actor, at=NOW)
    stale = propose_change(job=job, terms=job_terms(title="x", shifts=TWO_SHIFTS), actor=requester.actor, at=NOW)
    revision = propose_change(job=job, terms=job_terms(shifts=bigger), actor=requester.actor, at=NOW)
    assert job.shifts.filter(state="open").count() == 2
    with pytest.raises(refusals.RevisionNotOpen):
        apply_revision(job=job, revision_number=stale.number, actor=SETTING_UP, at=NOW)
    apply_revision(job=job, revision_number=revision.number, actor=SETTING_UP, at=NOW)
    apply_revision(job=job, revision_number=revision.number, actor=SETTING_UP, at=NOW)
    kept.refresh_from_db()
    changed.refresh_from_db()
    assert (kept.state, kept.number, changed.state) == ("open", 1, "cancelled")
    added = job.shifts.get(number=2)
    headcounts = dict(added.positions.values_list("rank_code", "headcount"))
    assert (added.state, headcounts) == ("planned", {"constable": 5, "sergeant": 1})
    mark_funded(job_id=job.id, actor=SETTING_UP, at=NOW)
    added.refresh_from_db()
    assert added.state == "open"
    assert JobRevision.objects.filter(state="applied").count() == 2


def test_shifts_that_change_places_keep_their_bids(department: Tenant, requester: Requester) -> None:
    job = fund(submit(requester, terms=job_terms(shifts=TWO_SHIFTS)))
    first, second = job.shifts.all()
    officer = make_officer(department)
    place_bid(officer=officer, shift_id=first.id, actor=actor_for(officer.person), at=NOW)
    revision = propose_change(job=job, terms=job_terms(shifts=TWO_SHIFTS[::-1]), actor=requester.actor, at=NOW)
    apply_revision(job=job, revision_number=revision.number, actor=SETTING_UP, at=NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.number, second.number) == (2, 1)
    assert Bid.objects.get().state == Bid.State.PLACED


def test_a_changed_shift_withdraws_its_bids_and_says_why(department: Tenant, requester: Requester) -> None:
    job = fund(submit(requester))
    officer = make_officer(department)
    place_bid(officer=officer, shift_id=job.shifts.get().id, actor=actor_for(officer.person), at=NOW)
    moved = job_terms(venue=venue_terms(latitude=43.47))
    revision = propose_change(job=job, terms=moved, actor=requester.actor, at=NOW)
    apply_revision(job=job, revision_number=revision.number, actor=SETTING_UP, at=NOW)
    bid = Bid.objects.get()
    assert bid.state == Bid.State.WITHDRAWN
    assert "changed" in bid.explanation
    job.refresh_from_db()
    assert job.venue.latitude == 43.47
    assert announced("shift_cancelled") == 1


def test_a_job_changes_again_and_again_also_when_a_date_of_it_is_over(requester: Requester) -> None:
    """Finished shifts that made room stay there: they were moved on at each change, in the end onto each other."""
    job = fund(submit(requester, terms=job_terms(shifts=TWO_SHIFTS)))
    over = job.shifts.get(number=1)
    Shift.objects.filter(id=over.id).update(state=Shift.State.EXPIRED, finished_at=STARTS_AT)
    for day in (2, 3, 4, 5):
        wanted = (shift_terms(starts_at=STARTS_AT + timedelta(days=day)), *([TWO_SHIFTS[1]] if day == 3 else []))
        revision = propose_change(job=job, terms=job_terms(shifts=wanted), actor=requester.actor, at=NOW)
        apply_revision(job=job, revision_number=revision.number, actor=SETTING_UP, at=NOW)
        over.refresh_from_db()
        assert (over.number, over.state) == (1002, Shift.State.EXPIRED)
        in_place = job.shifts.filter(number__lt=1000).order_by("number").values_list("starts_at", flat=True)
        assert list(in_place) == [one.starts_at for one in wanted]


def test_a_staffed_shift_keeps_the_job_as_it_is(department: Tenant, requester: Requester) -> None:
    job = fund(submit(requester), at=STARTS_AT - timedelta(hours=5))
    officer = make_officer(department)
    at = STARTS_AT - timedelta(hours=4)
    place_bid(officer=officer, shift_id=job.shifts.get().id, actor=actor_for(officer.person), at=at)
    with pytest.raises(refusals.ShiftAlreadyStaffed):
        propose_change(job=job, terms=job_terms(title="Other"), actor=requester.actor, at=at)
    assert JobRevision.objects.count() == 1


def test_a_change_may_not_leave_the_department(requester: Requester) -> None:
    job = submit(requester)
    with pytest.raises(refusals.NoCoveringDepartment):
        propose_change(job=job, terms=job_terms(venue=venue_terms(place=FAR_AWAY)), actor=requester.actor, at=NOW)


def test_a_paid_job_is_not_withdrawn_by_a_click(requester: Requester) -> None:
    job = fund(submit(requester))
    with pytest.raises(refusals.JobAlreadyPaid):
        withdraw_job(job=job, actor=requester.actor, at=NOW)


def test_status_lines_and_the_dashboard_follow_the_shifts(department: Tenant, requester: Requester) -> None:
    waiting = submit(requester)
    paid = fund(submit(requester))
    rows = {job.id: job_status_line(job) for job in jobs_for_department(department.id)}
    assert rows == {waiting.id: "Waiting for the department", paid.id: "Looking for officers: 0 of 2 so far"}
    board = coordinator_dashboard(department.id, STARTS_AT - timedelta(days=2))
    assert (board.waiting_for_decision, board.open_shifts, board.unfilled_positions) == (1, 1, 2)
    assert board.oldest_waiting_since == NOW
    assert len(board.next_shifts) == 2


def test_lists_take_a_constant_number_of_queries(
    department: Tenant, requester: Requester, django_assert_max_num_queries: object
) -> None:
    for _ in range(4):
        fund(submit(requester, terms=job_terms(shifts=TWO_SHIFTS)))
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        jobs = list(jobs_for_department(department.id))
        totals = totals_of_jobs([job.id for job in jobs])
        lines = [job_status_line(job, totals[job.id]) for job in jobs]
    assert lines == ["Looking for officers: 0 of 4 so far"] * 4
