"""Host → tenant → URLconf, and what the database session may see during one request."""

import logging
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import get_template
from django.utils.module_loading import import_string

from kernel.reading import reading
from tenants.access import needs_membership
from tenants.backend.session import RowContext
from tenants.context import app_connection, identify_person
from tenants.models import Tenant
from tenants.queries import tenant_by_host

logger = logging.getLogger(__name__)
Response = Callable[[HttpRequest], HttpResponseBase]


class TenantMiddleware:
    """Outside of all that may ask the database. Every request runs in the public schema; `request.tenant` says whose
    portal it came through.

    None means the marketplace's own host. A host that nobody owns is answered with a page that says so.
    """

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        connection = app_connection()
        connection.restore_public()
        try:
            with reading() if request.method in ("GET", "HEAD") else nullcontext():
                refused = self._enter(request)
                response = refused if refused is not None else self.get_response(request)
            if response.streaming:
                # The body is read after this method has returned: it needs the same session again, piece by piece.
                response.streaming_content = _within(connection.row_context, response.streaming_content)  # type: ignore[attr-defined]
            return response
        finally:
            connection.restore_public()

    def _enter(self, request: HttpRequest) -> HttpResponse | None:
        request.tenant = None  # type: ignore[attr-defined]
        request.membership = None  # type: ignore[attr-defined]
        try:
            host = request.get_host().rsplit(":", 1)[0].lower().rstrip(".")
        except DisallowedHost:
            return _page(request, "unknown_host", status=404)
        connection = app_connection()
        if host in settings.MARKETPLACE_HOSTS:
            connection.row_context = RowContext(purpose="request")
            return None
        tenant = tenant_by_host(host=host)
        if tenant is None or tenant.state not in (Tenant.State.ACTIVE, Tenant.State.SUSPENDED):
            return _page(request, "unknown_host", status=404)
        if tenant.state == Tenant.State.SUSPENDED:
            return _page(request, "closed_portal", status=503, tenant=tenant)
        request.tenant = tenant  # type: ignore[attr-defined]
        request.urlconf = settings.TENANT_URLCONFS[tenant.kind]  # type: ignore[attr-defined]
        # The tenant's protected rows stay closed until PersonMiddleware has found a membership.
        connection.row_context = RowContext(purpose="request")
        connection.portal_tenant_id = str(tenant.id)
        return None


class PersonMiddleware:
    """After authentication: tells the session who is signed in, and keeps a portal to its own people.

    On a tenant's host a signed-in person needs a membership there, except on views marked
    `tenants.access.open_to_visitors` and on the paths of TENANT_VISITOR_PATHS (sign-in, sign-out).
    """

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response
        self.find_membership = import_string(settings.TENANT_MEMBERSHIP_RESOLVER)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            membership = None
            if tenant is not None:
                membership = self.find_membership(person_id=request.user.pk, tenant_id=tenant.id)
                request.membership = membership  # type: ignore[attr-defined]
            identify_person(person_id=request.user.pk, tenant_id=tenant.id if tenant and membership else None)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: Any, keywords: Any
    ) -> HttpResponseBase | None:
        tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
        if tenant is None or not request.user.is_authenticated or request.membership is not None:  # type: ignore[attr-defined]
            return None
        if not needs_membership(view=view, path=request.path):
            return None
        return _page(request, "not_a_member", status=403, tenant=tenant)


def _within(context: RowContext, content: Iterator[bytes]) -> Iterator[bytes]:
    pieces = iter(content)
    while True:
        connection = app_connection()
        connection.restore_public()
        connection.row_context = context
        try:
            piece = next(pieces)
        except StopIteration:
            return
        finally:
            connection.restore_public()
        yield piece


def _page(request: HttpRequest, name: str, *, status: int, **context: Any) -> HttpResponse:
    """A page of its own, without base layout, session or links into any portal."""
    template = get_template(f"refusals/{name}.html")
    text = template.render({"marketplace_url": settings.PUBLIC_BASE_URL, **context})
    response = HttpResponse(text, status=status)
    # Outside the middleware that would add it. A host that nobody owns serves no files: they come from the marketplace.
    origin = settings.PUBLIC_BASE_URL
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {origin}; img-src {origin}; font-src {origin}"
    )
    if status == 503:
        response.headers["Retry-After"] = "3600"
    return response
