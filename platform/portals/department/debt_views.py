"""What the department is owed and owes, item by item."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.desk_roles import MONEY_READERS
from billing.paying_out import owed
from billing.paying_out.owed import OwedItem
from kernel import clock
from portals.department.desk import PAGE_SIZE, desk_page
from portals.doors import tenant_of


@require_safe
@desk_page(may_read=MONEY_READERS)
def debts(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    who: dict[str, Any] = {"owner_kind": "department", "owner_id": department.id, "currency": department.currency}
    items = owed.owed_to_department(department_id=department.id, currency=department.currency)
    page = Paginator(items, PAGE_SIZE).get_page(request.GET.get("page"))
    at = clock.now()
    return render(
        request,
        "department/debts.html",
        {
            "sums": owed.sums_of(**who),
            "page": page,
            "rows": [{"item": item, "waits_for": _words(item), "is_late": _is_late(item, at)} for item in page],
            "debts": list(owed.debts_of(**who)[:PAGE_SIZE]),
            "currency": department.currency,
            "zone": department.time_zone,
        },
    )


def _words(item: OwedItem) -> str:
    return {
        "client": _("The client’s payment"),
        "transfer": _("Its transfer, which is on its way"),
        "held": item.why or _("It is held"),
        "failed": _("The operator: the transfer was refused"),
    }[item.waits_for]


def _is_late(item: OwedItem, at: Any) -> bool:
    return item.waits_for == "client" and item.before is not None and item.before <= at
