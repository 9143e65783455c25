"""`make run`: everything a newcomer needs on one command, stopped by one Ctrl-C.

Order up: lock, ports, PostgreSQL, Valkey, roles and database, migrations, demo data, then web, worker, beat, relay
and the sandbox. Order down: the processes side by side, then Valkey, then PostgreSQL.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from embedded import attached, ports
from embedded.binaries import make_elsewhere_passable
from embedded.errors import StartupProblem
from embedded.foreground import run_in_foreground
from embedded.health import wait_until_answering
from embedded.installation import (
    DEFAULT_PORT,
    ROOT,
    SANDBOX_DISTANCE,
    SMTP_DISTANCE,
    Installation,
)
from embedded.logs import open_log
from embedded.processes import commands
from embedded.run_lock import hold_run_lock
from embedded.secrets_file import load_or_create_secrets
from embedded.services import Services, lasting_services
from embedded.stack import Stack, stack

__all__ = ["Stack", "main", "stack"]

STARTUP_PATIENCE_SECONDS = 120.0


def chosen_installation() -> Installation:
    """The installation that PORT and MUSTER_DATA describe. Raises StartupProblem for a PORT that is no port."""
    said = os.environ.get("PORT") or str(DEFAULT_PORT)
    highest = 65_535 - max(SANDBOX_DISTANCE, SMTP_DISTANCE)
    if not said.isdecimal() or not 1 <= int(said) <= highest:
        raise StartupProblem(f"PORT is {said!r}; give a number between 1024 and {highest}: PORT=8010 make run")
    data = Path(os.environ.get("MUSTER_DATA") or ROOT / "var").expanduser().resolve()
    return Installation(data_folder=data, port=int(said))


def given_servers() -> dict[str, str]:
    """The caller's own DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL, as far as set. Raises StartupProblem."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    given = {name: os.environ[name] for name in names if os.environ.get(name)}
    if ("DATABASE_URL" in given) != ("DATABASE_OWNER_URL" in given):
        raise StartupProblem(
            "DATABASE_URL (the app's login) and DATABASE_OWNER_URL (the owner's, for migrations) come together: "
            "set both to use your own server, or neither to use the embedded one. docs/production.md has the SQL."
        )
    return given


def run() -> int:
    """Start everything and stay until it is stopped; returns the exit code. Raises a StartupProblem."""
    installation = chosen_installation()
    with contextlib.ExitStack() as cleanup:
        notice = cleanup.enter_context(hold_run_lock(installation.lock_file, base_url=installation.base_url))
        _say(notice)
        ports.require_free_ports(installation.wanted_ports(), base_port=installation.port)
        passwords = load_or_create_secrets(installation.secrets_file)
        services = cleanup.enter_context(_started_services(installation))
        environment = installation.environment(services=services, passwords=passwords)
        cleanup.enter_context(_published_environment(installation, environment))
        _say("Applying migrations …")
        run_step(["migrate_platform"], environment=environment)
        with_demo = os.environ.get("MUSTER_DEMO", "1") != "0"
        if with_demo:
            _say("Loading the demo data …")
            run_step(["load_demo"], environment=environment)
        code = run_in_foreground(
            commands(installation),
            environment=environment,
            folder=str(ROOT),
            when_started=lambda still_wanted: _welcome(installation, environment, with_demo, still_wanted),
        )
        if services.postgres or services.valkey:
            _say("Stopping the local servers …")
    _say("Stopped. Your data is kept in " + str(installation.data_folder))
    # Ctrl-C and TERM are how this is meant to end.
    return 0 if code in (130, 143) else code or 1


@contextlib.contextmanager
def _started_services(installation: Installation) -> Iterator[Services]:
    given = given_servers()
    if "DATABASE_URL" not in given:
        folder = installation.postgres_folder()
        if installation.data_folder not in folder.parents:
            _say(f"PostgreSQL's user may not enter {installation.data_folder}; its data lies in {folder}")
        make_elsewhere_passable(folder)
        _say("Starting PostgreSQL …")
    with lasting_services(
        postgres_folder=installation.postgres_folder(),
        valkey_folder=installation.data_folder / "valkey",
        log_folder=installation.log_folder,
        passwords=load_or_create_secrets(installation.secrets_file),
        given_environment=given,
    ) as services:
        yield services


@contextlib.contextmanager
def _published_environment(installation: Installation, environment: dict[str, str]) -> Iterator[None]:
    """Leave this stack's settings where `embedded.manage` finds them, for as long as it runs."""
    added = {name: value for name, value in environment.items() if os.environ.get(name) != value}
    handle = os.open(installation.environment_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(added, file, indent=1)
    try:
        yield
    finally:
        installation.environment_file.unlink(missing_ok=True)


def run_step(arguments: list[str], *, environment: dict[str, str]) -> None:
    """Run one `manage.py` command to its end, its output shown; a Ctrl-C stops it. Raises StartupProblem."""
    process = attached.start(
        [sys.executable, ROOT / "manage.py", *arguments],
        environment=environment,
        folder=ROOT,
    )
    try:
        code = process.wait()
    finally:
        attached.stop(process)
    if code != 0:
        raise StartupProblem(f"manage.py {' '.join(arguments)} failed (exit code {code}); its output is above.")


def _welcome(
    installation: Installation,
    environment: dict[str, str],
    with_demo: bool,
    still_wanted: Callable[[], bool],
) -> None:
    try:
        wait_until_answering(
            installation.health_urls(), patience_seconds=STARTUP_PATIENCE_SECONDS, still_wanted=still_wanted
        )
    except StartupProblem as problem:
        if not still_wanted():
            return
        _say(f"{problem}\nThe lines above say why. Ctrl-C stops everything.")
        return
    if not still_wanted():
        return
    if with_demo:
        _play_history(installation, environment, still_wanted)
    lines = [
        "",
        f"  Muster            {installation.base_url}",
        f"  Stripe, SMS, mail {installation.sandbox_url}   (local stand-ins: no real money, no real messages)",
        "",
    ]
    if with_demo:
        said = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "load_demo", "--print-sign-ins"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        lines += ["  " + line for line in said.stdout.splitlines()] + [""]
    lines += ["  Ctrl-C stops everything.", ""]
    _say("\n".join(lines))


def _play_history(installation: Installation, environment: dict[str, str], still_wanted: Callable[[], bool]) -> None:
    """Some days of past for the demo's people, once, through the running processes; later runs find it and go on."""
    file = installation.data_folder / "history.jsonl"
    if file.exists():
        return
    _say("Playing some days of past for the demo, this first time only …")
    with open_log(installation.log_folder / "history.log") as log:
        process = attached.start(
            [
                *(sys.executable, "-m", "demo.history", "--file", str(file)),
                *("--port", str(installation.port), "--sandbox-port", str(installation.sandbox_port)),
            ],
            environment=environment,
            folder=ROOT,
            output=log,
        )
    try:
        while process.poll() is None and still_wanted():
            time.sleep(0.2)
    finally:
        attached.stop(process)
    if process.returncode != 0 and still_wanted():
        _say(f"The past is not complete; {installation.log_folder / 'history.log'} says why. Everything else works.")


def _say(text: str | None) -> None:
    if text:
        print(text, flush=True)


def _stop_requested(signal_number: int, _: object) -> None:
    raise SystemExit(128 + signal_number)


def main() -> int:
    """Run, and turn known problems into a message and exit code 1."""
    # A shell without job control starts background commands with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _stop_requested)
    signal.signal(signal.SIGHUP, _stop_requested)
    try:
        return run()
    except StartupProblem as problem:
        print(f"\n{problem}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        _say("\nStopped before everything was up.")
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
