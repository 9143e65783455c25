"""The product's own settings with a faster pulse and a door for the simulation's operations. Never in production."""

from django.core.exceptions import ImproperlyConfigured

from config import subscriptions
from config.environment import environment
from config.settings import *

if environment.is_production:
    raise ImproperlyConfigured("The simulation moves made-up money. It never runs in production.")

INSTALLED_APPS = [*INSTALLED_APPS, "simulation"]  # noqa: F405
ROOT_URLCONF = "simulation.urls"
# A process that hangs for a quarter of a minute tells nothing more than one that hangs for two seconds.
STRIPE_TIMEOUT_SECONDS = 2
STRIPE_MAX_NETWORK_RETRIES = 1
# Every operation comes from one address.
REQUESTS_PER_MINUTE_PER_ADDRESS = REQUESTS_PER_MINUTE_PER_PERSON = 1_000_000
CELERY_BEAT_SCHEDULE = {"billing-due": {"task": "billing.tasks.scan_due", "schedule": 3.0}}
LOGGING["root"]["level"] = "WARNING"  # noqa: F405

# Money only: mails, texts, documents and the month's workspace have tests of their own, and would be most of the work.
_HEARD = ("billing.", "marketplace.jurisdictions.")
_UNHEARD = ("billing.documents.", "billing.workspace.")
for _event, _handlers in list(subscriptions.SUBSCRIPTIONS.items()):
    subscriptions.SUBSCRIPTIONS[_event] = [
        handler for handler in _handlers if handler.startswith(_HEARD) and not handler.startswith(_UNHEARD)
    ]
