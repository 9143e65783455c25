"""Room for a request's calls in one piece, so that no loop pays for where the interpreter's stack is cut.

CPython keeps the frames of Python functions in pieces of 16 KB, and gives a piece back to the operating system the
moment its first frame returns. A loop whose calls happen to begin there asks for a piece and gives it back every time
around. A page calls seventy deep, its templates loop at the bottom: a list of fifty rows did it a thousand times, which
took as long again as everything else about it. https://github.com/python/cpython/issues/142183: newer interpreters keep
one piece back; 3.11 and 3.12 never will.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

Response = Callable[[HttpRequest], HttpResponseBase]

# In words of 8 bytes. A piece is as large as the next power of two that holds the frame that it is made for: this much
# over 512 KB is 1 MB, and half of it stays for all calls below. Memory that no call reaches is never touched.
_FRAME_WORDS = 64 * 1024


class StackRoomMiddleware:
    """Outermost: every call of the request lies below its frame."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    # A frame is as large as its function says that it needs.
    __call__.__code__ = __call__.__code__.replace(co_stacksize=_FRAME_WORDS)
