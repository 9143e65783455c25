"""Stripe. A base URL together with a live key is refused: live money must never meet a stand-in."""

from django.core.exceptions import ImproperlyConfigured

from config.environment import environment

STRIPE_SECRET_KEY = environment.text("STRIPE_SECRET_KEY", development="sk_test_muster", secret=True)
STRIPE_API_BASE = environment.optional("STRIPE_API_BASE")
STRIPE_WEBHOOK_SECRET = environment.text("STRIPE_WEBHOOK_SECRET", development="whsec_muster", secret=True)
STRIPE_TIMEOUT_SECONDS = 15
STRIPE_MAX_NETWORK_RETRIES = 2
# How long before a shift a saved card is held. A hold lasts 4 days 18 hours, and the hours are approved after the work.
CARD_HOLD_HOURS_BEFORE_START = environment.number("CARD_HOLD_HOURS_BEFORE_START", 24)
# v2, or v1 where the platform's Stripe account does not have accounts v2 yet. Each account stays with what opened it.
STRIPE_CONNECT_API = environment.optional("STRIPE_CONNECT_API", "v2")
# The platform's own registration for sales tax on its service fee, shown on quotes and invoices.
SERVICE_FEE_TAX_NUMBER = environment.optional("SERVICE_FEE_TAX_NUMBER", "80000 0001 RT0001")
# Whoever runs the platform, as it stands on the documents that the platform itself issues, and its business day.
PLATFORM_LEGAL_NAME = environment.optional("PLATFORM_LEGAL_NAME", "Muster")
PLATFORM_ADDRESS = environment.optional("PLATFORM_ADDRESS")
PLATFORM_TIME_ZONE = environment.optional("PLATFORM_TIME_ZONE", "America/Toronto")

if STRIPE_CONNECT_API not in ("v1", "v2"):
    raise ImproperlyConfigured(f"STRIPE_CONNECT_API is {STRIPE_CONNECT_API!r}; it must be v1 or v2.")
if STRIPE_API_BASE and "_live_" in STRIPE_SECRET_KEY:
    raise ImproperlyConfigured("STRIPE_API_BASE is set together with a live STRIPE_SECRET_KEY. Unset one of them.")
