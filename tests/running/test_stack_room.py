"""No depth at which a page's loops pay the operating system for every call."""

import resource
import sys
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.stack_room import StackRoomMiddleware

_CALLS = 200
# Some three pieces of the interpreter's stack.
_DEPTHS = 400


def test_a_loop_asks_for_no_memory_at_any_depth() -> None:
    found: list[int] = []

    def page(request: HttpRequest) -> HttpResponse:
        found.append(max(_at_depth(depth, _faults_of_a_loop) for depth in range(_DEPTHS)))
        return HttpResponse()

    request = RequestFactory().get("/")
    page(request)
    StackRoomMiddleware(page)(request)
    without, with_room = found
    assert with_room < _CALLS // 2
    # Newer interpreters keep a piece back, and then this middleware may go.
    assert without >= _CALLS or sys.version_info >= (3, 13)


def test_what_goes_wrong_below_it_comes_out_as_it_was() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        raise LookupError(request.path)

    with pytest.raises(LookupError, match="/x/"):
        StackRoomMiddleware(page)(RequestFactory().get("/x/"))


def _at_depth(depth: int, ask: Callable[[], int]) -> int:
    return _at_depth(depth - 1, ask) if depth else ask()


def _faults_of_a_loop() -> int:
    before = _faults()
    for _ in range(_CALLS):
        _nothing()
    return _faults() - before


def _faults() -> int:
    """Pages of memory that the operating system had to hand out to this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def _nothing() -> None: ...
