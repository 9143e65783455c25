"""`python -m sandbox.contract var/sandbox/requests.jsonl`: check recorded requests again; exits 1 on any violation."""

import pathlib
import sys

from sandbox.contract.checking import check_recorded_file


def main(arguments: list[str]) -> int:
    if not arguments:
        print("usage: python -m sandbox.contract REQUESTS.jsonl ...", file=sys.stderr)
        return 2
    failed = False
    for name in arguments:
        checked, problems = check_recorded_file(pathlib.Path(name))
        for problem in problems:
            print(problem)
        print(f"{name}: {checked} requests checked, {len(problems)} violations")
        failed = failed or bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
