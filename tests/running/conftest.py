import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.services import Services, temporary_services
from embedded.temporary_folders import open_temporary_folder


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """A PostgreSQL and a Valkey of this test process's own."""
    with temporary_services() as started:
        yield started


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's own user may enter (pytest's are private)."""
    folder = open_temporary_folder("muster-test-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
