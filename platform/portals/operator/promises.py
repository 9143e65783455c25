"""Pay promises over all departments: who keeps them, and why the others do not."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.promises import record
from kernel import clock
from portals.operator.access import operator_page
from tenants.context import acting_as
from tenants.models import Tenant

LOOK_BACK = timedelta(days=365)


@require_safe
@operator_page
def promises(request: HttpRequest) -> HttpResponse:
    since = (clock.now() - LOOK_BACK).date()
    # Each row is its officer's and its department's; the operator reads counts alone.
    with acting_as(purpose="worker"):
        found = record.due_since(since)
        together, by_department = record.record_of(found), record.records_by_department(found)
    names = dict(Tenant.objects.filter(id__in=by_department).values_list("id", "name"))
    worst_first = sorted(by_department.items(), key=lambda item: (item[1].kept_percent or 0, names[item[0]]))
    rows = [{"name": names[department_id], "record": one} for department_id, one in worst_first]
    return render(request, "operator/promises.html", {"record": together, "rows": rows, "since": since})
