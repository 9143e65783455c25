"""Pages that belong to no single portal: front doors, terms, themes, documents, hand-off between hosts."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from accounts import hand_off as hand_offs
from accounts.refusals import HandOffInvalid
from accounts.terms import CURRENT_TERMS_VERSION
from kernel import clock
from kernel.errors import NotFound
from messaging import short_links
from portals.audience import audience_of
from portals.theme import css_for_hue
from tenants.access import open_to_visitors
from tenants.queries import active_tenants, tenant_by_slug


@require_GET
def marketplace_home(request: HttpRequest) -> HttpResponse:
    """Visitors see what Muster is; people who are signed in go where their work is."""
    audience = audience_of(request)
    if audience.is_signed_in:
        if request.user.is_staff:  # type: ignore[union-attr]
            return redirect("operator:overview")
        return redirect("officer:today" if audience.is_officer else "client:jobs")
    departments = active_tenants(kind="department")
    return render(request, "marketplace/home.html", {"departments": departments, "port": settings.PUBLIC_PORT})


@open_to_visitors
@require_GET
def department_home(request: HttpRequest) -> HttpResponse:
    if request.membership is not None:  # type: ignore[attr-defined]
        return redirect("department:dashboard")
    return render(request, "department/front_door.html")


@open_to_visitors
@require_GET
def agency_home(request: HttpRequest) -> HttpResponse:
    if request.membership is not None:  # type: ignore[attr-defined]
        return redirect("agency:dashboard")
    return render(request, "agency/front_door.html")


@require_GET
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """A text message's link to a page of this host, which asks for the sign-in itself."""
    path = short_links.path_of(code=code)
    if path is None:
        raise Http404
    return redirect(path)


@open_to_visitors
@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "marketplace/terms.html", {"terms_version": CURRENT_TERMS_VERSION})


@open_to_visitors
@require_GET
@cache_control(public=True, max_age=31_536_000, immutable=True)
def theme(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """One tenant's colours. The digest is in the address, so that a new hue is a new file."""
    tenant = tenant_by_slug(slug=slug)
    if tenant is None:
        raise Http404
    return HttpResponse(css_for_hue(tenant.hue), content_type="text/css")


@open_to_visitors
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@open_to_visitors
@require_GET
def hand_off(request: HttpRequest) -> HttpResponse:
    """Sign in with a token from another host of the platform, then go on."""
    host = request.get_host().rsplit(":", 1)[0]
    onward = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = "/"
    try:
        person = hand_offs.redeem_hand_off(token=request.GET.get("token", ""), host=host, at=clock.now())
    except HandOffInvalid:
        return redirect(f"{settings.LOGIN_URL}")
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return HttpResponseRedirect(onward)


@open_to_visitors
@login_required
@require_GET
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """An issued document, to whoever it belongs to; missing and not-yours look alike."""
    from billing.documents.access import document_for_person

    person = audience_of(request).person
    if person is None:
        raise Http404
    try:
        found = document_for_person(
            person=person,
            membership=request.membership,  # type: ignore[attr-defined]
            document_id=document_id,
        )
    except NotFound as refusal:
        raise Http404 from refusal
    response = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
