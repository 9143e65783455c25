"""C11: an agency is chosen, on thirty days; its officer works; it is paid on the last day and closes its month."""

from __future__ import annotations

import calendar
import csv
import io
import re
from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from demo import pages
from demo.acts import booking, on_credit, working
from demo.agenda import Agenda
from demo.calls import Caller, DemoFailed
from demo.drawing import Attendance
from demo.places import AGENCY, PASSWORD_OF_STAFF
from demo.stage import OfficerOnStage, Stage, Troupe, rows

LIMIT_CENTS = 500_000
# All-in and with tax, as the department's own rates: cents for an hour.
BILL_RATE_CENTS, PAY_RATE_CENTS = 8_850, 5_900
MINIMUM_MINUTES = 180
TAX_NUMBER = "80000 0009 RT0001"
PLAN = Attendance(arrives=-6, leaves=4, metres_in=12, metres_out=18, bearing=1.0)
# Before the last of the days has passed.
ON_THE_LAST_DAY = timedelta(days=on_credit.DAYS - 1, hours=20)
_AGENCY = re.compile(r"/desk/agencies/([0-9a-f-]{36})/decide")
_OFFER = re.compile(r"/client/agency-offers/([0-9a-f-]{36})/accept")
_ONBOARDED = re.compile(r"(Can receive money)")
_SEEN = re.compile(r'name="seen_sha256" value="([0-9a-f]{64})"')
_CLOSED = re.compile(r"(They still have the hash of the closing)")


def agency_month(stage: Stage, troupe: Troupe) -> None:
    """Of a department whose client has credit."""
    stage.story.step = "C11"
    scheduler, bookkeeper = _signed_in(stage, AGENCY.scheduler), _signed_in(stage, AGENCY.bookkeeper)
    agency_id = _admitted(troupe)
    _open_account(stage, troupe, bookkeeper, agency_id)
    officer = _engaged(troupe, scheduler, agency_id)
    job = booking.another_job(stage, troupe, about="supplied by an agency", headcount=1)
    stage.story.step = "C11"
    pages.fill_in(job.client, f"/client/jobs/{job.job_id}/agencies/ask", {"wanted": "yes"})
    _offer(stage, job, scheduler)
    _accept(stage, job, agency_id)
    _work(stage, job, scheduler, officer)
    on_credit.wait_for_invoice(job, limit_cents=LIMIT_CENTS)
    on_credit.pay_invoice(stage, job, after=ON_THE_LAST_DAY)
    booking.wait_until_gone(job)
    _close(stage, job, bookkeeper)


def _signed_in(stage: Stage, email: str) -> Caller:
    caller = stage.caller(f"{AGENCY.slug}.localhost", email)
    caller.sign_in(email, PASSWORD_OF_STAFF)
    return caller


def _admitted(troupe: Troupe) -> str:
    agency_id = pages.wait_for(troupe.coordinator, "/desk/agencies/", _AGENCY, what="the agency among those to decide")
    pages.fill_in(
        troupe.coordinator,
        f"/desk/agencies/{agency_id}/decide",
        {"decision": "admitted", "reason": "Licensed and insured."},
    )
    return agency_id


def _open_account(stage: Stage, troupe: Troupe, bookkeeper: Caller, agency_id: str) -> None:
    link = pages.follow(bookkeeper, "/staff/account/onboarding/")
    stage.visit(link, {"outcome": "complete", "account_number": "000888000222"})
    troupe.asked["payees"][link] = {"owner_kind": "agency", "owner_id": agency_id}
    pages.look(bookkeeper, "/staff/account/back/", expect=(200, 302))
    pages.wait_for(bookkeeper, "/staff/account/", _ONBOARDED, what="the agency's account")


def _engaged(troupe: Troupe, scheduler: Caller, agency_id: str) -> OfficerOnStage:
    """Invited by the address that they sign in with; they accept."""
    rank = troupe.script.department.rank
    officer = next(one for one in troupe.officers if one.drawn.rank_code == rank and one.assignment_id)
    pages.fill_in(
        scheduler, "/staff/officers/invite", {"department_id": troupe.department_id, "email": officer.drawn.work_email}
    )
    pages.fill_in(officer.caller, f"/officer/profile/agencies/{agency_id}/answer", {"answer": "accept"})
    return officer


def _offer(stage: Stage, job: Troupe, scheduler: Caller) -> None:
    rank = job.script.department.rank
    valid_until = job.script.starts_at.astimezone(ZoneInfo(job.script.department.time_zone)) - timedelta(hours=2)
    pages.fill_in(
        scheduler,
        f"/staff/requests/{job.job_id}/",
        {
            f"bill_{rank}": f"{BILL_RATE_CENTS / 100:.2f}",
            f"pay_{rank}": f"{PAY_RATE_CENTS / 100:.2f}",
            "minimum_hours": str(MINIMUM_MINUTES // 60),
            "tax_HST": TAX_NUMBER,
            "valid_until": f"{valid_until:%Y-%m-%dT%H:%M}",
            "message": "We know the venue.",
            "make": "1",
        },
    )
    stage.story.tell(f"{AGENCY.name} offers its price on a request of which it sees area, times and needs only")


def _accept(stage: Stage, job: Troupe, agency_id: str) -> None:
    """By invoice, within a limit that the department has set. What the agency pays its officers is not shown."""
    offers = f"/client/jobs/{job.job_id}/agencies/"
    offer_id = pages.wait_for(job.client, offers, _OFFER, what="the agency's offer")
    on_credit.grant(job, LIMIT_CENTS)
    shown = pages.look(job.client, offers)
    if f"{PAY_RATE_CENTS / 100:.2f}" in shown:
        raise DemoFailed("The client can read what the agency pays its officers.")
    pages.fill_in(
        job.client,
        f"/client/agency-offers/{offer_id}/accept",
        {"version": "1", "job": job.job_id, "way": "invoice"},
    )
    found = job.client.wait_for(
        f"jobs/{job.job_id}", lambda found: found if found["shifts"][0]["state"] == "open" else None, what="the shift"
    )
    job.shift_id = found["shifts"][0]["id"]
    (contract,) = [one for one in rows(job.client.get(f"jobs/{job.job_id}/contracts")) if one["state"] == "accepted"]
    job.asked["contract"] = {
        "id": contract["id"],
        # The department's own was offered once; an agency's is contracted at once.
        "version": 1,
        "total_cents": contract["total_cents"],
        "terms": job.asked["job"]["terms"],
    }
    job.asked["agency"] = {
        "id": agency_id,
        "bill_rate_cents_per_hour": BILL_RATE_CENTS,
        "pay_rate_cents_per_hour": PAY_RATE_CENTS,
        "minimum_minutes": MINIMUM_MINUTES,
    }
    stage.story.tell(
        f"{job.client.name} compares and takes {AGENCY.name}'s offer, by invoice in {on_credit.DAYS} days",
        ids=contract["id"],
        cents=contract["total_cents"],
        currency=job.currency,
    )


def _work(stage: Stage, job: Troupe, scheduler: Caller, officer: OfficerOnStage) -> None:
    """Staffed from the agency's roster; clocked by position; approved by the client."""
    script = job.script
    pages.fill_in(
        scheduler,
        f"/staff/shifts/{job.shift_id}/{script.department.rank}/",
        {"officers": officer.officer_id, "assign": "1"},
    )
    mine = rows(officer.caller.get("officer/assignments"))
    assignment_id = next(found["id"] for found in mine if found["shift"]["id"] == job.shift_id)
    worker = replace(officer, drawn=replace(officer.drawn, attendance=PLAN), assignment_id=assignment_id)
    job.officers = [worker]
    job.asked["officers"] = {officer.officer_id: {"name": officer.name, "email": officer.drawn.work_email}}
    working.note_workers(job)
    agenda = Agenda()
    for moment, late, kind in ((script.starts_at, PLAN.arrives, "in"), (script.ends_at, PLAN.leaves, "out")):
        stage.move_clock(moment.astimezone(UTC) + timedelta(minutes=late, seconds=working.SECONDS_IN))
        working.punch(stage, agenda, job, officer=worker, kind=kind)
    stage.story.step = "C11"
    stage.move_clock(script.ends_at + timedelta(minutes=30))
    (timesheet,) = job.client.wait_for(
        "timesheets", lambda answer: rows(answer) or None, what="the timesheet", job=job.job_id
    )
    job.client.post(f"timesheets/{timesheet['id']}/approve")


def _close(stage: Stage, job: Troupe, bookkeeper: Caller) -> None:
    """The month of the work is over: its one row is accepted as it matched, and the month is frozen."""
    stage.story.step = "C11"
    day = job.script.starts_at.astimezone(ZoneInfo(job.script.department.time_zone))
    month = f"{day:%Y-%m}"
    # The first of the next month, at noon.
    stage.move_clock(day.replace(day=1, hour=12) + timedelta(days=calendar.monthrange(day.year, day.month)[1]))
    base = f"/staff/reconciliation/{month}/"
    pages.fill_in(bookkeeper, f"{base}refresh", {})
    pages.fill_in(bookkeeper, f"{base}accept", {})
    text = pages.look(bookkeeper, f"{base}rows.csv")
    kept = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    seen = pages.wait_for(bookkeeper, f"{base}close/", _SEEN, what="the figures before the closing")
    pages.fill_in(bookkeeper, f"{base}close/", {"seen_sha256": seen})
    pages.wait_for(bookkeeper, f"{base}close/", _CLOSED, what="the closed month")
    job.asked["agency"]["month"] = {"name": month, "rows": kept}
    stage.story.tell(f"{AGENCY.name} closes {month}: {len(kept)} row, nothing open", ids=job.job_id)
