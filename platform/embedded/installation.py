"""One local installation: a data folder, a base port, and everything derived from the two."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from embedded.binaries import ELSEWHERE
from embedded.secrets_file import Secrets
from embedded.services import Services
from embedded.system_user import blocking_folder, needed_system_user

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8000
WEB = "web"
SANDBOX = "sandbox"
SANDBOX_DISTANCE = 100
SMTP_DISTANCE = 125


@dataclass(frozen=True)
class Installation:
    """Paths and ports of one local stack."""

    data_folder: Path
    port: int

    @property
    def sandbox_port(self) -> int:
        return self.port + SANDBOX_DISTANCE

    @property
    def smtp_port(self) -> int:
        return self.port + SMTP_DISTANCE

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://localhost:{self.sandbox_port}"

    def health_urls(self) -> dict[str, str]:
        """Process name → the address that answers once it is ready, its database included."""
        return {WEB: f"{self.base_url}/health", SANDBOX: f"{self.sandbox_url}/control/health"}

    @property
    def log_folder(self) -> Path:
        return self.data_folder / "log"

    @property
    def clock_file(self) -> Path:
        return self.data_folder / "clock.json"

    @property
    def secrets_file(self) -> Path:
        return self.data_folder / "secrets.json"

    @property
    def lock_file(self) -> Path:
        return self.data_folder / "run.lock"

    @property
    def environment_file(self) -> Path:
        """The running processes' environment, mode 0600, for `embedded.manage`."""
        return self.data_folder / "run-environment.json"

    def wanted_ports(self) -> dict[str, int]:
        """What each fixed port is for."""
        return {
            "web": self.port,
            "sandbox": self.sandbox_port,
            "sandbox mailbox": self.smtp_port,
        }

    def postgres_folder(self) -> Path:
        """`postgres` in the data folder, or, for root in a private home, a folder that PostgreSQL's user may reach."""
        inside = self.data_folder / "postgres"
        system_user = needed_system_user()
        if system_user is None or blocking_folder(self.data_folder, system_user=system_user) is None:
            return inside
        return self.elsewhere_folder() / "postgres"

    def elsewhere_folder(self) -> Path:
        """The stand-in for a data folder that PostgreSQL's user may not enter; named after the data folder."""
        name = hashlib.sha256(str(self.data_folder.resolve()).encode()).hexdigest()[:12]
        return ELSEWHERE / f"data-{name}"

    def environment(self, *, services: Services, passwords: Secrets) -> dict[str, str]:
        """What every process of this stack gets, over the caller's environment."""
        settings = {
            **services.environment(),
            "SECRET_KEY": passwords.secret_key,
            "MUSTER_ENVIRONMENT": "development",
            "MUSTER_PORT": str(self.port),
            "MUSTER_DATA": str(self.data_folder),
            "PUBLIC_BASE_URL": self.base_url,
            "MEDIA_ROOT": str(self.data_folder / "files"),
            "CLOCK_FILE": str(self.clock_file),
            "STRIPE_SECRET_KEY": "sk_test_muster",
            "STRIPE_API_BASE": self.sandbox_url,
            "STRIPE_WEBHOOK_SECRET": f"whsec_{passwords.stripe_webhook_secret}",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": passwords.twilio_auth_token,
            "TWILIO_API_BASE": self.sandbox_url,
            "TWILIO_MESSAGING_SERVICE_SID": "MG" + "0" * 32,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.smtp_port),
            "SANDBOX_URL": self.sandbox_url,
            "PYTHONUNBUFFERED": "1",
            # Celery warns root at length; on a laptop or in a container that is nobody's news.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }
        # A proxy for the outside world has nothing to do with servers on this machine.
        no_proxy = ",".join(filter(None, [os.environ.get("NO_PROXY", ""), "localhost,127.0.0.1,.localhost"]))
        return {**os.environ, **settings, "NO_PROXY": no_proxy, "no_proxy": no_proxy}
