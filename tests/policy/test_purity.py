"""The policy engine can be used, and its decisions replayed, without Django."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import importlib, pkgutil, sys
import departments.policy
for module in pkgutil.walk_packages(departments.policy.__path__, "departments.policy."):
    importlib.import_module(module.name)
print(sorted(name for name in sys.modules if name.split(".")[0] in ("django", "rest_framework", "psycopg2")))
"""


def test_no_module_of_the_engine_imports_django():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
