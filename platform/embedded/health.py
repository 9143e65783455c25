"""Whether the web process and the sandbox answer."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable

from embedded.errors import ServerDidNotStart

# Without the proxies of the environment: these servers are on this machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url: str, *, timeout_seconds: float = 10) -> bool:
    """Whether an HTTP server answers there with anything but a server error."""
    try:
        with _opener.open(url, timeout=timeout_seconds):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def wait_until_answering(
    urls: dict[str, str],
    *,
    patience_seconds: float,
    still_wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Return when every address answers. Raises ServerDidNotStart naming those that do not.

    `urls` maps a process name to its address; `still_wanted` is asked between tries and ends the wait early.
    """
    deadline = time.monotonic() + patience_seconds
    waiting = dict(urls)
    while waiting and still_wanted():
        waiting = {name: url for name, url in waiting.items() if not answers(url)}
        if not waiting:
            return
        if time.monotonic() > deadline:
            break
        time.sleep(0.3)
    if waiting:
        listed = ", ".join(f"{name} ({url})" for name, url in waiting.items())
        raise ServerDidNotStart(f"No good answer from: {listed}")
