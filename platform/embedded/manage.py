"""`make shell`, `make migrate`: a `manage.py` command against the local databases, running or not.

Beside a running `make run` its environment is used; otherwise PostgreSQL and Valkey are started for the command only.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys

from embedded.binaries import make_elsewhere_passable
from embedded.errors import StartupProblem
from embedded.installation import ROOT
from embedded.run import chosen_installation, given_servers
from embedded.run_lock import hold_run_lock, is_held
from embedded.secrets_file import load_or_create_secrets
from embedded.services import lasting_services


def run_command(arguments: list[str]) -> int:
    """Run `manage.py` with `arguments` in the terminal; returns its exit code. Raises StartupProblem."""
    installation = chosen_installation()
    with contextlib.ExitStack() as cleanup:
        if is_held(installation.lock_file) and installation.environment_file.exists():
            environment = {
                **os.environ,
                **json.loads(installation.environment_file.read_text()),
            }
        else:
            cleanup.enter_context(hold_run_lock(installation.lock_file, base_url="a manage.py command"))
            make_elsewhere_passable(installation.postgres_folder())
            passwords = load_or_create_secrets(installation.secrets_file)
            services = cleanup.enter_context(
                lasting_services(
                    postgres_folder=installation.postgres_folder(),
                    valkey_folder=installation.data_folder / "valkey",
                    log_folder=installation.log_folder,
                    passwords=passwords,
                    given_environment=given_servers(),
                )
            )
            environment = installation.environment(services=services, passwords=passwords)
        return subprocess.call(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=environment,
            cwd=ROOT,
        )


if __name__ == "__main__":
    try:
        raise SystemExit(run_command(sys.argv[1:]))
    except StartupProblem as problem:
        raise SystemExit(f"\n{problem}") from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
