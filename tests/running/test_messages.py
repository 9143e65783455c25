"""What a person is told when something stands in the way, and that nothing is left behind."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import browser, ports
from embedded.errors import AlreadyRunning, PortTaken, StartupProblem
from embedded.installation import ROOT, SANDBOX_DISTANCE, SMTP_DISTANCE, Installation
from embedded.run_lock import hold_run_lock, is_held
from embedded.secrets_file import load_or_create_secrets
from tests.running.outside import environment_of_a_newcomer


def run(data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """`make run` without the Makefile's installing."""
    return subprocess.run(
        [sys.executable, "-m", "embedded.run"],
        cwd=ROOT,
        env=environment_of_a_newcomer(MUSTER_DATA=str(data), **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def base_port() -> int:
    return ports.choose_free_port(distances=(0, SANDBOX_DISTANCE, SMTP_DISTANCE))


@pytest.fixture(params=[0, SANDBOX_DISTANCE, SMTP_DISTANCE], ids=["web", "sandbox", "mailbox"])
def taken_port(request: pytest.FixtureRequest, base_port: int) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", base_port + request.param)) as listener:
        yield listener.getsockname()[1]


def test_a_port_in_use_is_named_with_a_base_port_that_works(taken_port: int, base_port: int, tmp_path: Path) -> None:
    said = run(tmp_path, PORT=str(base_port))
    assert said.returncode == 1
    assert f"{taken_port} (" in said.stderr
    suggested = int(said.stderr.split("PORT=")[1].split()[0])
    assert all(ports.is_port_free(suggested + distance) for distance in (0, SANDBOX_DISTANCE, SMTP_DISTANCE))
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "postgres").exists(), "servers were started before the ports were checked"


def test_all_taken_ports_are_named_at_once(base_port: int) -> None:
    installation = Installation(data_folder=Path("unused"), port=base_port)
    with (
        socket.create_server(("127.0.0.1", installation.port)),
        socket.create_server(("127.0.0.1", installation.smtp_port)),
        pytest.raises(PortTaken) as refusal,
    ):
        ports.require_free_ports(installation.wanted_ports(), base_port=base_port)
    assert f"{installation.port} (web)" in str(refusal.value)
    assert f"{installation.smtp_port} (sandbox mailbox)" in str(refusal.value)


@pytest.mark.parametrize("port", ["eight", "0", "70000", "-1", "65500"])
def test_a_port_that_is_no_port(port: str, tmp_path: Path) -> None:
    said = run(tmp_path, PORT=port)
    assert (said.returncode, "PORT=8010 make run" in said.stderr) == (1, True)


def test_one_of_two_database_addresses_is_not_enough(tmp_path: Path, base_port: int) -> None:
    said = run(tmp_path, PORT=str(base_port), DATABASE_URL="postgresql://muster_app@localhost/muster")
    assert said.returncode == 1
    assert "DATABASE_OWNER_URL" in said.stderr


def test_a_running_stack_is_named_by_process_and_address(tmp_path: Path, base_port: int) -> None:
    with hold_run_lock(tmp_path / "run.lock", base_url="http://localhost:1234"):
        assert is_held(tmp_path / "run.lock")
        said = run(tmp_path, PORT=str(base_port))
    assert said.returncode == 1
    assert f"process {os.getpid()}, http://localhost:1234" in said.stderr
    assert f"kill {os.getpid()}" in said.stderr
    assert not is_held(tmp_path / "run.lock")


def test_a_stale_lock_is_taken_over_and_said(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    # The number belongs to a live process, which proves nothing: only the kernel's lock counts.
    lock.write_text(json.dumps({"process_id": os.getppid(), "started_at": "2026-01-05T10:00:00+00:00"}))
    with hold_run_lock(lock, base_url="http://localhost:1") as notice:
        assert notice is not None
        assert "2026-01-05" in notice
        assert "stale" in notice
    with hold_run_lock(lock, base_url="http://localhost:1") as notice:
        assert notice is None


def test_a_damaged_lock_file_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "run.lock").write_text("{half a li")
    with (
        hold_run_lock(tmp_path / "run.lock", base_url="http://localhost:1"),
        pytest.raises(AlreadyRunning),
        hold_run_lock(tmp_path / "run.lock", base_url="http://localhost:2"),
    ):
        pass


def test_a_damaged_secrets_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(StartupProblem, match="damaged"):
        load_or_create_secrets(tmp_path / "secrets.json")
    assert (tmp_path / "secrets.json").read_text() == "{"


def test_make_alone_lists_the_commands() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("run", "test", "check", "demo", "css", "lock", "shell", "migrate", "clean"):
        assert f"  make {command} " in said


def test_make_without_a_python_says_which_is_needed() -> None:
    said = subprocess.run(["make", "run", "PYTHON="], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode != 0
    assert "Python 3.11 or newer" in said.stderr


def test_a_named_browser_wins_and_a_wrong_name_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "my-browser"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    assert browser.find_chromium() == program
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "missing"))
    with pytest.raises(StartupProblem, match="missing"):
        browser.find_chromium()


def test_no_browser_and_no_rights_is_one_command_to_type(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(StartupProblem, match=r"install .*chromium"):
        browser.require_chromium()


def test_playwrights_own_browser_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "chromium-1200" / "chrome-linux" / "chrome"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert browser.find_chromium() == program
