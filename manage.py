#!/usr/bin/env python
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    # platform/ is a source root beside this one. It goes AFTER the root, and it is no package: it would shadow the
    # standard library's module of the same name.
    sys.path.insert(1, str(Path(__file__).resolve().parent / "platform"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
