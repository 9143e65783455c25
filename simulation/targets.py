"""What the stack's processes run: the same programs as in the Procfile, in a process that has loaded them already."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from embedded.installation import Installation
from simulation.nursery import Target

WEB, WORKER, BEAT, RELAY, SANDBOX, PREPARE = "web", "worker", "beat", "relay", "sandbox", "prepare"
# In the order of their start.
LASTING = (SANDBOX, WEB, WORKER, BEAT, RELAY)


def targets(installation: Installation) -> Mapping[str, Target]:
    return {
        WEB: lambda: _web(installation),
        WORKER: lambda: _celery(
            *("worker", "--concurrency", "2", "--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ),
        BEAT: lambda: _celery("beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "WARNING"),
        RELAY: _relay,
        SANDBOX: lambda: _sandbox(installation),
        PREPARE: lambda: _prepare(installation),
    }


def load_everything() -> None:
    """What children would import one after the other; nothing that opens a connection."""
    import celery.__main__
    import config.celery
    import config.wsgi
    import gunicorn.app.wsgiapp
    import sandbox.server
    import stripe
    from sandbox.contract import operations
    from simulation import registry

    config.celery.app.finalize()
    registry.operations()
    operations()
    _ = (config.wsgi, celery.__main__, gunicorn.app.wsgiapp, sandbox.server, stripe.StripeClient)


def _web(installation: Installation) -> None:
    from gunicorn.app.wsgiapp import run

    sys.argv = [
        *("gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{installation.port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--worker-tmp-dir", "/dev/shm"),  # noqa: S108
        *("--graceful-timeout", "4", "--no-control-socket", "--log-level", "warning"),
    ]
    run()


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
