"""Who can work a shift: the department's own officers by tier, others as numbers."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.desk_roles import PERSONNEL_READERS
from kernel import clock
from marketplace import access
from marketplace.reachable import who_can_work
from portals.department.desk import desk_page, show_page
from portals.doors import tenant_of


@require_safe
@desk_page(may_read=PERSONNEL_READERS)
def who_can_work_it(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    shift = access.shift_for_department(department_id=tenant_of(request).id, shift_id=shift_id)
    positions = list(shift.positions.order_by("-pay_rate_cents_per_hour", "rank_code"))
    wanted = request.GET.get("rank", "")
    position = next((one for one in positions if one.rank_code == wanted), positions[-1])
    return show_page(
        request,
        "who_can_work",
        {
            "shift": shift,
            "job": shift.job,
            "positions": positions,
            "position": position,
            "found": who_can_work(shift=shift, position=position, at=clock.now()),
        },
    )
