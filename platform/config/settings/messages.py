"""E-mail and SMS. An empty base URL means the provider's real service."""

from config.environment import environment

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = environment.text("EMAIL_HOST", development="127.0.0.1")
EMAIL_PORT = environment.number("EMAIL_PORT", 8125)
EMAIL_HOST_USER = environment.optional("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.optional("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.is_production and environment.optional("EMAIL_USE_TLS", "1") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", development="Muster <hello@muster.invalid>")

TWILIO_ACCOUNT_SID = environment.text("TWILIO_ACCOUNT_SID", development="AC" + "0" * 32, secret=True)
TWILIO_AUTH_TOKEN = environment.text("TWILIO_AUTH_TOKEN", development="development-token", secret=True)
TWILIO_API_BASE = environment.optional("TWILIO_API_BASE")
TWILIO_MESSAGING_SERVICE_SID = environment.text("TWILIO_MESSAGING_SERVICE_SID", development="MG" + "0" * 32)
TWILIO_TIMEOUT_SECONDS = 10
