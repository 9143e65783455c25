"""The world is built once for the folder, inside one transaction; every test undoes what it did."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import caches
from pytest_django.plugin import DjangoDbBlocker

from api import throttles
from tenants.context import acting_as, app_connection
from tenants.queries import tenant_by_slug
from tests import database
from tests.crawler.moments import CRAWLED_AT
from tests.crawler.undoing import undone
from tests.crawler.visiting import Visits
from tests.crawler.world import World, build_world


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("kernel.clock.now", lambda: CRAWLED_AT)
        # The payment service is not there: whoever gets as far as asking it is told so.
        patch.setattr(settings, "STRIPE_API_BASE", "http://127.0.0.1:9")
        patch.setattr(settings, "STRIPE_MAX_NETWORK_RETRIES", 0)
        patch.setattr(settings, "CELERY_BROKER_URL", "memory://")
        patch.setattr(logging.getLogger("django.request"), "disabled", True)
        # A crawl asks more than any person; the limits have tests of their own.
        patch.setattr(throttles, "RATES", dict.fromkeys(throttles.RATES, "1000000/min"))
        patch.setattr(settings, "RATELIMIT_ENABLE", False, raising=False)
        for name in ("default", "shared"):
            caches[name].clear()
        app_connection().restore_public()
        with undone():
            with acting_as(purpose="worker"):
                built = build_world(
                    **{
                        name: tenant_by_slug(slug=request.slug)
                        for name, request in (
                            ("department", database.DEPARTMENT),
                            ("other_department", database.OTHER_DEPARTMENT),
                            ("agency", database.AGENCY),
                        )
                    }  # type: ignore[arg-type]
                )
            yield built


@pytest.fixture(autouse=True)
def _undone(request: pytest.FixtureRequest) -> Iterator[None]:
    if "world" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("world")
    with undone():
        yield


@pytest.fixture
def visits(world: World) -> Visits:
    visits = Visits()
    for actor in world.actors.values():
        visits.sign_in(actor)
    return visits
