"""Two generations of Stripe's accounts behind one adapter, what is asked again, and a capability that is lost."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from billing.connect import keeping
from billing.connect.choosing import connect_api_of
from billing.connect.port import Asked
from billing.listening import sweeping
from billing.models import PayeeAccount, Transfer
from billing.paying_out import payees
from billing.refusals import PaymentServiceUnavailable
from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from messaging.models import OutboundMessage
from notifications.payees import tell_requirements
from tests.billing.test_sending import shift_ready_for_transfer
from tests.billing.world import World
from tests.factories.departments import SETTING_UP

DEADLINE = datetime(2026, 12, 20, tzinfo=UTC)


def onboarding_page(world: World) -> str:
    return payees.start_onboarding(
        owner_kind="department", owner_id=world.department.id, currency="CAD", at=world.now, actor=SETTING_UP
    )


def told() -> list[OutboxEvent]:
    return list(OutboxEvent.objects.filter(name="billing.payee_requirements_due").order_by("announced_at", "id"))


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_either_api_opens_one_account_and_leads_to_the_same_state(ontario: World, settings: Settings, api: str) -> None:
    settings.STRIPE_CONNECT_API = api
    ontario.fault(f"/{api}/accounts" if api == "v1" else "/v2/core/accounts", "500_after_commit")
    with pytest.raises(PaymentServiceUnavailable):
        onboarding_page(ontario)
    settings.STRIPE_CONNECT_API = "v2" if api == "v1" else "v1"
    first, second = onboarding_page(ontario), onboarding_page(ontario)
    account = PayeeAccount.objects.get()
    # The generation that was tried stays, whatever the setting says since: its account may be there already.
    assert (account.connect_api, account.transfers_state, first != second) == (api, "restricted", True)
    assert len(ontario.sandbox.stripe().v1.accounts.list().data) == 1
    assert {"external_account", "tos_acceptance"} < {one["code"] for one in account.asked}
    ontario.sandbox.page(urlsplit(second).path, {"outcome": "complete"})
    ontario.hear("account.updated")
    account.refresh_from_db()
    assert (account.may_receive, account.requirements, account.asked) == (True, [], [])
    assert told() == []
    ontario.sandbox.control(
        f"accounts/{account.account_reference}",
        {"state": "active", "asked": ["individual.id_number"], "within_days": 14},
    )
    again = payees.refresh_account(payee_account_id=account.id, at=ontario.now)
    assert [(one.code, one.status) for one in keeping.asked_of(again)] == [("individual.id_number", "currently_due")]
    assert again.asked_deadline_at is not None
    assert again.asked_deadline_at.date() == (ontario.now + timedelta(days=14)).date()
    assert "/onboard/" in onboarding_page(ontario)


def test_what_falls_due_again_is_told_reminded_of_and_then_holds_transfers(ontario: World) -> None:
    shift_ready_for_transfer(ontario)
    account = PayeeAccount.objects.get()
    ontario.sandbox.control(
        f"accounts/{account.account_reference}",
        {"state": "active", "asked": ["identity.individual.address"], "within_days": 10},
    )
    ontario.hear("v2.core.account[requirements].updated")
    payees.refresh_account(payee_account_id=account.id, at=ontario.now)
    assert len(told()) == 1
    account.refresh_from_db()
    assert account.may_receive
    assert account.asked_deadline_at is not None
    for days_before, expected in ((8, 1), (7, 2), (6, 2), (2, 3), (1, 3)):
        keeping.remind_payees(at=account.asked_deadline_at - timedelta(days=days_before) + timedelta(hours=1))
        assert len(told()) == expected
    ontario.advance(days=10)
    ontario.hear("v2.core.account[requirements].updated")
    ontario.send()
    assert (Transfer.objects.get().state, ontario.transfers(), len(told())) == ("held", [], 4)
    # An answer that comes before the letter is written keeps it unwritten.
    ontario.sandbox.page(urlsplit(onboarding_page(ontario)).path, {"outcome": "complete"})
    ontario.hear("v2.core.account[requirements].updated")
    stale = told()[-1]
    tell_requirements(
        event=Event(stale.id, stale.name, stale.tenant_id, stale.payload, stale.announced_at), at=ontario.now
    )
    assert not OutboundMessage.objects.exists()
    ontario.send()
    assert (Transfer.objects.get().state, len(ontario.transfers())) == ("done", 1)


def test_a_capability_lost_a_second_ago_holds_the_transfer_and_is_found_without_a_webhook(ontario: World) -> None:
    shift_ready_for_transfer(ontario)
    account = PayeeAccount.objects.get()
    ontario.sandbox.control(f"accounts/{account.account_reference}", {"state": "restricted"})
    ontario.send()
    transfer = Transfer.objects.get()
    assert (transfer.state, ontario.transfers()) == ("held", [])
    account.refresh_from_db()
    assert account.may_receive
    sweeping.refresh_payees(at=ontario.now)
    account.refresh_from_db()
    assert not account.may_receive


def test_an_answer_that_comes_late_does_not_overwrite_what_was_asked_for_after_it(ontario: World) -> None:
    shift_ready_for_transfer(ontario)
    account = PayeeAccount.objects.get()
    ontario.sandbox.control(f"accounts/{account.account_reference}", {"state": "restricted"})
    late = connect_api_of(account).fetch(account)
    ontario.sandbox.control(f"accounts/{account.account_reference}", {"state": "active"})
    payees.refresh_account(payee_account_id=account.id, at=ontario.now + timedelta(seconds=2))
    kept = keeping.keep_state(payee_account_id=account.id, state=late, at=ontario.now + timedelta(seconds=1))
    assert kept.may_receive
    ontario.advance(seconds=3)
    ontario.send()
    assert (Transfer.objects.get().state, len(ontario.transfers())) == ("done", 1)
    assert not keeping.keep_state(payee_account_id=account.id, state=late, at=ontario.now).may_receive


def test_reminders_come_seven_and_two_days_before() -> None:
    asked = [
        keeping.next_reminder(deadline_at=DEADLINE, at=DEADLINE - timedelta(days=days, seconds=seconds))
        for days, seconds in ((30, 0), (7, 1), (7, 0), (2, 0), (0, 0))
    ]
    early, late = DEADLINE - timedelta(days=7), DEADLINE - timedelta(days=2)
    assert asked == [early, early, late, None, None]
    assert keeping.next_reminder(deadline_at=None, at=DEADLINE) is None


@pytest.mark.parametrize(
    ("before", "now", "news"),
    [
        (None, Asked("a", "eventually_due"), False),
        (None, Asked("a", "eventually_due", DEADLINE), True),
        (None, Asked("a", "currently_due"), True),
        (Asked("a", "currently_due"), Asked("a", "currently_due"), False),
        (Asked("a", "currently_due"), Asked("a", "currently_due", DEADLINE), True),
        (Asked("a", "currently_due", DEADLINE), Asked("a", "currently_due", DEADLINE + timedelta(days=1)), False),
        (Asked("a", "currently_due", DEADLINE), Asked("a", "past_due"), True),
        (Asked("a", "past_due"), Asked("a", "currently_due"), False),
    ],
)
def test_only_what_presses_more_than_before_is_news(before: Asked | None, now: Asked, news: bool) -> None:
    known = (before,) if before is not None else ()
    assert keeping._falls_due_again(before=known, now=(now,)) is news
