"""One running stand-in for all tests of the folder, emptied before each."""

import time
from collections.abc import Iterator

import pytest

from tests.sandbox.running import Receiver, Sandbox, launch, listen


@pytest.fixture(scope="session")
def _receiver() -> Iterator[Receiver]:
    keeper, server = listen()
    yield keeper
    server.shutdown()


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory, _receiver: Receiver) -> Iterator[Sandbox]:
    running = launch(tmp_path_factory.mktemp("sandbox"), _receiver)
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Sandbox:
    """The running stand-in with an empty memory; started again if a test stopped it."""
    if _sandbox.process.poll() is not None:
        _sandbox.start()
    _sandbox.control("reset", {})
    # What was on its way when the memory was emptied arrives within this moment.
    time.sleep(0.05)
    _sandbox.receiver.answers_with = 200
    _sandbox.receiver.received.clear()
    return _sandbox
