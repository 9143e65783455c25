"""The API over the whole stack; journeys commit for real and pay at the running stand-in."""

import pytest
from django.core.cache import caches

from tests.billing.conftest import _receiver, _sandbox, payment_settings, sandbox

__all__ = ["_receiver", "_sandbox", "payment_settings", "sandbox"]


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """Limits of this library and of sign-in are counted in Valkey, which does not roll back."""
    for name in ("default", "shared"):
        caches[name].clear()
