"""The agency's place in the thread of a job that it supplies."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desk_roles import AGENCY_SCHEDULERS
from kernel import clock
from marketplace.job_seats import Seat, agency_seat
from portals.agency.desk import agency_page
from portals.doors import may, tenant_of
from portals.job_thread_pages import show_news, show_thread


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@agency_page()
def messages(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return show_thread(
        request,
        lambda: _seat(request, job_id),
        template="agency/job_messages.html",
        news_url=reverse("agency:job_messages_news", args=[job_id]),
        job_url=reverse("agency:job", args=[job_id]),
        may_write=may(request, AGENCY_SCHEDULERS),
        who_reads=_("the client, the department, your staff and the officers on it read these"),
        above=[{"label": _("Jobs"), "url": reverse("agency:jobs")}],
    )


@never_cache
@require_safe
@agency_page()
def news(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return show_news(request, lambda: _seat(request, job_id))


def _seat(request: HttpRequest, job_id: UUID) -> Seat:
    return agency_seat(agency_id=tenant_of(request).id, person=request.user, job_id=job_id, at=clock.now())  # type: ignore[arg-type]
