"""A client's jobs and what became of them, by day, week or month."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Person
from kernel import clock
from marketplace import job_reports
from portals.own_report import asked_period, keep_wishes, send_file, show_report
from reports.own_jobs import OwnReport, report_of_client


@login_required
@require_GET
def report(request: HttpRequest) -> HttpResponse:
    person: Person = request.user  # type: ignore[assignment]
    return show_report(
        request,
        report=_report(request),
        template="client/report.html",
        wishes=job_reports.wishes_of(person_id=person.id, side="client"),
        change_url=reverse("client:job_report_wishes"),
        files={
            "Excel": reverse("client:job_report_xlsx"),
            "PDF": reverse("client:job_report_pdf"),
        },
    )


@login_required
@require_GET
def report_file(request: HttpRequest, ending: str) -> HttpResponse:
    return send_file(report=_report(request), name=str(request.user), ending=ending)


@login_required
@require_POST
def wishes(request: HttpRequest) -> HttpResponse:
    person: Person = request.user  # type: ignore[assignment]
    return keep_wishes(
        request,
        side="client",
        zone=lambda: job_reports.zone_of_client(person_id=person.id),
        page="client:job_report",
    )


def _report(request: HttpRequest) -> OwnReport:
    person: Person = request.user  # type: ignore[assignment]
    zone = job_reports.zone_of_client(person_id=person.id)
    return report_of_client(person=person, period=asked_period(request, zone=zone), zone=zone, at=clock.now())
