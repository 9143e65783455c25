"""What officers said of the client's sites, what the client said of officers, and the client's answers."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kernel import clock
from kernel.errors import NotFound
from marketplace import access
from marketplace.models import Client
from portals.rating_pages import PAGE_SIZE, answer_comment
from ratings.reading import comment_about, comments_about_client, comments_by_client
from ratings.summaries import site_figures_of


@login_required
@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    try:
        client = access.client_for_person(person=request.user)  # type: ignore[arg-type]
    except NotFound as refusal:
        raise Http404 from refusal
    about = comments_about_client(client_id=client.id, at=clock.now())
    context = {
        "client": client,
        "figures": site_figures_of(client_id=client.id),
        "page": Paginator(about, PAGE_SIZE).get_page(request.GET.get("page")),
        "own": comments_by_client(client_id=client.id)[:PAGE_SIZE],
    }
    return render(request, "client/ratings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, rating_id: UUID, kind: str) -> HttpResponse:
    own = Client.objects.filter(members__person=request.user, members__ended_at=None)  # type: ignore[misc]
    try:
        rating = comment_about(rating_id=rating_id, client_ids=list(own.values_list("id", flat=True)), at=clock.now())
    except NotFound as refusal:
        raise Http404 from refusal
    return answer_comment(request, rating, kind, back=reverse("client:ratings"))
