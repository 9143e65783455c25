"""The real stack, started as a newcomer would, stopped as a newcomer would, and hit by kill -9."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from embedded import ports
from embedded.health import answers
from embedded.installation import ROOT, SANDBOX_DISTANCE, SMTP_DISTANCE, Installation
from embedded.leftovers import is_alive
from embedded.stack import stack
from tests.running.outside import environment_of_a_newcomer, rows

PROCESSES = {"web", "worker", "beat", "relay", "sandbox"}


def wait_for(condition: Callable[[], bool], *, what: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.2)


def processes_of(data: Path) -> list[int]:
    """Every process that was given this data folder, by its environment or its arguments."""
    needle = str(data).encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if needle in (entry / "environ").read_bytes() or needle in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@contextmanager
def make_run(installation: Installation, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`make run` in a terminal of its own, without demo data; killed at the end when it still runs."""
    environment = environment_of_a_newcomer(
        MUSTER_DATA=str(installation.data_folder), PORT=str(installation.port), MUSTER_DEMO="0"
    )
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "embedded.run"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(lambda: "Ctrl-C stops everything" in log.read_text() or process.poll() is not None, what="the welcome")
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def installation(open_folder: Path) -> Installation:
    port = ports.choose_free_port(distances=(0, SANDBOX_DISTANCE, SMTP_DISTANCE))
    return Installation(data_folder=open_folder / "var", port=port)


def owner_url(installation: Installation) -> str:
    return str(json.loads(installation.environment_file.read_text())["DATABASE_OWNER_URL"])


def test_run_stops_on_ctrl_c_keeps_its_data_and_survives_kill_9(installation: Installation, tmp_path: Path) -> None:
    with make_run(installation, tmp_path / "first") as process:
        said = (tmp_path / "first").read_text()
        assert f"http://localhost:{installation.port}" in said
        assert all(f"{name} started" in said for name in PROCESSES)
        assert answers(f"{installation.base_url}/health")
        assert installation.environment_file.stat().st_mode & 0o077 == 0
        rows(owner_url(installation), "CREATE TABLE kept_between_runs AS SELECT 7 AS number")
        # A terminal sends Ctrl-C to the whole foreground group.
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=40) == 0
    assert "Stopped." in (tmp_path / "first").read_text()
    assert processes_of(installation.data_folder) == []
    assert not installation.environment_file.exists()

    with make_run(installation, tmp_path / "second") as process:
        assert rows(owner_url(installation), "SELECT number FROM kept_between_runs") == [(7,)]
        process.kill()
        process.wait()
        wait_for(lambda: processes_of(installation.data_folder) == [], what="the children of a killed run", seconds=20)

    with make_run(installation, tmp_path / "third") as process:
        assert "is stale" in (tmp_path / "third").read_text()
        assert rows(owner_url(installation), "SELECT number FROM kept_between_runs") == [(7,)]
        process.terminate()
        assert process.wait(timeout=40) == 0
    assert processes_of(installation.data_folder) == []


def test_each_process_of_a_scratch_stack_can_be_killed_and_restarted() -> None:
    with stack(demo_data=False) as running:
        data = running.installation.data_folder
        assert set(running.process_ids) == PROCESSES
        before = running.process_ids
        for name in ("relay", "worker", "web", "sandbox"):
            running.kill(name)
            assert not is_alive(before[name])
            running.restart(name)
        wait_for(lambda: "ready." in running.log_file("worker").read_text().split("Connected")[-1], what="the worker")
        assert set(running.process_ids) == PROCESSES
        assert all(running.process_ids[name] != before[name] for name in ("relay", "worker", "web", "sandbox"))
        assert answers(f"{running.base_url}/health")
        assert running.ended() == []
    assert processes_of(data) == []
    assert not data.exists()
