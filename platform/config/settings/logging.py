from config.environment import environment

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.optional("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.security.DisallowedHost": {
            "level": "ERROR"
        },  # At INFO the SDK writes numbers and texts of messages into the log.
        "twilio.http_client": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
