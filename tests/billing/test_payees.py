"""Connected accounts: opened once, linked afresh each time, gated by the capability that Stripe reports."""

from urllib.parse import urlsplit

import pytest

from billing.models import PayeeAccount
from billing.paying_out import payees
from billing.refusals import PayeeUnknown, PaymentServiceUnavailable
from kernel.errors import NotFound
from kernel.identifiers import uuid7
from tenants.context import acting_as
from tests.billing.world import World
from tests.factories.departments import SETTING_UP


def onboarding_page(world: World) -> str:
    return payees.start_onboarding(
        owner_kind="department", owner_id=world.department.id, currency="CAD", at=world.now, actor=SETTING_UP
    )


def test_every_visit_has_a_fresh_link_to_the_same_account(ontario: World) -> None:
    first, second = onboarding_page(ontario), onboarding_page(ontario)
    assert first != second
    account = PayeeAccount.objects.get()
    assert account.account_reference.startswith("acct_")
    assert (account.may_receive, account.requirements != []) == (False, True)


def test_the_capability_follows_stripes_page_and_its_events(ontario: World) -> None:
    url = onboarding_page(ontario)
    ontario.sandbox.page(urlsplit(url).path, {"outcome": "incomplete"})
    account = PayeeAccount.objects.get()
    assert not payees.refresh_account(payee_account_id=account.id, at=ontario.now).may_receive
    ontario.sandbox.page(urlsplit(onboarding_page(ontario)).path, {"outcome": "complete"})
    ontario.hear("v2.core.account[configuration.recipient].capability_status_updated")
    account.refresh_from_db()
    assert (account.may_receive, account.requirements) == (True, [])


def test_a_timeout_after_the_account_was_opened_opens_no_second(ontario: World) -> None:
    ontario.fault("/v2/core/accounts", "timeout_after_commit")
    with pytest.raises(PaymentServiceUnavailable):
        onboarding_page(ontario)
    onboarding_page(ontario)
    assert len(ontario.sandbox.stripe().v2.core.accounts.list().data) == 1


def test_nobody_is_nobody(ontario: World) -> None:
    for kind in ("officer", "department", "agency"):
        with pytest.raises(PayeeUnknown):
            payees.start_onboarding(owner_kind=kind, owner_id=uuid7(), currency="CAD", at=ontario.now, actor=SETTING_UP)
    with pytest.raises(NotFound):
        payees.refresh_account(payee_account_id=uuid7(), at=ontario.now)
    assert PayeeAccount.objects.count() == 0


def test_an_account_is_shown_to_its_owner_only(ontario: World) -> None:
    onboarding_page(ontario)
    with acting_as(purpose="request", person_id=uuid7()):
        assert not PayeeAccount.objects.exists()
    with acting_as(purpose="request", tenant_id=ontario.department.id):
        assert PayeeAccount.objects.exists()
