"""The processes of a local stack, by name, in the order they start. The production list is the Procfile."""

from __future__ import annotations

import os
import sys

from embedded.installation import ROOT, SANDBOX, WEB, Installation

MEMORY_FOLDER = "/dev/shm"  # noqa: S108 - only heartbeat files, made by gunicorn with private names


def commands(installation: Installation) -> dict[str, list[str]]:
    """Name → arguments. Every command runs in the root folder with the stack's environment."""
    bind = os.environ.get("MUSTER_BIND", "127.0.0.1")
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "--app", "config.celery:app"]
    return {
        SANDBOX: [
            *(python, "-m", "sandbox"),
            *("--port", str(installation.sandbox_port)),
            *("--smtp-port", str(installation.smtp_port)),
            *("--data", str(installation.data_folder / "sandbox")),
            *("--app-base", installation.base_url),
            *("--clock-file", str(installation.clock_file)),
        ],
        WEB: [
            *(python, "-m", "gunicorn", "config.wsgi:application"),
            *("--bind", f"{bind}:{installation.port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
            # Heartbeat files on disk stall a worker when the disk is busy; memory does not.
            *(("--worker-tmp-dir", MEMORY_FOLDER) if os.path.isdir(MEMORY_FOLDER) else ()),
            *("--graceful-timeout", "4", "--no-control-socket"),
        ],
        "worker": [
            *celery,
            "worker",
            "--concurrency",
            "2",
            "--loglevel",
            "INFO",
            "--without-gossip",
        ],
        # In memory: the schedule holds only short intervals, and a killed beat leaves no file to repair.
        "beat": [
            *celery,
            "beat",
            "--scheduler",
            "celery.beat:Scheduler",
            "--pidfile=",
            "--loglevel",
            "INFO",
        ],
        "relay": [python, str(ROOT / "manage.py"), "relay"],
    }
