"""`platform/` is a folder of ours and a module of Python's; `import platform` must always be Python's."""

import json
import os
import platform
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded import attached, ports
from embedded.installation import ROOT
from embedded.services import Services

STANDARD = str(Path(sysconfig.get_path("stdlib")) / "platform.py")

CELERY = [sys.executable, "-m", "celery", "--app", "tests.running.probe:celery_application"]

# How the virtual environment does it (a .pth file), and how the Procfile does it.
PATHS = pytest.mark.parametrize("python_path", [None, ".:platform"], ids=["pth", "procfile"])


def environment(python_path: str | None, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, **({"PYTHONPATH": python_path} if python_path else {}), **more}


def wait_for(condition: Callable[[], bool], *, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def test_the_source_root_is_not_a_package() -> None:
    assert (ROOT / "platform").is_dir()
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_in_pytest() -> None:
    assert platform.__file__ == STANDARD


@PATHS
def test_from_the_root(python_path: str | None) -> None:
    code = "import sys; sys.modules.pop('platform', None); import platform, kernel; print(platform.__file__)"
    for arguments in (["-c", code], ["-c", "import sys; sys.path.insert(0, '');" + code]):
        said = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(python_path),
            capture_output=True,
            text=True,
            check=True,
        )
        assert said.stdout.strip() == STANDARD


@PATHS
def test_under_gunicorn(python_path: str | None, tmp_path: Path) -> None:
    port = ports.choose_free_port()
    with (tmp_path / "log").open("wb") as log:
        server = attached.start(
            [
                *(sys.executable, "-m", "gunicorn", "tests.running.probe:application"),
                *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
            ],
            environment=environment(python_path),
            folder=ROOT,
            output=log,
        )
    try:
        wait_for(lambda: not ports.is_port_free(port))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            assert answer.read().decode() == STANDARD
    finally:
        attached.stop(server)


@PATHS
def test_in_a_celery_worker(python_path: str | None, services: Services, tmp_path: Path) -> None:
    queue = f"probe-{'pth' if python_path is None else 'procfile'}"
    settings = environment(python_path, REDIS_URL=services.redis_url)
    with (tmp_path / "log").open("wb") as log:
        worker = attached.start(
            [*CELERY, "worker", "--concurrency", "1", "--queues", queue, "--without-mingle"],
            environment=settings,
            folder=ROOT,
            output=log,
        )
    try:
        subprocess.run(
            [
                *(*CELERY, "call", "tests.running.probe.write_platform_file"),
                *("--args", json.dumps([str(tmp_path / "seen")]), "--queue", queue),
            ],
            cwd=ROOT,
            env=settings,
            check=True,
            capture_output=True,
        )
        wait_for(lambda: (tmp_path / "seen").exists() and (tmp_path / "seen").read_text() != "")
        assert (tmp_path / "seen").read_text() == STANDARD
    finally:
        attached.stop(worker)
