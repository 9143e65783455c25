"""Messages go over real HTTP and SMTP to the stand-in, through the real SDK."""

import pytest
from pytest_django import Settings

from messaging.adapters import adapter_for
from tests.sandbox.conftest import _receiver, _sandbox, sandbox
from tests.sandbox.running import ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID, Sandbox

__all__ = ["_receiver", "_sandbox", "sandbox"]


@pytest.fixture(autouse=True)
def provider(sandbox: Sandbox, settings: Settings) -> Sandbox:
    settings.TWILIO_API_BASE = sandbox.base
    settings.TWILIO_ACCOUNT_SID = ACCOUNT_SID
    settings.TWILIO_AUTH_TOKEN = AUTH_TOKEN
    settings.TWILIO_MESSAGING_SERVICE_SID = SERVICE_SID
    settings.TWILIO_TIMEOUT_SECONDS = 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = sandbox.smtp_port
    adapter_for.cache_clear()
    return sandbox
