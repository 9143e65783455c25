"""Generated passwords and keys of one data folder, in a file that only its owner may read."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from embedded.errors import DataFolderUnusable


@dataclass(frozen=True)
class Secrets:
    """Everything random about one local installation; 43 URL-safe characters each."""

    database_superuser_password: str
    database_owner_password: str
    database_app_password: str
    valkey_password: str
    secret_key: str
    stripe_webhook_secret: str
    twilio_auth_token: str


def new_secrets() -> Secrets:
    """Fresh random values for every field."""
    return Secrets(**{field.name: secrets.token_urlsafe(32) for field in fields(Secrets)})


def load_or_create_secrets(path: Path) -> Secrets:
    """Read the secrets at `path`; make those that are missing and write the file with mode 0600.

    Raises DataFolderUnusable when the file belongs to somebody else.
    """
    known: dict[str, str] = {}
    try:
        known = json.loads(path.read_text())
    except FileNotFoundError:
        pass
    except (PermissionError, ValueError) as problem:
        raise DataFolderUnusable(
            f"{path} cannot be read ({problem}). It was made by another user or is damaged: "
            f"run as that user, or choose another place: MUSTER_DATA=$HOME/muster-data make run"
        ) from problem
    names = [field.name for field in fields(Secrets)]
    made = asdict(new_secrets())
    complete = Secrets(**{name: known.get(name) or made[name] for name in names})
    if asdict(complete) != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes the file 0600 from its first byte.
        handle, staging = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")
        with os.fdopen(handle, "w") as file:
            json.dump(asdict(complete), file, indent=1)
        os.replace(staging, path)
    return complete
