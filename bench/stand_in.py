"""A stand-in of the text message provider of one's own, and somebody who takes its reports."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded.health import wait_until_answering
from embedded.ports import SERVER_PORTS, is_port_free

ROOT = Path(__file__).resolve().parents[1]
_ACCOUNT, _TOKEN, _SERVICE = "AC" + "1" * 32, "bench-token", "MG" + "2" * 32


@dataclass(frozen=True)
class StandIn:
    base: str
    data: Path
    environment: dict[str, str]

    def texts(self) -> list[str]:
        """The words of everything that it has accepted."""
        with urllib.request.urlopen(f"{self.base}/control/messages.json?limit=1000000", timeout=120) as answer:
            return [message["body"] for message in json.load(answer)["messages"]]

    def busiest_second(self) -> int:
        """The most texts that arrived within one second of its clock."""
        counts: dict[int, int] = {}
        for line in (self.data / "requests.jsonl").read_text(encoding="utf-8").splitlines():
            request: dict[str, Any] = json.loads(line)
            if request["method"] == "POST" and request["path"].endswith("/Messages.json"):
                counts[int(request["at"])] = counts.get(int(request["at"]), 0) + 1
        return max(counts.values())


@contextlib.contextmanager
def stand_in() -> Iterator[StandIn]:
    """Answers inside the block; its data goes with it."""
    web, smtp = [port for port in SERVER_PORTS if is_port_free(port)][:2]
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder, _reports() as application:
        data = Path(folder) / "data"
        environment = {
            "PYTHONPATH": "platform:.",
            "TWILIO_ACCOUNT_SID": _ACCOUNT,
            "TWILIO_AUTH_TOKEN": _TOKEN,
            "TWILIO_MESSAGING_SERVICE_SID": _SERVICE,
            "TWILIO_API_BASE": f"http://127.0.0.1:{web}",
            "PUBLIC_BASE_URL": application,
            "STRIPE_WEBHOOK_SECRET": "whsec_bench",
        }
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "sandbox", "--port", str(web), "--smtp-port", str(smtp)),
                *("--data", str(data), "--app-base", application, "--clock-file", f"{folder}/clock.json"),
            ],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
        )
        try:
            base = environment["TWILIO_API_BASE"]
            wait_until_answering({"stand-in": f"{base}/control/health"}, patience_seconds=60)
            yield StandIn(base, data, environment)
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextlib.contextmanager
def _reports() -> Iterator[str]:
    """The address of a server that takes every delivery report and says thank you."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
