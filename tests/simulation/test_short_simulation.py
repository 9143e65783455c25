"""The money simulation, short: the 20,000 of `make simulate` are the same with more of everything."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAST_LINE = re.compile(
    r"(\d+) operations, (\d+) kills \((\d+) inside an open provider call\), (\d+) database stops, "
    r"0 cents lost, 0 double"
)


def test_nothing_is_lost_and_nothing_is_done_twice() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    environment |= {"PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    ended = subprocess.run(
        [sys.executable, "-m", "simulation", "--operations", "500", "--kills", "8", "--seed", "1"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-3000:]
    counted = LAST_LINE.fullmatch(ended.stdout.strip().splitlines()[-1])
    assert counted is not None
    operations, kills, inside, stops = map(int, counted.groups())
    assert operations >= 500
    assert kills == 8
    assert inside * 10 >= kills * 3
    assert stops >= 1
