"""HTTP to the stack's own web process and to the stand-in, over connections that may break at any moment."""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from typing import Any

PATIENCE_SECONDS = 90.0
PAUSE_SECONDS = 0.05


class NobodyAnswers(Exception):
    """A process that was started again does not answer: the simulation cannot go on."""


class Web:
    """The door of `simulation.door`. A call whose answer is lost is made again: people press the button twice."""

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(self, name: str, **given: Any) -> dict[str, Any]:
        """Raises NobodyAnswers. A refusal is an answer: {"refused": its name, "message": …}."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        last = ""
        while time.monotonic() < deadline:
            try:
                status, body = _send(self._port, "POST", f"/simulation/{name}", json.dumps(given).encode())
            except (OSError, http.client.HTTPException) as broken:
                last = repr(broken)
            else:
                if status == 200:
                    return dict(json.loads(body))
                last = f"{status}: {body[-600:].decode(errors='replace')}"
            time.sleep(PAUSE_SECONDS)
        raise NobodyAnswers(f"{name} {given}: {last}")


class Provider:
    """The stand-in's controls and hosted pages."""

    def __init__(self, port: int) -> None:
        self._port = port

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Tried until the stand-in answers. Raises NobodyAnswers."""
        data = None if body is None else json.dumps(body).encode()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                _, answer = _send(self._port, method, f"/control/{path}", data)
                return json.loads(answer)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(PAUSE_SECONDS)
        raise NobodyAnswers(f"control {path}")

    def press(self, url: str, **form: str) -> int:
        """A button on a hosted page, pressed once; 0 when nothing came back."""
        data = urllib.parse.urlencode(form).encode()
        try:
            return _send(
                self._port, "POST", urllib.parse.urlsplit(url).path, data, "application/x-www-form-urlencoded"
            )[0]
        except (OSError, http.client.HTTPException):
            return 0

    def open_calls(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "calls")["open"])


def _send(port: int, method: str, path: str, data: bytes | None, kind: str = "application/json") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Content-Type": kind, "Host": f"localhost:{port}"} if data is not None else {}
        connection.request(method, path, body=data, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
