"""What the process was started with, and what it refuses to be started with."""

import argparse
import ipaddress
import pathlib
from collections.abc import Mapping
from dataclasses import dataclass

LIVE_KEY_PREFIXES = ("sk_live_", "rk_live_", "pk_live_")


class RefusesToStart(Exception):
    """Starting would be dangerous; the message says what to change."""


@dataclass(frozen=True)
class Configuration:
    """Addresses carry no trailing slash. Secrets sign what the stand-in sends to the application."""

    host: str
    port: int
    smtp_port: int
    data: pathlib.Path
    app_base: str
    clock_file: pathlib.Path
    stripe_webhook_url: str
    stripe_thin_webhook_url: str
    twilio_inbound_url: str
    stripe_webhook_secret: str
    twilio_auth_token: str
    twilio_account_sid: str

    @property
    def public_base(self) -> str:
        """Where a browser reaches the hosted pages."""
        return f"http://localhost:{self.port}"


def read_configuration(arguments: list[str], environment: Mapping[str, str]) -> Configuration:
    """The configuration from the command line and environment; raises RefusesToStart."""
    options = _parser().parse_args(arguments)
    _refuse_live_keys(environment)
    _refuse_open_bind(options.host)
    app_base = options.app_base.rstrip("/")
    webhook_url = options.webhook_url or f"{app_base}/webhooks/stripe"
    return Configuration(
        host=options.host,
        port=options.port,
        smtp_port=options.smtp_port,
        data=pathlib.Path(options.data),
        app_base=app_base,
        clock_file=pathlib.Path(options.clock_file or pathlib.Path(options.data) / "clock.json"),
        stripe_webhook_url=webhook_url,
        stripe_thin_webhook_url=options.thin_webhook_url or webhook_url,
        twilio_inbound_url=options.inbound_url or f"{app_base}/webhooks/twilio/inbound",
        stripe_webhook_secret=environment.get("STRIPE_WEBHOOK_SECRET") or "whsec_sandbox",
        twilio_auth_token=environment.get("TWILIO_AUTH_TOKEN") or "sandbox-token",
        twilio_account_sid=environment.get("TWILIO_ACCOUNT_SID") or "AC" + "0" * 32,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Local stand-ins for Stripe, Twilio and mail."
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address; anything else is refused")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--smtp-port", type=int, default=8125)
    parser.add_argument("--data", default="var/sandbox", help="folder of the database and requests.jsonl")
    parser.add_argument("--app-base", default="http://localhost:8000", help="where webhooks go")
    parser.add_argument("--clock-file", help="the test clock that the application reads too")
    parser.add_argument("--webhook-url", help="default: {app-base}/webhooks/stripe")
    parser.add_argument("--thin-webhook-url", help="for v2 events; default: the webhook address")
    parser.add_argument("--inbound-url", help="default: {app-base}/webhooks/twilio/inbound")
    return parser


def _refuse_live_keys(environment: Mapping[str, str]) -> None:
    for name, value in environment.items():
        if value.startswith(LIVE_KEY_PREFIXES):
            raise RefusesToStart(
                f"{name} holds a live Stripe key. The stand-in never runs beside real money: unset {name}, "
                "or use a test key (sk_test_...)."
            )


def _refuse_open_bind(host: str) -> None:
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise RefusesToStart(
            f"--host {host} is reachable from other machines. The stand-in has no passwords: bind it to 127.0.0.1."
        )
