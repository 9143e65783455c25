"""An officer's shifts and what became of them, by day, week or month."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kernel import clock
from marketplace import job_reports
from marketplace.models import Officer
from portals.officer.pages import officer_page
from portals.own_report import asked_period, keep_wishes, send_file, show_report
from reports.own_jobs import OwnReport, report_of_officer


@officer_page
@require_GET
def report(request: HttpRequest, officer: Officer) -> HttpResponse:
    return show_report(
        request,
        report=_report(request, officer),
        template="officer/report.html",
        wishes=job_reports.wishes_of(person_id=officer.person_id, side="officer"),
        change_url=reverse("officer:job_report_wishes"),
        files={
            "Excel": reverse("officer:job_report_xlsx"),
            "PDF": reverse("officer:job_report_pdf"),
        },
    )


@officer_page
@require_GET
def report_file(request: HttpRequest, officer: Officer, ending: str) -> HttpResponse:
    return send_file(report=_report(request, officer), name=officer.display_name, ending=ending)


@officer_page
@require_POST
def wishes(request: HttpRequest, officer: Officer) -> HttpResponse:
    return keep_wishes(
        request,
        side="officer",
        zone=lambda: job_reports.zone_of_officer(officer=officer),
        page="officer:job_report",
    )


def _report(request: HttpRequest, officer: Officer) -> OwnReport:
    zone = job_reports.zone_of_officer(officer=officer)
    return report_of_officer(officer=officer, period=asked_period(request, zone=zone), zone=zone, at=clock.now())
