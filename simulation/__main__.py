"""`python -m simulation --operations 20000 --seed 1`: exit 0 only when nothing was lost and nothing was done twice."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

OPERATIONS_PER_KILL = 60
SABOTAGES = ("saved_key", "inbox", "lease", "lookup")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--operations", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--kills", type=int, help=f"default: one for every {OPERATIONS_PER_KILL} operations, 8 at least"
    )
    parser.add_argument("--sabotage", choices=SABOTAGES, help="take this safeguard away")
    parser.add_argument(
        "--table", action="store_true", help="take each safeguard away in turn and print what was found"
    )
    parser.add_argument("--keep", type=Path, help="keep logs and the provider's database in this folder")
    options = parser.parse_args()
    kills = options.kills if options.kills is not None else max(8, options.operations // OPERATIONS_PER_KILL)
    if options.table:
        return print_table(operations=options.operations, seed=options.seed, kills=kills)
    if options.sabotage:
        os.environ["SIMULATION_SABOTAGE"] = options.sabotage
    return simulate(operations=options.operations, seed=options.seed, kills=kills, keep=options.keep)


def simulate(*, operations: int, seed: int, kills: int, keep: Path | None = None) -> int:
    from simulation.stage import prepared

    # Being asked to stop is an end like any other: servers stop and folders go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    with prepared(keep=keep) as stage:
        from simulation.director import Director, Plan

        _say(f"The stack is up after {time.monotonic() - started:.0f} s.")
        director = Director(stage, Plan(operations, seed, kills), _say)
        findings = director.direct()
        score, harm = director.score, director.harm
        _say("  ".join(f"{name} {count}" for name, count in sorted(score.by_name.items())))
        _say(f"{time.monotonic() - started:.0f} s; {stage.ended_by_themselves} processes ended by themselves.")
        if not findings.is_clean:
            _say(f"Seed {seed}, after operation {score.done}:\n{findings.shown()}")
        enough_inside = harm.inside * 10 >= harm.kills * 3 or score.stopped
        if not enough_inside:
            _say("Fewer than 30 % of the kills landed inside an open provider call.")
        _say(
            f"{score.done} operations, {harm.kills} kills ({harm.inside} inside an open provider call), "
            f"{harm.database_stops} database stops, {findings.lost_cents} cents lost, {findings.doubles} double"
        )
    return 0 if findings.is_clean and enough_inside else 1


def print_table(*, operations: int, seed: int, kills: int) -> int:
    """0 when the same seed is clean with every safeguard and fails without any one of them."""
    rows = []
    for sabotage in (None, *SABOTAGES):
        arguments = [sys.executable, "-m", "simulation", "--operations", str(operations), "--seed", str(seed)]
        arguments += ["--kills", str(kills), *(["--sabotage", sabotage] if sabotage else [])]
        ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
        lines = ended.stdout.strip().splitlines() or [ended.stderr.strip()[-300:]]
        found = next((line.strip() for line in lines if line.startswith("  ") and ":" in line), "")
        rows.append((sabotage or "none", ended.returncode, lines[-1], found))
        _say(f"{rows[-1][0]:<10}  exit {rows[-1][1]}  {rows[-1][2]}" + (f"\n{'':<20}{found[:140]}" if found else ""))
    return 0 if rows[0][1] == 0 and all(code != 0 for _, code, _, _ in rows[1:]) else 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
