"""What a department's rules put into a request: supervisors, short notice, its own questions, documents."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kernel import clock
from marketplace.job_facts import facts_of
from marketplace.models import Job, JobDraft
from tenants.models import Tenant
from tests.factories.clients import govern, make_requester, submit
from tests.factories.venues import job_terms, shift_terms
from tests.portals.test_papers import desk_of, desk_url
from tests.portals.wizard import Visitor, errors_of

pytestmark = pytest.mark.usefixtures("as_worker")

QUESTIONS = [
    {
        "fact": "venue.alcohol_revenue_percent",
        "label": "Income from alcohol, in percent?",
        "kind": "number",
        "maximum": 100,
    },
    {"fact": "venue.attributes.dancing", "label": "Is there dancing?", "kind": "yes_no"},
    {"fact": "venue.attributes.closes_at", "label": "When do you close?", "kind": "time", "event_types": ["funeral"]},
]
NOTICE = {
    "rules": [
        {"id": "ten-days", "less_than_business_days": 10, "outcome": "needs_approval", "approval_role": "commander"},
        {"id": "a-month", "less_than_minutes": 43200, "outcome": "warn", "text": "A month is better."},
    ]
}


def test_the_price_names_the_sergeant_that_four_officers_need(
    client: Client, department: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    govern(department)
    visitor = Visitor(client)
    visitor.answer_everything()
    assert "Sergeant added" not in visitor.get(visitor.page("price")).content.decode()
    visitor.officers(rank_constable=4)
    with django_assert_max_num_queries(12):
        page = visitor.get(visitor.page("price")).content.decode()
    assert "1 Sergeant added: four or more officers need one (policy rule)." in page
    # 4 × 388.50 + 439.68 net for four hours; 5 % service fee; 13 % on all.
    assert "$1,554.00" in page
    assert "$439.68" in page


def test_questions_are_asked_where_the_policy_asks_them_and_kept_with_the_job(
    client: Client, department: Tenant
) -> None:
    govern(department, questions=QUESTIONS)
    visitor = Visitor(client)
    visitor.start()
    for answer in (visitor.place(), visitor.pin(), visitor.when(), visitor.officers()):
        assert answer.status_code == 302
    page = visitor.get(visitor.page("details")).content.decode()
    assert "Is there dancing?" in page
    assert "When do you close?" not in page
    share, dancing = "attributes.venue.alcohol_revenue_percent", "attributes.venue.attributes.dancing"
    assert "Answer this question." in errors_of(visitor.details())
    assert "between 0 and 100, not 101" in errors_of(visitor.details(**{share: "101", dancing: "no"}))
    assert visitor.details(**{share: "20", dancing: "no"})["Location"] == visitor.page("price")
    requester = make_requester()
    client.force_login(requester.person)
    assert "Is there dancing?" in visitor.get(visitor.page("check")).content.decode()
    visitor.post(visitor.page("check"), {})
    job = Job.objects.get()
    assert job.attributes == {"venue.alcohol_revenue_percent": 20, "venue.attributes.dancing": False}
    facts = facts_of(job)
    assert (facts["venue.alcohol_revenue_percent"], facts["client.non_profit"]) == (20, False)
    desk = desk_of(department).get(desk_url("request", job_id=job.id)).content.decode()
    assert "Income from alcohol, in percent?" in desk
    assert JobDraft.objects.get().answers["attributes"] == job.attributes


def test_short_notice_is_said_before_sending_and_takes_a_commander(client: Client, department: Tenant) -> None:
    govern(department, notice=NOTICE)
    visitor, requester = Visitor(client), make_requester()
    visitor.answer_everything()
    client.force_login(requester.person)
    visitor.post(visitor.page("when"), _in_days(9))
    page = visitor.get(visitor.page("check")).content.decode()
    assert "this kind of event wants 10 business days. It needs the approval of a commander" in page
    assert "A month is better." in page
    visitor.post(visitor.page("check"), {})
    job = Job.objects.get()
    coordinator, commander = desk_of(department), desk_of(department, "commander")
    approve_url, request_url = desk_url("approve", job_id=job.id), desk_url("request", job_id=job.id)
    assert "A rule asks for the approval of: commander" in coordinator.get(request_url).content.decode()
    refused = coordinator.post(approve_url, {"note": ""}, follow=True)
    assert "Only a commander can approve it: ask one of them." in refused.content.decode()
    job.refresh_from_db()
    assert job.state == "submitted"
    commander.post(approve_url, {"note": ""})
    job.refresh_from_db()
    assert job.state == "approved"


@pytest.mark.parametrize("role", ["supervisor", "commander", "auditor"])
def test_without_such_a_rule_a_coordinator_approves_and_nobody_else(department: Tenant, role: str) -> None:
    govern(department)
    starts_at = clock.now() + timedelta(days=12)
    job = submit(make_requester(), terms=job_terms(shifts=(shift_terms(starts_at=starts_at),)), at=clock.now())
    assert desk_of(department, role).post(desk_url("approve", job_id=job.id), {"note": ""}).status_code == 403
    job.refresh_from_db()
    assert job.state == "submitted"


def _in_days(days: int) -> dict[str, Any]:
    date = (clock.now() + timedelta(days=days)).date().isoformat()
    return {"date_0": date, "start_0": "10:00", "end_0": "14:00"}
