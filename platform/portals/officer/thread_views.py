"""The assigned officer's place in the thread of the job."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel import clock
from marketplace.job_seats import officer_seat
from marketplace.models import Officer
from portals.job_thread_pages import show_news, show_thread
from portals.officer.pages import officer_page


@officer_page
@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest, officer: Officer, assignment_id: UUID) -> HttpResponse:
    return show_thread(
        request,
        lambda: officer_seat(officer=officer, assignment_id=assignment_id, at=clock.now()),
        template="officer/assignment_messages.html",
        news_url=reverse("officer:assignment_messages_news", args=[assignment_id]),
        job_url=reverse("officer:assignment", args=[assignment_id]),
        who_reads=_("the client, the department and the officers on it read these"),
        above=[{"label": _("My shifts"), "url": reverse("officer:shifts")}],
    )


@officer_page
@require_safe
def news(request: HttpRequest, officer: Officer, assignment_id: UUID) -> HttpResponse:
    return show_news(request, lambda: officer_seat(officer=officer, assignment_id=assignment_id, at=clock.now()))
