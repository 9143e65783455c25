"""The draw of a shift, open to anybody without signing in: on the marketplace's host, and on the department's own."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kernel.errors import NotFound
from marketplace.public_draws import PublicDraw, public_draw
from tenants.access import open_to_visitors
from tenants.models import Tenant


@open_to_visitors
@require_safe
def draw_page(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """The commitment before the award; seed, tickets and verifiers after it."""
    draw = _draw(request, shift_id)
    first = next((ticket for position in draw.positions for ticket in position.tickets), None)
    return render(
        request,
        "marketplace/draw.html",
        {"draw": draw, "shift": draw.shift, "example": first, "inputs": draw.to_json()},
    )


@open_to_visitors
@require_safe
def draw_inputs(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    draw = _draw(request, shift_id)
    answer = JsonResponse(draw.to_json(), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="draw-{draw.shift.id}.json"'
    return answer


def _draw(request: HttpRequest, shift_id: UUID) -> PublicDraw:
    tenant: Tenant | None = getattr(request, "tenant", None)
    try:
        return public_draw(shift_id=shift_id, department_id=tenant.id if tenant else None)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
