"""Policy versions: in force by date, never edited, each with its hash."""

from datetime import date

import pytest

from departments.policies import list_policies, policy_in_force, policy_version, publish_policy
from departments.policy.canonical import sha256_of
from departments.policy.examples import example
from departments.policy.refusals import PolicyInvalid
from departments.refusals import NoPolicyInForce, UnknownPolicyVersion
from kernel.models import OutboxEvent
from tenants.models import Tenant
from tests.factories.departments import LONG_AGO, SETTING_UP, publish_example

pytestmark = pytest.mark.django_db


def test_the_version_of_a_date_is_the_newest_that_is_in_force_by_then(department: Tenant) -> None:
    publish_example(department)
    dearer = example("ontario")
    dearer["rate_card"]["ranks"][0]["bill_rate_cents_per_hour"] = 12000
    publish_policy(
        department_id=department.id,
        document=dearer,
        effective_from_date=date(2026, 7, 1),
        note="New rates",
        actor=SETTING_UP,
        at=LONG_AGO,
    )
    rates = [
        policy_in_force(department_id=department.id, on_date=day).rate_card.rank("constable").bill_rate_cents_per_hour
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert rates == [10975, 12000]
    assert (
        policy_version(department_id=department.id, version=1).rate_card.rank("constable").bill_rate_cents_per_hour
        == 10975
    )
    assert [one.version for one in list_policies(department_id=department.id)] == [2, 1]


def test_the_stored_hash_is_the_documents(department: Tenant) -> None:
    published = publish_example(department)
    assert published.sha256 == sha256_of(published.document) == published.policy.sha256
    assert published.document["effective_from_date"] == "2026-01-01"


def test_publishing_announces_the_jurisdiction_in_the_tenants_name(department: Tenant) -> None:
    published = publish_example(department)
    event = OutboxEvent.objects.get(name="departments.policy_published")
    assert event.tenant_id == department.id
    assert event.payload["version"] == published.version
    assert "Oakville" in event.payload["jurisdiction"]["places"]


def test_a_document_with_mistakes_is_refused_whole(department: Tenant) -> None:
    with pytest.raises(PolicyInvalid):
        publish_example(department, currency="gold")
    assert list_policies(department_id=department.id) == []
    assert not OutboxEvent.objects.filter(name="departments.policy_published").exists()


def test_no_rules_are_said_to_be_missing_rather_than_guessed(department: Tenant, other_department: Tenant) -> None:
    publish_example(other_department, name="us")
    with pytest.raises(NoPolicyInForce):
        policy_in_force(department_id=department.id, on_date=date(2026, 5, 1))
    with pytest.raises(NoPolicyInForce):
        policy_in_force(department_id=other_department.id, on_date=date(2025, 12, 31))
    with pytest.raises(UnknownPolicyVersion):
        policy_version(department_id=department.id, version=1)
