"""A gunicorn application and a Celery application that say which `platform` module they import."""

import os
import platform
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from celery import Celery


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the file that `platform` was imported from."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(platform.__file__).encode()]


celery_application = Celery("probe", broker=os.environ.get("REDIS_URL", "memory://"))
celery_application.conf.worker_hijack_root_logger = False


@celery_application.task
def write_platform_file(path: str) -> None:
    """Write the file that `platform` was imported from to `path`."""
    Path(path).write_text(str(platform.__file__))
