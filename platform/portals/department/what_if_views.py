"""What if: choose a draft and a past, watch it being worked, read the difference."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import actor_of
from departments.policies import list_policies
from departments.policy.refusals import PolicyInvalid
from departments.policy_drafts import list_drafts
from kernel import clock
from kernel.errors import Refusal
from marketplace import what_if_runs
from marketplace.models import Officer, WhatIfRun
from marketplace.tasks import work_what_if
from portals.department.desk import PAGE_SIZE, desk_page, show_page
from portals.department.what_if_forms import WhatIfForm
from portals.department.words import order_words
from portals.doors import tenant_of
from portals.refusals import add_to_form
from portals.wording import local_time

# Tells htmx to ask no more.
STOP_POLLING = 286
_FORMER = "A former officer"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def what_ifs(request: HttpRequest) -> HttpResponse:
    """`?draft=` is the editor's draft that is chosen already."""
    department = tenant_of(request)
    at = clock.now()
    form = WhatIfForm(
        request.POST or None,
        request.FILES or None,
        versions=list_policies(department_id=department.id),
        drafts=[one for one in list_drafts(department_id=department.id) if one.is_open],
        draft=request.GET.get("draft", ""),
        today=local_time(at, department.time_zone).date(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            run = what_if_runs.request_what_if(
                department_id=department.id,
                document=form.cleaned_data["draft"],
                label=str(form.cleaned_data["label"]),
                from_date=form.cleaned_data["from_date"],
                until_date=form.cleaned_data["until_date"] + timedelta(days=1),
                actor=actor_of(request),
                at=at,
            )
            transaction.on_commit(lambda: work_what_if.delay(run_id=str(run.id)))
            return redirect("department:what_if", run_id=run.id)
        except PolicyInvalid as refusal:
            for mistake in refusal.mistakes[:10]:
                form.add_error("document", f"{mistake.path or 'document'}: {mistake.message}")
        except Refusal as refusal:
            add_to_form(form, refusal)
    runs = list(what_if_runs.runs_of_department(department_id=department.id))
    context = {"form": form, "runs": [(run, run.until_date - timedelta(days=1)) for run in runs]}
    return show_page(request, "what_ifs", context, status=422 if form.errors else 200)


@require_safe
@desk_page()
def what_if(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The result, or how far it is; asked by htmx, only that part."""
    run = what_if_runs.run_of_department(department_id=tenant_of(request).id, run_id=run_id)
    is_open = run.state in (WhatIfRun.State.QUEUED, WhatIfRun.State.RUNNING)
    context: dict[str, Any] = {"run": run, "is_open": is_open, "last_date": run.until_date - timedelta(days=1)}
    if getattr(request, "htmx", False):
        if is_open:
            return render(request, "department/_what_if_progress.html", context)
        answer = HttpResponse(status=STOP_POLLING)
        answer["HX-Refresh"] = "true"
        return answer
    if run.result is not None:
        context |= _result(request, run.result)
    return show_page(request, "what_if", context)


def _result(request: HttpRequest, result: dict[str, Any]) -> dict[str, Any]:
    page = Paginator(result["changed"], PAGE_SIZE).get_page(request.GET.get("page"))
    movers = sorted(result["officers"], key=lambda row: (-abs(row["after"] - row["before"]), row["officer_id"]))[:20]
    turns = [turn for change in page for side in ("gained", "lost") for turn in change[side]]
    names = _names([*(row["officer_id"] for row in movers), *(turn["officer_id"] for turn in turns)])
    before, after = result["before"], result["after"]
    return {
        "result": result,
        "from_date": date.fromisoformat(result["from_date"]),
        "rows": [
            ("Bids denied", "number", before["denials"], after["denials"]),
            ("Places without anybody", "number", before["unfilled"], after["unfilled"]),
            ("Hours given", "hours", before["minutes"], after["minutes"]),
            ("Gini coefficient of the hours", "share", f"{before['gini']:.2f}", f"{after['gini']:.2f}"),
            ("Billed, before tax and fee", "money", before["billed_cents"], after["billed_cents"]),
        ],
        "movers": [
            (names.get(row["officer_id"], _FORMER), row["before"], row["after"], row["after"] - row["before"])
            for row in movers
            if row["after"] != row["before"]
        ],
        "page": page,
        "changes": [
            {
                **change,
                "starts_at": datetime.fromisoformat(change["starts_at"]),
                "gained": [(names.get(turn["officer_id"], _FORMER), turn["sentence"]) for turn in change["gained"]],
                "lost": [(names.get(turn["officer_id"], _FORMER), turn["sentence"]) for turn in change["lost"]],
            }
            for change in page
        ],
        "unknown_keys": [order_words(key) for key in result["unknown_keys"]],
    }


def _names(officer_ids: list[str]) -> dict[str, str]:
    found = Officer.objects.filter(id__in=set(officer_ids)).values_list("id", "display_name")
    return {str(officer_id): name for officer_id, name in found}
