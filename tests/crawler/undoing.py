from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Everything inside is rolled back. Code that insists on an outermost transaction of its own accepts this one."""
    block = transaction.atomic()
    # What Django's own test cases do, for the same reason.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)
