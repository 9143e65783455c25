"""The unprivileged system user that runs PostgreSQL when we are root (PostgreSQL refuses to run as root)."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import StartupProblem

SYSTEM_USER_NAME = "muster-postgres"


@dataclass(frozen=True)
class SystemUser:
    """A user of the operating system, by name and numeric ids."""

    name: str
    user_id: int
    group_id: int


def needed_system_user() -> SystemUser | None:
    """The user to run PostgreSQL as: None for an ordinary user, our own system user (made on demand) for root.

    Raises StartupProblem when root may not create users here.
    """
    if os.geteuid() != 0:
        return None
    existing = _look_up()
    if existing is not None:
        return existing
    useradd = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    useradd += ["--shell", "/usr/sbin/nologin", SYSTEM_USER_NAME]
    # Alpine's own.
    adduser = ["adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", SYSTEM_USER_NAME]
    said = ""
    for command in (useradd, adduser):
        if shutil.which(command[0]) is None:
            continue
        outcome = subprocess.run(
            command,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        said = outcome.stderr.strip() or said
        # Looked up even after a failure: a parallel start may have created it first.
        created = _look_up()
        if created is not None:
            return created
    raise StartupProblem(
        f"PostgreSQL refuses to run as root, and the system user {SYSTEM_USER_NAME!r} could not be created"
        f"{': ' + said if said else ''}.\nRun the command as an ordinary user, or create the user yourself:\n"
        f"    useradd --system --user-group --no-create-home {SYSTEM_USER_NAME}"
    )


def _look_up() -> SystemUser | None:
    try:
        entry = pwd.getpwnam(SYSTEM_USER_NAME)
    except KeyError:
        return None
    return SystemUser(name=entry.pw_name, user_id=entry.pw_uid, group_id=entry.pw_gid)


def blocking_folder(path: Path, *, system_user: SystemUser) -> Path | None:
    """The first folder on the way to `path` that `system_user` may not enter; None when the way is free.

    Permissions are only read: opening a private home folder to make a database start is not ours to do.
    """
    resolved = path.resolve()
    for folder in [*reversed(resolved.parents), resolved]:
        if not folder.is_dir():
            continue
        facts = folder.stat()
        if facts.st_uid == system_user.user_id:
            allowed = bool(facts.st_mode & stat.S_IXUSR)
        elif facts.st_gid == system_user.group_id:
            allowed = bool(facts.st_mode & stat.S_IXGRP)
        else:
            allowed = bool(facts.st_mode & stat.S_IXOTH)
        if not allowed:
            return folder
    return None
