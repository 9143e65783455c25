"""Starts and stops the process: web server, mail server, deliveries, passing time."""

import errno
import fcntl
import logging
import os
import signal
import sys
import threading
from typing import IO

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.application import create_application
from sandbox.configuration import Configuration, RefusesToStart, read_configuration
from sandbox.contract import operations
from sandbox.deliveries import DeliveryThread
from sandbox.mailbox import start_smtp
from sandbox.stripe_api.passing_time import PassingTimeThread, catch_up
from sandbox.world import open_world


class _QuietHandler(WSGIRequestHandler):
    """requests.jsonl is the log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


def main(arguments: list[str]) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        configuration = read_configuration(arguments, os.environ)
        serve(configuration)
    except RefusesToStart as refusal:
        print(f"sandbox: {refusal}", file=sys.stderr)
        return 2
    return 0


def serve(configuration: Configuration) -> None:
    """Serves until SIGTERM or SIGINT."""
    lock = _only_one(configuration)
    world = open_world(configuration)
    catch_up(world)
    try:
        web = make_server(
            configuration.host,
            configuration.port,
            create_application(world),
            threaded=True,
            request_handler=_QuietHandler,
        )
    except (OSError, SystemExit) as error:
        raise RefusesToStart(_port_taken(configuration.port, "--port")) from error
    web.daemon_threads = True  # type: ignore[attr-defined]
    try:
        smtp = start_smtp(world)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise RefusesToStart(_port_taken(configuration.smtp_port, "--smtp-port")) from error
    # Reading the SDK's types takes most of a second: better now than in the first call.
    threading.Thread(target=operations, daemon=True).start()
    DeliveryThread(world).start()
    PassingTimeThread(world).start()

    def stop(*_: object) -> None:
        world.stopping.set()
        world.something_to_deliver.set()
        threading.Thread(target=web.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"sandbox: {configuration.public_base} (mail on port {configuration.smtp_port})", flush=True)
    try:
        web.serve_forever(poll_interval=0.1)
    finally:
        world.stopping.set()
        smtp.stop()
        # A request in its transaction finishes; what it leaves unrecorded, the next start records.
        with world.store.transaction():
            pass
        world.recording.flush()
        lock.close()


def _only_one(configuration: Configuration) -> IO[str]:
    """Holds the data folder; the lock ends with the process, however it dies."""
    configuration.data.mkdir(parents=True, exist_ok=True)
    lock = (configuration.data / "sandbox.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise RefusesToStart(
            f"{configuration.data} is in use by another stand-in. Stop it, or give this one its own --data."
        ) from error
    return lock


def _port_taken(port: int, option: str) -> str:
    return f"Port {port} is taken. Stop what uses it, or choose another with {option}."
