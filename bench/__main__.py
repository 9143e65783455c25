"""`python -m bench [NAME …]`: measure, print a table, keep `var/bench/NAME.json`."""

from __future__ import annotations

import argparse
import importlib
import time

from bench.figures import keep, say, show
from bench.stage import prepared

BENCHMARKS = (
    "policy_verdicts",
    "awards",
    "roster_import",
    "oversight",
    "documents",
    "ledger",
    "reconciliation",
    "workspace",
    "near_me",
    "messages",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all when none is given")
    names = parser.parse_args().names or BENCHMARKS
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; choose from {', '.join(BENCHMARKS)}")
    with prepared():
        for name in names:
            started = time.monotonic()
            figures = importlib.import_module(f"bench.{name}").measure()
            path = keep(name, figures)
            say(f"\n{name}  ({time.monotonic() - started:.0f} s, {path.relative_to(path.parents[2])})")
            show(figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
