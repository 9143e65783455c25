"""The test servers' data folder, kept from one session to the next while nothing that shaped it has changed.

A fresh server needs initdb, extensions, every migration and three tenants: some seconds. A copy of a stopped one that
already has them needs half of one. The digest covers all that went in; a session that changed none of it stores its
own server when it ends, and the next one starts from there. Delete var/test-cache at any time.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import psycopg2

from embedded.secrets_file import Secrets, new_secrets
from embedded.services import Services, lasting_services
from embedded.temporary_folders import open_temporary_folder

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "var" / "test-cache"
TEMPLATE_DATABASE = "muster_test_template"
_KEPT = 3
_INGREDIENTS = (
    "*/migrations/*.py",
    "platform/*/migrations/*.py",
    "platform/embedded/*.py",
    "platform/config/settings/apps.py",
    "tenants/models/*.py",
    "tenants/grants.py",
    "tenants/platform_migration.py",
    "tenants/provisioning.py",
    "tenants/row_level_security.py",
    "tenants/schema_migrations.py",
    "tenants/walls.py",
    "tests/database.py",
    "tests/cached_cluster.py",
    "requirements.lock",
)


def digest() -> str:
    """Names and contents of everything that shapes the template database."""
    total = hashlib.sha256()
    for path in sorted({path for pattern in _INGREDIENTS for path in ROOT.glob(pattern)}):
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:32]


@contextmanager
def cached_services() -> Iterator[Services]:
    """Throwaway servers of this session's own, from the cache when it fits, else empty but for the extensions."""
    expected = digest()
    folder = open_temporary_folder("muster-test-")
    try:
        passwords = _fetch(expected, folder) or new_secrets()
        with lasting_services(
            postgres_folder=folder / "postgres",
            valkey_folder=folder / "valkey",
            log_folder=folder / "log",
            passwords=passwords,
            throwaway=True,
        ) as services:
            yield services
            is_worth_keeping = not (CACHE / expected).exists() and _tidy(services, expected)
        if is_worth_keeping:
            _store(expected, folder, passwords)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fetch(expected: str, folder: Path) -> Secrets | None:
    source = CACHE / expected
    try:
        passwords = Secrets(**json.loads((source / "passwords.json").read_text()))
        _copy(source / "postgres", folder / "postgres")
    except (OSError, ValueError, TypeError, subprocess.CalledProcessError):
        # Absent, or pruned by another session just now.
        shutil.rmtree(folder / "postgres", ignore_errors=True)
        return None
    os.utime(source)
    return passwords


def _tidy(services: Services, expected: str) -> bool:
    """Drop what this session cloned. False when its template was not made of exactly what the digest says."""
    with closing(psycopg2.connect(services.superuser_url)) as server, server.cursor() as cursor:
        server.autocommit = True
        cursor.execute(
            "SELECT FROM pg_database WHERE datname = %s AND shobj_description(oid, 'pg_database') = %s",
            [TEMPLATE_DATABASE, expected],
        )
        if cursor.fetchone() is None:
            return False
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^muster_test_(gw|building)'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    return True


def _store(expected: str, folder: Path, passwords: Secrets) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".storing-", dir=CACHE))
    try:
        _copy(folder / "postgres", staging / "postgres")
        (staging / "passwords.json").write_text(json.dumps(asdict(passwords)))
        staging.rename(CACHE / expected)
    except (OSError, subprocess.CalledProcessError):
        # Another session was faster, or the disk is full: the cache is a convenience.
        shutil.rmtree(staging, ignore_errors=True)
    stored = sorted(CACHE.glob("[0-9a-f]*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in stored[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    # With owner and mode: the server's own user must find its folder as it left it.
    subprocess.run(["cp", "-pR", str(source), str(target)], check=True, capture_output=True)
