"""The client's place in the thread of their job."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kernel import clock
from kernel.errors import NotFound
from marketplace.job_seats import Seat, client_seat
from marketplace.refusals_threads import ThreadOver
from portals.job_thread_pages import show_news, show_thread


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job_url = reverse("client:job", args=[job_id])
    return show_thread(
        request,
        lambda: _seat(request, job_id),
        template="client/job_messages.html",
        news_url=reverse("client:job_messages_news", args=[job_id]),
        job_url=job_url,
        who_reads=_("you, the department and the officers on it read these"),
        above=[{"label": _("My jobs"), "url": reverse("client:jobs")}],
    )


@never_cache
@login_required
@require_safe
def news(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return show_news(request, lambda: _seat(request, job_id))


def _seat(request: HttpRequest, job_id: UUID) -> Seat:
    try:
        return client_seat(person=request.user, job_id=job_id, at=clock.now())  # type: ignore[arg-type]
    except ThreadOver:
        raise
    except NotFound as refusal:
        raise Http404 from refusal
