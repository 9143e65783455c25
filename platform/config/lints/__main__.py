"""`python -m config.lints`: the tenancy rules, over all product code. Prints findings; exits 1 when there is one."""

import sys
from pathlib import Path

from config.lints.tenancy import findings_in, product_files

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    files = list(product_files(ROOT))
    findings = [finding for path in files for finding in findings_in(path.read_text("utf-8"), path.relative_to(ROOT))]
    for finding in findings:
        sys.stderr.write(f"{finding}\n")
    sys.stdout.write(f"Tenancy: {len(files)} files, {len(findings)} findings.\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
