"""The report of somebody's jobs by mail, once for each period that has ended, to whoever wished for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Person
from marketplace.job_reports import last_day_of, next_end
from marketplace.models import JobReportWish, Officer
from marketplace.scanning import move_each
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link
from reports.charts import value_text
from reports.own_jobs import OwnReport, report_of_client, report_of_officer
from reports.periodic.periods import Period, period_of
from reports.periodic.wording import period_text

_BATCH = 500
_TITLES = {"day": "Your day", "week": "Your week", "month": "Your month"}


def scan_job_reports(*, at: datetime) -> int:
    """Wishes whose period is over. The letter and the next turn are one transaction, so that each is sent once."""
    due = JobReportWish.objects.filter(next_at__lte=at).order_by("next_at").values_list("id", flat=True)
    return move_each(due[:_BATCH], lambda wish_id: _send(wish_id, at))


def _send(wish_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        wish = JobReportWish.objects.select_for_update(skip_locked=True).filter(id=wish_id, next_at__lte=at).first()
        if wish is None:
            return False
        period = period_of(kind=wish.cadence, on_date=last_day_of(wish))
        person = Person.objects.filter(id=wish.person_id, is_active=True).first()
        report = _read(wish, person, period, at) if person is not None else None
        if person is not None and report is not None and report.rows:
            # Nothing happened: nothing is written.
            send_letter(
                _letter(report, wish),
                business_key=f"job-report:{wish.side}:{wish.cadence}:{period.from_date}:{person.id}",
                recipient=person.email,
                person_id=person.id,
                at=at,
            )
        # From where it stood: after an outage each period that ended meanwhile still has its letter.
        wish.next_at = next_end(wish.cadence, after=wish.next_at, time_zone=wish.time_zone)
        wish.save(update_fields=["next_at"])
    return True


def _read(wish: JobReportWish, person: Person, period: Period, at: datetime) -> OwnReport | None:
    if wish.side == JobReportWish.Side.CLIENT:
        return report_of_client(person=person, period=period, zone=wish.time_zone, at=at)
    officer = Officer.objects.filter(person=person, left_at=None).first()
    return report_of_officer(officer=officer, period=period, zone=wish.time_zone, at=at) if officer else None


def _letter(report: OwnReport, wish: JobReportWish) -> Letter:
    title = _TITLES[report.period.kind]
    in_time, came = report.in_time
    page = marketplace_link(f"{wish.side}:job_report")
    return Letter(
        subject=f"{title}: {period_text(report.period)}",
        heading=f"{title}, {period_text(report.period)}",
        paragraphs=(f"{report.shifts} shift{'s' if report.shifts != 1 else ''}, and what became of the places:",),
        facts=(
            *((words, str(number)) for words, number in report.counts),
            ("Clocked in on time", f"{in_time} of {came}"),
            ("Worked", value_text(report.worked_minutes, "minutes")),
        ),
        action=("Open the report", f"{page}?kind={report.period.kind}&from={report.period.from_date.isoformat()}"),
        footnote="You asked for this report on its page, where you can also stop it.",
    )
