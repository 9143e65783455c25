"""Which Chromium the browser journeys use: the one named, one on the PATH, Playwright's own, or Debian's, installed.

The headless shell is the same browser without windows: it takes a third less of the processor.

Tests are never skipped for want of a browser: without one this stops with the command to type.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from embedded.errors import StartupProblem

_OF_DEBIAN = ("chromium-headless-shell", "chromium")
ON_THE_PATH = (*_OF_DEBIAN, "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> Path | None:
    """CHROMIUM, then the PATH, then Playwright's own download; None when there is none.

    Raises StartupProblem when CHROMIUM names something that does not run.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise StartupProblem(f"CHROMIUM={named} is not a program that can be run.")
        return Path(found)
    for name in ON_THE_PATH:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    return _playwrights_own()


def _playwrights_own() -> Path | None:
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    base = Path(folder) if folder and folder != "0" else Path.home() / ".cache" / "ms-playwright"
    for pattern in ("chromium-*/chrome-linux*/chrome", "chromium_headless_shell-*/*/*headless*shell"):
        runnable = sorted(path for path in base.glob(pattern) if os.access(path, os.X_OK))
        if runnable:
            return runnable[-1]
    return None


def require_chromium() -> Path:
    """A Chromium, installed from Debian's packages when that is allowed. Raises StartupProblem with the command."""
    found = find_chromium()
    if found is not None:
        return found
    prefix = _install_prefix()
    if prefix is not None:
        print("No Chromium found; installing Debian's …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

        def apt_get(*arguments: str) -> None:
            command = [*prefix, "apt-get", *arguments]
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)

        apt_get("update", "-qq")
        for package in _OF_DEBIAN:
            # What it recommends is a hundred packages for printers and desktops; of those only letters are needed.
            apt_get("install", "-y", "-qq", "--no-install-recommends", package, "fonts-liberation")
            found = find_chromium()
            if found is not None:
                return found
    raise StartupProblem(
        "The browser journeys need a Chromium, and none was found (CHROMIUM, the PATH, Playwright's own).\n"
        "Install one with this command, then run it again:\n\n    " + _command_to_type()
    )


def _install_prefix() -> list[str] | None:
    """What to put before apt-get here; None when it may not be used."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return ["sudo", "-n"] if allowed.returncode == 0 else None


def _command_to_type() -> str:
    if shutil.which("apt-get") is not None:
        return "sudo apt-get install -y chromium"
    return f"{sys.executable} -m playwright install --with-deps chromium"


if __name__ == "__main__":
    try:
        print(f"Browser: {require_chromium()}")
    except StartupProblem as problem:
        raise SystemExit(f"\n{problem}") from None
