"""Pages as a browser asks for them, for what has no operation in the API: read, and send a form."""

from __future__ import annotations

import html
import re
import time
from urllib.parse import urlencode

from demo.calls import LONGEST_PAUSE_SECONDS, Answer, Caller, DemoFailed, send

# A form's token must be that of the cookie, and both are the visitor's own to send.
_CSRF = "demo" * 8


def look(caller: Caller, path: str, *, expect: tuple[int, ...] = (200,)) -> str:
    """The page's text. Raises DemoFailed for any other status than expected."""
    return _asked(caller, "GET", path, None, expect).raw.decode()


def fill_in(caller: Caller, path: str, form: dict[str, str], *, expect: tuple[int, ...] = (302,)) -> str:
    """Send a form and answer with where it leads to; empty when the page is shown again."""
    body = urlencode({**form, "csrfmiddlewaretoken": _CSRF}).encode()
    return _asked(caller, "POST", path, body, expect).headers.get("location", "")


def follow(caller: Caller, path: str) -> str:
    """Where a page sends its reader on to."""
    return _asked(caller, "GET", path, None, (302,)).headers["location"]


def _asked(caller: Caller, method: str, path: str, body: bytes | None, expect: tuple[int, ...]) -> Answer:
    # The sign-in endpoints' token is the key of an ordinary session.
    headers = {"Cookie": f"session={caller.token}; csrf={_CSRF}", "Accept": "text/html"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    answer = send(port=caller.port, host=caller.host, method=method, path=path, body=body, headers=headers)
    caller.story.call(
        actor=caller.name, method=method, path=path, status=answer.status, ms=answer.ms, answer=answer.body
    )
    if answer.status not in expect:
        said = answer.raw[:1500].decode(errors="replace")
        raise DemoFailed(f"{caller.name}: {method} http://{caller.host}{path} answered {answer.status}: {said}")
    return answer


def wait_for(caller: Caller, path: str, pattern: re.Pattern[str], *, what: str, seconds: float = 120) -> str:
    """The first group of what the page shows sooner or later. Raises DemoFailed after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = pattern.search(look(caller, path, expect=(200, 404)))
        if found:
            return html.unescape(found[1])
        if time.monotonic() > deadline:
            raise DemoFailed(f"{caller.name} waited {seconds:.0f} s in vain for {what} on {path}.")
        time.sleep(LONGEST_PAUSE_SECONDS)
