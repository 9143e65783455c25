"""The operator's nights and differences: seen, explained, corrected by two people, exported."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing.models import Correction, WorkItem
from tests.billing.reconciling import booked, moved, night
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


def address(name: str, **parameters: Any) -> str:
    return reverse(f"operator:{name}", urlconf="config.urls_public", kwargs=parameters or None)


def operator() -> Browser:
    person = make_person(given_name="Olive")
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(person)
    return browser


def test_a_difference_is_seen_explained_corrected_and_exported(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    booked("ch_1", 50_000)
    moved("ch_1", 50_000)
    moved("txn_x", -500, type="stripe_fee")
    day = night()
    item = WorkItem.objects.get()
    browser, other = operator(), operator()
    pages = {
        "overview": address("overview"),
        "days": address("reconciliation"),
        "day": address("reconciliation_day", date=str(day.date)),
        "queue": address("work_items"),
        "item": address("work_item", work_item_id=item.id),
        "money": f"{address('money')}?as_of=2026-05-01",
    }
    texts = {}
    for name, url in pages.items():
        with django_assert_max_num_queries(12):
            texts[name] = browser.get(url).content.decode()
    assert "Last night was not clean" in texts["overview"]
    assert "fee of its own" in texts["queue"]
    assert "$495.00" in texts["day"]
    assert "Balances" in texts["money"]
    assert browser.get(address("reconciliation_day", date="soon")).status_code == 404
    assert "Give a day" in browser.get(f"{address('money')}?as_of=soon").content.decode()

    assert browser.post(pages["item"], {"explanation": ""}).status_code == 422
    browser.post(pages["item"], {"explanation": "=Monthly fee"})
    item.refresh_from_db()
    assert item.state == "explained"
    rows = b"".join(browser.get(address("work_items_file")).streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=Monthly fee" in rows

    propose = address("propose_correction", work_item_id=item.id)
    assert browser.post(propose, {"account_kind": "prepaid_job", "reason": "x"}).status_code == 422
    browser.post(propose, {"account_kind": "processing_expense", "reason": "Fee"})
    approve = address("decide_correction", correction_id=Correction.objects.get().id, decision="approve")
    browser.post(approve)
    assert Correction.objects.get().state == "proposed"
    assert other.post(approve).status_code == 302
    assert Correction.objects.get().state == "posted"
    assert night(number=1).state == "clean"
