"""The officer reads the rules of their own department, as they count today and from when they change."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from departments.access import department
from departments.policies import list_policies
from departments.policy.plain_language import describe
from departments.policy_calendar import spans_of, stretches
from kernel import clock
from marketplace.models import Officer
from portals.officer.pages import officer_page
from portals.wording import local_time


@officer_page
@require_GET
def rules(request: HttpRequest, officer: Officer) -> HttpResponse:
    home = department(department_id=officer.home_department_id)
    versions = list_policies(department_id=home.id)
    today = local_time(clock.now(), home.time_zone).date()
    counting = stretches(spans_of(versions))
    now = next((stretch for stretch in counting if stretch.holds(today)), None)
    by_number = {one.version: one for one in versions}
    shown = by_number[now.version] if now else None
    return render(
        request,
        "officer/rules.html",
        {
            "department": home,
            "shown": shown,
            "sections": [section for section in describe(shown.document) if section.has_words] if shown else [],
            "coming": [(stretch, by_number[stretch.version]) for stretch in counting if stretch.starts > today],
            "zone": home.time_zone,
        },
    )
