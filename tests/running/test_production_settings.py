"""Production refuses to boot half-configured, and says in one message what is missing."""

import os
import subprocess
import sys

from embedded.installation import ROOT

COMPLETE = {
    "MUSTER_ENVIRONMENT": "production",
    "SECRET_KEY": "x" * 60,
    "PUBLIC_BASE_URL": "https://muster.example",
    "DATABASE_URL": "postgresql://muster_app:secret@db/muster",
    "REDIS_URL": "redis://cache:6379/0",
    "STRIPE_SECRET_KEY": "sk_live_something",
    "STRIPE_WEBHOOK_SECRET": "whsec_something",
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_MESSAGING_SERVICE_SID": "MG" + "1" * 32,
    "EMAIL_HOST": "mail.example",
    "DEFAULT_FROM_EMAIL": "Muster <hello@muster.example>",
}


def boot(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from django.conf import settings; "
            "print(settings.SESSION_COOKIE_NAME, settings.PASSWORD_HASHERS[0])",
        ],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environment,
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_everything_that_is_missing_is_named_at_once() -> None:
    outcome = boot({"MUSTER_ENVIRONMENT": "production"})
    assert outcome.returncode != 0
    for name in set(COMPLETE) - {"MUSTER_ENVIRONMENT"}:
        assert name in outcome.stderr
    assert "docs/production.md" in outcome.stderr


def test_complete_settings_boot_with_host_bound_cookies_and_slow_passwords() -> None:
    outcome = boot({**COMPLETE, "MUSTER_QUICK_PASSWORDS": "1"})
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.split() == ["__Host-session", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]


def test_a_live_key_never_meets_a_stand_in() -> None:
    outcome = boot({**COMPLETE, "STRIPE_API_BASE": "http://127.0.0.1:8100"})
    assert outcome.returncode != 0
    assert "live STRIPE_SECRET_KEY" in outcome.stderr
