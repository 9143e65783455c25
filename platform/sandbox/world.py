"""Everything one running stand-in consists of, handed to whoever answers a request."""

import threading
from dataclasses import dataclass, field

from sandbox.books import Books
from sandbox.calls import OpenCalls
from sandbox.clock import TestClock
from sandbox.configuration import Configuration
from sandbox.faults import Faults
from sandbox.recording import Recording
from sandbox.store import Store


@dataclass
class World:
    configuration: Configuration
    store: Store
    books: Books
    clock: TestClock
    faults: Faults
    recording: Recording
    calls: OpenCalls = field(default_factory=OpenCalls)
    something_to_deliver: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)


def open_world(configuration: Configuration) -> World:
    """Opens (or creates) the data folder; what a killed process left unwritten in the recording is written now."""
    store = Store(configuration.data)
    recording = Recording(store, configuration.data / "requests.jsonl")
    recording.recover()
    return World(
        configuration=configuration,
        store=store,
        books=Books(store),
        clock=TestClock(configuration.clock_file),
        faults=Faults(store),
        recording=recording,
    )
