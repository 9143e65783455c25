"""Duty that arrived after an award: the home desk keeps the detail with a reason, or takes its officer off."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import actor_of
from kernel import clock
from kernel.errors import Refusal
from marketplace import duty_conflicts
from marketplace.models import DutyConflict
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.doors import tenant_of
from portals.refusals import show


@require_safe
@desk_page()
def conflicts(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    shows_closed = request.GET.get("show") == "closed"
    ours = Q(home_department_id=department.id) | Q(governing_department_id=department.id)
    is_open = Q(state=DutyConflict.State.OPEN)
    found = DutyConflict.objects.filter(ours).select_related("officer", "assignment__shift__job__venue")
    found = found.exclude(is_open).order_by("-closed_at") if shows_closed else found.filter(is_open)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [{"conflict": one, "is_home": one.home_department_id == department.id} for one in page]
    return show_page(request, "duty_conflicts", {"page": page, "rows": rows, "shows_closed": shows_closed})


@require_POST
@desk_page()
def decide(request: HttpRequest, conflict_id: UUID) -> HttpResponse:
    act = duty_conflicts.release if request.POST.get("decision") == "release" else duty_conflicts.keep
    try:
        conflict = act(
            department_id=tenant_of(request).id,
            conflict_id=conflict_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
        released = conflict.state == DutyConflict.State.RELEASED
        messages.success(request, "Released. The next backup is asked." if released else "Kept, with your reason.")
    except Refusal as refusal:
        show(request, refusal)
    return redirect("department:duty_conflicts")
