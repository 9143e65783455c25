"""What one reading request has read already. It lasts as long as the request, and only where nothing is changed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Row = TypeVar("Row")

_read: ContextVar[dict[tuple[Any, ...], Any] | None] = ContextVar("read_already", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Around a GET or HEAD request. Everything else, and every task, reads anew each time it asks."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def read_once(key: tuple[Any, ...], read: Callable[[], Row]) -> Row:
    """The row of this key: from this request's earlier reading, else from `read()`. What raises is not kept.

    For rows that no reading request changes. Whatever decides who may do what is re-read with each request.
    """
    already = _read.get()
    if already is None:
        return read()
    if key not in already:
        already[key] = read()
    found: Row = already[key]
    return found


def is_reading() -> bool:
    return _read.get() is not None


def remember(key: tuple[Any, ...], row: object) -> None:
    """A row that came along with another question."""
    already = _read.get()
    if already is not None:
        already[key] = row


def recall(key: tuple[Any, ...]) -> Any:
    """None when this request has not read it."""
    return (_read.get() or {}).get(key)
