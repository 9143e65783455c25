"""Money tests commit for real and talk to the stand-in over HTTP through the real SDK."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tenants.context import acting_as
from tenants.models import Tenant
from tests.billing.world import World
from tests.factories.clients import govern
from tests.sandbox.conftest import _receiver, _sandbox, sandbox
from tests.sandbox.running import WEBHOOK_SECRET, Sandbox

__all__ = ["_receiver", "_sandbox", "sandbox"]


@pytest.fixture
def payment_settings(sandbox: Sandbox, settings: Settings) -> None:
    settings.STRIPE_API_BASE = sandbox.base
    settings.STRIPE_SECRET_KEY = "sk_test_muster"
    settings.STRIPE_WEBHOOK_SECRET = WEBHOOK_SECRET
    settings.STRIPE_TIMEOUT_SECONDS = 5
    settings.STRIPE_MAX_NETWORK_RETRIES = 0
    # Wake-ups are lost on purpose: the rows must be enough.
    settings.CELERY_BROKER_URL = "memory://"


@pytest.fixture
def as_committing_worker(committed_database: None) -> Iterator[None]:
    with acting_as(purpose="worker"):
        yield


@pytest.fixture
def ontario(as_committing_worker: None, department: Tenant, sandbox: Sandbox, payment_settings: None) -> World:
    """CAD, HST in the rates, minimum 3 hours, part hours whole, payee mode payroll."""
    govern(department)
    return World(department, sandbox)


@pytest.fixture
def texas(as_committing_worker: None, other_department: Tenant, sandbox: Sandbox, payment_settings: None) -> World:
    """USD, 10 % admin fee, quarter hours, minimum 2 hours, payee mode direct."""
    govern(other_department, name="us")
    return World(other_department, sandbox)
