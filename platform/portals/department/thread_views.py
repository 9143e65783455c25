"""The department's place in the thread of a job that it governs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desk_roles import ON_THE_DAY
from marketplace.job_seats import Seat, department_seat
from portals.department.desk import desk_page
from portals.doors import may, tenant_of
from portals.job_thread_pages import show_news, show_thread


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(may_change=ON_THE_DAY)
def messages(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return show_thread(
        request,
        lambda: _seat(request, job_id),
        template="department/request_messages.html",
        news_url=reverse("department:request_messages_news", args=[job_id]),
        job_url=reverse("department:request", args=[job_id]),
        may_write=may(request, ON_THE_DAY),
        who_reads=_("the client, your staff and the officers on it read these"),
        above=[{"label": _("Requests"), "url": reverse("department:requests")}],
    )


@never_cache
@require_safe
@desk_page()
def news(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return show_news(request, lambda: _seat(request, job_id))


def _seat(request: HttpRequest, job_id: UUID) -> Seat:
    return department_seat(department_id=tenant_of(request).id, person=request.user, job_id=job_id)  # type: ignore[arg-type]
