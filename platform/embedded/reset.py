"""`make reset`: remove the local databases and everything else in the data folder, after asking."""

from __future__ import annotations

import shutil
import sys

from embedded.errors import AlreadyRunning, StartupProblem
from embedded.run import chosen_installation
from embedded.run_lock import is_held


def reset() -> int:
    """Ask, then remove; returns the exit code. Raises AlreadyRunning when a stack uses the folder."""
    installation = chosen_installation()
    if is_held(installation.lock_file):
        raise AlreadyRunning("Muster still runs on this data folder. Stop it first (Ctrl-C in its terminal).")
    folders = [folder for folder in (installation.data_folder, installation.elsewhere_folder()) if folder.exists()]
    if not folders:
        print("There is nothing to remove.")
        return 0
    print("This removes, with every database in it:\n  " + "\n  ".join(str(folder) for folder in folders))
    if not sys.stdin.isatty() or input("Type yes to go on: ").strip() != "yes":
        print("Nothing was removed.")
        return 1
    for folder in folders:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(reset())
    except StartupProblem as problem:
        raise SystemExit(f"\n{problem}") from None
