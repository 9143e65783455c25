"""Runs calls at the same moment, each on a database connection of its own, as different processes would."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

_PATIENCE_SECONDS = 30


def run_together(*calls: Callable[[], Any]) -> list[Any]:
    """The results in the order of the calls; a call that raised has its exception there."""
    results: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=_PATIENCE_SECONDS)
            results[index] = call()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=2 * _PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "A call did not come back: a deadlock?"
    return results
