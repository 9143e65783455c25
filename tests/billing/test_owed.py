"""What goes back is told to whoever it is taken from, and a department sees what it is owed and owes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.memberships import grant_role
from billing.books.money import job_money, jobs_money, platform_money
from billing.giving_back import refund_cases
from billing.models import Netting, PayeeDebt, Settlement
from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from messaging.models import OutboundMessage
from notifications import debts
from tenants.context import acting_as
from tenants.models import Tenant
from tests.billing.desk import Desk
from tests.factories.departments import SETTING_UP
from tests.factories.people import make_person
from tests.factories.venues import NOW

pytestmark = pytest.mark.usefixtures("as_worker")


@pytest.fixture
def browser(department: Tenant) -> Browser:
    person = make_person(given_name="Dana", family_name="Whitlock")
    grant_role(person=person, tenant_id=department.id, role="coordinator", actor=SETTING_UP, at=NOW)
    browser = Browser(SERVER_NAME=f"{department.slug}.localhost")
    browser.force_login(person)
    return browser


def page(name: str) -> str:
    return reverse(f"department:{name}", urlconf="config.urls_department")


def give_back(settlement: Settlement, cents: int, reason: str) -> None:
    refund_cases.open_case(
        job=settlement.job, amount_cents=cents, currency=settlement.currency, reason=reason, request_id=uuid7(),
        actor=SETTING_UP, at=NOW,
    )  # fmt: skip


def tell(name: str, handler: Callable[..., None]) -> dict[str, OutboundMessage]:
    """The letters that come of every such event, by whom they went to."""
    before = set(OutboundMessage.objects.values_list("id", flat=True))
    for stored in OutboxEvent.objects.filter(name=name):
        handler(event=_event(stored), at=NOW)
    return {one.recipient: one for one in OutboundMessage.objects.exclude(id__in=before)}


def _event(stored: Any) -> Event:
    announced: datetime = stored.announced_at
    return Event(
        id=stored.id, name=stored.name, tenant_id=stored.tenant_id, payload=stored.payload, announced_at=announced
    )


def test_reversals_and_nettings_are_told_and_shown(
    department: Tenant, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    desk = Desk(department)
    settlement = desk.settled(240)
    with acting_as(purpose="worker"):
        assert "Its transfer, which is on its way" in browser.get(page("debts")).content.decode()
    with acting_as(purpose="worker"):
        desk.send()
        give_back(settlement, 10_000, "The gate was closed.")
        desk.send()
        taken = tell("billing.reversal_done", debts.tell_reversal)
        assert ["The gate was closed." in one.text for one in taken.values()] == [True]
        desk.without_balance = {department.id}
        give_back(settlement, 20_000, "It rained.")
        desk.send()
        refused = tell("billing.reversal_refused", debts.tell_refused_reversal)
        assert [one.subject for one in refused.values()] == [f"{settlement.job.reference}: money to give back"]
        assert "/money/owed/" in next(iter(refused.values())).text
        owed = PayeeDebt.objects.latest("id").owed_cents
        assert 0 < owed <= 20_000
        (books,) = platform_money()
        assert books.unexplained_cents == 0
        assert books.reversed_cents > 0
    with django_assert_max_num_queries(12):
        shown = browser.get(page("debts")).content.decode()
    assert f"{owed / 100:,.2f}" in shown
    assert "The gate was closed." in shown
    # A list that knows only of transfers and refunds would be wrong by what was taken back.
    with django_assert_max_num_queries(12):
        listed = browser.get(page("money")).content.decode()
    assert "does not add up" not in listed
    with acting_as(purpose="worker"):
        later = desk.settled(240)
        assert Netting.objects.filter(settlement=later).exists()
        kept = tell("billing.debt_netted", debts.tell_netting)
        assert [one.subject for one in kept.values()] == [f"{later.job.reference}: a part was kept"]
        both = [settlement.job_id, later.job_id]
        assert jobs_money(both) == {job_id: job_money(job_id) for job_id in both}
        (books,) = platform_money()
        assert (books.unexplained_cents, books.netted_cents) == (0, 0)
