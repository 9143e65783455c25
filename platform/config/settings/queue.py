"""Celery carries wake-ups only; PostgreSQL holds what is due. Valkey or Redis behind it."""

from config.environment import environment

REDIS_URL = environment.text("REDIS_URL", development="redis://127.0.0.1:6379/0")
_broker_url = (
    ("redis+socket://" + REDIS_URL.removeprefix("unix://")).replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)

CELERY_BROKER_URL = environment.optional("CELERY_BROKER_URL", _broker_url)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
# A new connection to PostgreSQL costs more than most tasks. `tenants.tasks` looks before each whether it still is one.
CELERY_DB_REUSE_MAX = 10_000
# Above the time limit, or a slow task would be handed to a second worker while the first still runs it. The short
# restore interval brings a dead worker's tasks back in seconds instead of an hour.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 180,
    "unacked_restore_interval": 5,
    "unacked_restore_limit": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "muster"
SCAN_EVERY_SECONDS = float(environment.optional("SCAN_EVERY_SECONDS", "5"))
# While no worker runs, scans would pile up, and each would be done in turn when one is back: the newest is enough.
_SCAN_IS_STALE_AFTER_SECONDS = 60
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": SCAN_EVERY_SECONDS, "options": {"expires": _SCAN_IS_STALE_AFTER_SECONDS}}
    for name, task in {
        "marketplace-due": "marketplace.tasks.scan_due",
        "billing-due": "billing.tasks.scan_due",
        "messaging-due": "messaging.tasks.scan_due",
        "messaging-reports": "messaging.tasks.scan_reports",
        "what-ifs-due": "marketplace.tasks.scan_what_ifs",
        "ratings-due": "ratings.tasks.scan_due",
        "ratings-nightly": "ratings.tasks.wake_nightly",
        "job-reports-due": "portals.tasks.scan_job_reports",
    }.items()
}

# A Valkey that hangs must not hang every page: limits pass without it.
_valkey = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": REDIS_URL,
    "OPTIONS": {"socket_timeout": 1.0, "socket_connect_timeout": 1.0},
}
_prefix = environment.optional("CACHE_KEY_PREFIX", "muster")
CACHES = {
    # The libraries' own: sign-in limits, throttling. Our code says whose data it is by one of the other two.
    "default": {**_valkey, "KEY_PREFIX": _prefix},
    "shared": {**_valkey, "KEY_PREFIX": f"{_prefix}:shared"},
    "tenant": {**_valkey, "KEY_PREFIX": f"{_prefix}:tenant", "KEY_FUNCTION": "tenants.cache.tenant_key"},
}
