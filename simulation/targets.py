"""What the stack's processes run: the same programs as in the Procfile, in a process that has loaded them already."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from embedded.installation import Installation
from simulation.nursery import Target

WEB, WORKER, BEAT, RELAY, SANDBOX, PREPARE = "web", "worker", "beat", "relay", "sandbox", "prepare"
# In the order of their start.
LASTING = (SANDBOX, WEB, WORKER, BEAT, RELAY)


def targets(installation: Installation) -> Mapping[str, Target]:
    return {
        WEB: lambda: _web(installation),
        WORKER: lambda: _worker(installation),
        BEAT: lambda: _celery("beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "WARNING"),
        RELAY: _relay,
        SANDBOX: lambda: _sandbox(installation),
        PREPARE: lambda: _prepare(installation),
    }


def load_everything() -> None:
    """What children would import one after the other; nothing that opens a connection."""
    import celery.__main__
    import gunicorn.app.wsgiapp
    import stripe
    from django.urls import get_resolver

    import config.celery
    import config.wsgi
    import sandbox.server
    from sandbox.contract import operations
    from simulation import registry

    # Django's own checks take seconds of every worker's start, and have been made by `make check`.
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    config.celery.app.finalize()
    config.celery.app.loader.import_default_modules()
    get_resolver().url_patterns  # noqa: B018  (imports every view)
    registry.operations()
    operations()
    _ = (config.wsgi, celery.__main__, gunicorn.app.wsgiapp, sandbox.server, stripe.StripeClient)


def _web(installation: Installation) -> None:
    from gunicorn.app.wsgiapp import run

    sys.argv = [
        *("gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{installation.port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "6", "--worker-tmp-dir", "/dev/shm"),  # noqa: S108
        *("--graceful-timeout", "4", "--no-control-socket", "--log-level", "warning"),
    ]
    run()


def _worker(installation: Installation) -> None:
    from celery.signals import worker_ready

    @worker_ready.connect(weak=False)
    def tell(**_: object) -> None:
        ready_file(installation, os.getpid()).touch()

    # Most of them wait for a provider that keeps its answers back.
    _celery(
        *("worker", "--concurrency", "6", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )


def ready_file(installation: Installation, process_id: int) -> Path:
    """There once that worker takes tasks."""
    return installation.data_folder / f"worker-{process_id}-ready"


def _celery(*arguments: str) -> None:
    from celery.__main__ import main

    sys.argv = ["celery", "--quiet", "--app", "config.celery:app", *arguments]
    main()


def _relay() -> None:
    from django.core.management import call_command

    call_command("relay")


def _sandbox(installation: Installation) -> None:
    from sandbox.server import main

    main(
        [
            *("--port", str(installation.sandbox_port), "--smtp-port", str(installation.smtp_port)),
            *("--data", str(installation.data_folder / "sandbox"), "--app-base", installation.base_url),
            *("--clock-file", str(installation.clock_file)),
        ]
    )


def _prepare(installation: Installation) -> None:
    from simulation.town import build_town

    build_town(installation.data_folder / "town.json")
