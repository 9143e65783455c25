"""A portal of three pages, to see what the middleware lets through."""

from collections.abc import Iterator

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views import View

from tenants.access import open_to_visitors


def _session() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_schema(), current_user, current_setting('app.tenant', true), "
            "current_setting('app.person', true), current_setting('app.purpose', true)"
        )
        return list(cursor.fetchone())


def staff_page(request: HttpRequest) -> JsonResponse:
    tenant = request.tenant  # type: ignore[attr-defined]
    return JsonResponse({"tenant": tenant and tenant.slug, "session": _session()})


@open_to_visitors
class VisitorPage(View):
    def get(self, request: HttpRequest) -> JsonResponse:
        return staff_page(request)


def failing_page(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@open_to_visitors
def streaming_page(request: HttpRequest) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        yield " ".join(_session())
        yield "\n"
        yield " ".join(_session())

    return StreamingHttpResponse(lines())


urlpatterns = [
    path("staff/", staff_page),
    path("visitors/", VisitorPage.as_view()),
    path("failing/", failing_page),
    path("streaming/", streaming_page),
]
