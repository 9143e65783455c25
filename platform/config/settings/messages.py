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

# What the providers allow, for all senders together.
MESSAGES_PER_SECOND = {
    "sms": float(environment.optional("SMS_PER_SECOND", "10" if environment.is_production else "200")),
    "email": float(environment.optional("EMAILS_PER_SECOND", "14" if environment.is_production else "200")),
}
# Of each channel. A provider that answers in 100 ms takes ten a second from each.
MESSAGE_SENDERS = environment.number("MESSAGE_SENDERS", 4)
# How long a killed sender's messages wait for the next. Longer than a call may take, with its look-up.
MESSAGE_LEASE_SECONDS = environment.number("MESSAGE_LEASE_SECONDS", 60)
