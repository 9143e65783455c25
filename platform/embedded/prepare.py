"""Make the virtual environment hold exactly what a lock file says. Run by the system's Python: standard library only.

python3 platform/embedded/prepare.py requirements.lock
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import venv

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python must get this sentence, not a syntax error
    sys.exit(
        "Muster needs Python 3.11 or newer; this is {}.{} ({}).\n"
        "Install a newer one, or name it: make run PYTHON=/usr/bin/python3.12".format(
            *sys.version_info[:2], sys.executable
        )
    )

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The development lock is compiled under the constraints of the other one, so it satisfies both.
SATISFIES = {
    "requirements.lock": ("requirements.lock",),
    "requirements-dev.lock": ("requirements-dev.lock", "requirements.lock"),
}


def digest(path):
    """SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def stamp_of(environment, lock):
    """The file that says which version of a lock is installed."""
    return os.path.join(environment, ".installed-" + lock)


def is_installed(environment, lock):
    """Whether the stamp names this very lock file."""
    try:
        with open(stamp_of(environment, lock)) as file:
            return file.read().strip() == digest(os.path.join(ROOT, lock))
    except OSError:
        return False


def make_environment(environment):
    """A virtual environment with pip, or a sentence about the system package that is missing."""
    print("Making the virtual environment " + environment, flush=True)
    try:
        venv.EnvBuilder(with_pip=True, clear=os.path.isdir(environment)).create(environment)
    except (subprocess.CalledProcessError, ImportError):
        sys.exit(
            "This Python cannot make virtual environments: its venv package is missing.\n"
            "On Debian or Ubuntu: apt-get install python{}.{}-venv".format(*sys.version_info[:2])
        )


def name_source_roots(environment, python):
    """Put the root and platform/ on the path by a .pth file: the root first, both after the standard library."""
    site_packages = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        text=True,
    ).strip()
    path = os.path.join(site_packages, "muster.pth")
    wanted = "{}\n{}\n".format(ROOT, os.path.join(ROOT, "platform"))
    try:
        with open(path) as file:
            if file.read() == wanted:
                return
    except OSError:
        pass
    with open(path, "w") as file:
        file.write(wanted)


@contextlib.contextmanager
def one_installation_at_a_time():
    """Two `make` in two terminals must not install into each other."""
    folder = os.path.join(ROOT, "var")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "install.lock"), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another installation is under way; waiting for it …", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main(lock):
    """Bring the environment up to the lock; nothing happens when it is there already."""
    environment = os.path.join(ROOT, ".venv")
    python = os.path.join(environment, "bin", "python")
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    usable = os.path.exists(python) and subprocess.call([python, "-c", probe], stderr=subprocess.DEVNULL) == 0
    if not usable:
        make_environment(environment)
    name_source_roots(environment, python)
    if is_installed(environment, lock):
        return
    print(f"Installing {lock} (hashes checked) …", flush=True)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--only-binary=:all:", "--require-hashes", "--requirement", os.path.join(ROOT, lock)]
    code = subprocess.call(command)
    if code != 0:
        sys.exit("The packages could not be installed; pip's message is above. Is the network up?")
    for satisfied in SATISFIES[lock]:
        with open(stamp_of(environment, satisfied), "w") as file:
            file.write(digest(os.path.join(ROOT, satisfied)))


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in SATISFIES:
        sys.exit("usage: prepare.py " + "|".join(SATISFIES))
    try:
        with one_installation_at_a_time():
            main(sys.argv[1])
    except PermissionError as refusal:
        sys.exit(f"{refusal.filename} cannot be written: it was made by another user. Run as that user again.")
