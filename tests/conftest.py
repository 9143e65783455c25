"""Fixtures that every test may use. `db` rolls back; `committed_database` really commits, then clones afresh."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from tenants.context import acting_as, app_connection
from tenants.models import Tenant
from tenants.queries import tenant_by_slug
from tests import database

# Every client of a test would walk through all static files once more (10 ms): they are looked for when asked for.
django_settings.WHITENOISE_AUTOREFRESH = True
# Properties are judged by what they find: a busy machine must not fail them for being slow.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# Each of these folders sets a costly stage once for all of its tests: one test worker keeps the whole folder. The
# simulation comes after the journeys, so that never more than two whole stacks share the machine.
_WORKER_OF_FOLDER = {"crawler": "crawler", "demo": "demo", "journeys": "journeys", "simulation": "journeys"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0] if here in item.path.parents else ""
        group = _WORKER_OF_FOLDER.get(folder)
        if group is not None:
            item.add_marker(pytest.mark.xdist_group(group))
            _group_by_name(config, item, group)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded now stays to the end: the collector need not walk through it before every test's own garbage."""
    gc.collect()
    gc.freeze()


def _group_by_name(config: pytest.Config, item: pytest.Item, group: str) -> None:
    """Since pytest 9.2 an item's name lies elsewhere than pytest-xdist 3.8 writes the group, which it then ignores."""
    name: Any = getattr(item, "_id", None)
    if getattr(config.option, "loadgroup", False) and name is not None:
        item._id = type(name).parse(f"{item.nodeid}@{group}")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replaces pytest-django's: that one would create tables as the app's login, which may not."""
    with django_db_blocker.unblock():
        database.make_worker_database()
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def committed_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Real commits on both logins: for races, workers in other processes, provisioning. About 0.1 s each."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            database.clone_database(database.worker_database())


@pytest.fixture
def transactional_db(committed_database: None) -> None:
    """Django's own would TRUNCATE, which append-only tables refuse."""


@pytest.fixture(autouse=True)
def _public_schema_between_tests() -> Iterator[None]:
    if os.environ.get("MUSTER_TEST_SERVICES") == "0":
        yield
        return
    app_connection().restore_public()
    yield
    app_connection().restore_public()


@pytest.fixture
def any_database(request: pytest.FixtureRequest) -> None:
    """The kind of database that the test asked for, `db` when it did not say."""
    if not {"committed_database", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("db")


@pytest.fixture
def as_worker(any_database: None) -> Iterator[None]:
    """Domain code outside of any request sees protected rows the way a background worker does."""
    with acting_as(purpose="worker"):
        yield


@pytest.fixture
def department(any_database: None) -> Tenant:
    """CAD, Ontario, America/Toronto; host alderbrook.localhost."""
    return _tenant(database.DEPARTMENT.slug)


@pytest.fixture
def other_department(any_database: None) -> Tenant:
    """The bystander: USD, New York, America/New_York; host brackwater.localhost."""
    return _tenant(database.OTHER_DEPARTMENT.slug)


@pytest.fixture
def agency(any_database: None) -> Tenant:
    return _tenant(database.AGENCY.slug)


@pytest.fixture
def redis_url() -> str:
    """A Valkey database of this worker's own."""
    return os.environ["REDIS_URL"]


def _tenant(slug: str) -> Tenant:
    tenant = tenant_by_slug(slug=slug)
    assert tenant is not None
    return tenant
