"""Folders in memory must not outlive their owners: a machine whose memory is full of them kills programs."""

import shutil
import subprocess
import sys
from pathlib import Path

from embedded.temporary_folders import has_room, open_temporary_folder, remove_abandoned

_OPEN_AND_WAIT = """
import os, sys, time
from pathlib import Path
from embedded import temporary_folders
temporary_folders._place = lambda: Path(sys.argv[1])
print(temporary_folders.open_temporary_folder("muster-left-"), flush=True)
time.sleep(60)
"""


def test_what_a_killed_owner_left_is_removed_and_what_a_living_one_has_is_not(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", _OPEN_AND_WAIT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    folder = Path(owner.stdout.readline().strip())
    (folder / "postgres").mkdir()
    assert folder.parent == tmp_path
    assert remove_abandoned(tmp_path) == []
    owner.kill()
    owner.wait()
    owner.stdout.close()
    (tmp_path / "muster-somebody").mkdir()
    assert remove_abandoned(tmp_path) == [folder]
    assert [found.name for found in tmp_path.iterdir()] == ["muster-somebody"]


def test_ones_own_folder_stays() -> None:
    folder = open_temporary_folder("muster-test-own-")
    try:
        assert folder not in remove_abandoned(folder.parent)
        assert folder.exists()
    finally:
        shutil.rmtree(folder)


def test_memory_that_programs_need_is_no_room(tmp_path: Path) -> None:
    facts = tmp_path / "meminfo"
    for kibibytes, expected in ((6 * 1024**2, False), (6 * 1024**2 + 1, True)):
        facts.write_text(f"MemTotal: 99999999 kB\nMemAvailable: {kibibytes} kB\n")
        assert has_room(free_bytes=5 * 1024**3, facts=facts) is expected
        assert not has_room(free_bytes=4 * 1024**3, facts=facts)
    facts.write_text("MemTotal: 99999999 kB\n")
    assert not has_room(free_bytes=5 * 1024**3, facts=facts)
