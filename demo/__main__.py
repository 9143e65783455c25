"""`python -m demo --seed 1`: play, collect, check. The exit code is 0 only when every cent agrees."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from demo import artefacts, checker, sabotage, screenshots
from demo.calls import DemoFailed
from demo.play import play, stack_of_its_own
from embedded.errors import StartupProblem

FOLDER = Path(__file__).resolve().parents[1] / "var" / "demo"


def main() -> int:
    options = _options()
    started = time.monotonic()
    try:
        folder = artefacts.empty(options.folder)
        with stack_of_its_own(seed=options.seed) as running:
            say(f"A stack of its own is up on {running.base_url} after {time.monotonic() - started:.1f} s.")
            harm = sabotage.chosen(options.sabotage)
            played = play(running, seed=options.seed, folder=folder, before=harm.before)
            harm.after_play(running)
            artefacts.collect(running, folder)
            verified = sabotage.verified_ledger(running)
            pictures = [] if options.no_screenshots else screenshots.take(played.stage, played.troupes, folder)
            took = time.monotonic() - started
            say(f"{played.story.calls} calls over HTTP, {len(pictures)} pictures, after {took:.1f} s.")
    except (DemoFailed, StartupProblem) as problem:
        say(f"\nThe demo stopped: {problem}")
        return 1
    harm.after_collection(folder)
    problems = [*verified, *checker.check(folder, say=say)]
    for problem in problems:
        say(f"  WRONG  {problem}")
    verdict = "does NOT agree" if problems else "agrees to the cent"
    say(f"\nSeed {options.seed}: everything {verdict}. {time.monotonic() - started:.1f} s. See {folder}.")
    return 1 if problems else 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="Draws headcount, rates, punches and positions.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="Emptied, then filled (var/demo).")
    parser.add_argument("--no-screenshots", action="store_true", help="Leave the browser out.")
    parser.add_argument("--sabotage", choices=sorted(sabotage.KINDS), help="Do harm, and see the checker find it.")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
