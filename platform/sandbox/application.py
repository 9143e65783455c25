"""The web application: the two services' calls, the hosted pages, the controls."""

import contextlib
import logging
import pathlib
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from sandbox import control, exchange
from sandbox.pages import browsing, checkout, onboarding
from sandbox.pages import invoices as invoice_pages
from sandbox.stripe_api import service as stripe_service
from sandbox.twilio_api import service as twilio_service
from sandbox.world import World

# Importing a module registers its calls.
from sandbox.stripe_api import (  # noqa: F401  isort: skip
    account_calls, charges, customers, disputes, events, invoices, money, payment_intents, payouts, setup_intents,
    transfers,
)  # fmt: skip
from sandbox.stripe_api import checkout as checkout_calls  # noqa: F401  isort: skip

_log = logging.getLogger("sandbox")
_METHODS = ["GET", "POST", "DELETE"]


def create_application(world: World) -> Flask:
    """The WSGI application of one world."""
    folder = pathlib.Path(__file__).parent
    application = Flask("sandbox", template_folder=str(folder / "templates"), static_folder=str(folder / "static"))
    application.config["MAX_CONTENT_LENGTH"] = 8 * 1024 * 1024
    application.json.sort_keys = False  # type: ignore[attr-defined]

    def stripe(rest: str) -> Response:
        return _answer(world, "stripe", stripe_service.answer)

    def twilio(rest: str) -> Response:
        return _answer(world, "twilio", twilio_service.answer)

    application.add_url_rule("/v1/<path:rest>", "stripe_v1", stripe, methods=_METHODS)
    application.add_url_rule("/v2/<path:rest>", "stripe_v2", stripe, methods=_METHODS)
    application.add_url_rule("/2010-04-01/<path:rest>", "twilio", twilio, methods=_METHODS)
    for blueprint in (
        control.blueprint,
        browsing.blueprint,
        checkout.blueprint,
        invoice_pages.blueprint,
        onboarding.blueprint,
    ):
        application.register_blueprint(blueprint(world))
    return application


def _answer(world: World, service: str, answer: Any) -> Response:
    raw = exchange.RawRequest(
        service=service,
        method=request.method,
        path=request.path,
        query=request.query_string.decode(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.get_data(as_text=True),
        is_waited_for=_caller_waits(request.environ.get("werkzeug.socket")),
    )
    world.calls.begin(raw.id, service=service, method=raw.method, path=raw.path)
    try:
        return _answered(world, raw, answer)
    finally:
        world.calls.end(raw.id)


def _answered(world: World, raw: exchange.RawRequest, answer: Any) -> Response:
    try:
        given = answer(world, raw)
    except exchange.ConnectionDropped as dropped:
        world.stopping.wait(dropped.after_seconds)
        _cut_connection()
        return Response(status=500)
    except Exception as error:
        _log.exception("%s %s failed", raw.method, raw.path)
        message = f"The stand-in itself failed, nothing was done: {error!r}"
        given = exchange.RawAnswer(500, {"error": {"type": "api_error", "message": message}, "message": message})
    response = Response(exchange.encode(given.body), given.status, content_type="application/json")
    for name, value in given.headers.items():
        response.headers[name] = value
    return response


def _caller_waits(connection: socket.socket | None) -> Callable[[], bool]:
    """Asks the connection whether the caller is still there: it is readable and empty once they have hung up."""

    def waits() -> bool:
        if connection is None:
            return True
        try:
            return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    return waits


def _cut_connection() -> None:
    """Ends the caller's connection without a byte of answer."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
