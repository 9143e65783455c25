"""Loaded by pytest before the settings are: gives this session its own servers and this worker its own database.

The process that was started by hand (with xdist: the controller) starts PostgreSQL and Valkey; workers find their
addresses in the environment. Nothing is shared with other sessions, with `make run`, or with what DATABASE_URL says.
MUSTER_TEST_SERVICES=0 starts nothing, for tests that need no database.
"""

import atexit
import os
from contextlib import ExitStack
from urllib.parse import urlsplit, urlunsplit

from tests.cached_cluster import cached_services

_STARTED = "MUSTER_TEST_SERVICES_STARTED"


def with_path(url: str, path: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def _start_services() -> None:
    stack = ExitStack()
    services = stack.enter_context(cached_services())
    atexit.register(stack.close)
    os.environ.update(services.environment())
    os.environ["MUSTER_TEST_SUPERUSER_URL"] = services.superuser_url or ""
    os.environ[_STARTED] = "1"


def _use_own_database() -> None:
    """A database and a Valkey number for this worker alone."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ[name] = with_path(os.environ[name], f"muster_test_{worker}")
    os.environ["REDIS_URL"] = with_path(os.environ["REDIS_URL"], str(int(worker.removeprefix("gw")) % 16))


os.environ["MUSTER_ENVIRONMENT"] = "test"
# Every test asks from one address; the limits have tests of their own.
os.environ["REQUESTS_PER_MINUTE_PER_ADDRESS"] = os.environ["REQUESTS_PER_MINUTE_PER_PERSON"] = "1000000"
os.environ.pop("CLOCK_FILE", None)
if os.environ.get("MUSTER_TEST_SERVICES") != "0":
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _start_services()
    _use_own_database()
