"""How the days on which officers were promised their pay were kept."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.desk_roles import MONEY_READERS
from billing.promises import record
from kernel import clock
from portals import wording
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.doors import tenant_of
from portals.pay_days import of_promise

LOOK_BACK = timedelta(days=365)


@require_safe
@desk_page(may_read=MONEY_READERS)
def promises(request: HttpRequest) -> HttpResponse:
    department = tenant_of(request)
    since = wording.local_time(clock.now() - LOOK_BACK, department.time_zone).date()
    found = record.due_since(since).filter(department_id=department.id)
    page = Paginator(record.late_promises(found), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [{"promise": one, "words": of_promise(one).replace("In your bank", "In the bank")} for one in page]
    return show_page(
        request, "promises", {"record": record.record_of(found), "page": page, "rows": rows, "since": since}
    )
