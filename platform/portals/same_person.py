"""Whose phone it is: pages say who is signed in, and what a phone kept for one person needs that person's session."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from kernel import clock

HEADER = "X-Muster-Person"
NOBODY = "-"

Response = Callable[[HttpRequest], HttpResponseBase]


class SamePersonMiddleware:
    """On the marketplace's host. An open page of one officer outlives the sign-in of another on the same phone: the
    cookies that go with its requests are then not its own.

    A request that names somebody else is answered 401 before any view sees it. Pages carry the same header, by which
    the service worker forgets the pages of whoever was signed in before.
    """

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.tenant is not None:  # type: ignore[attr-defined]
            return self.get_response(request)
        named = request.headers.get(HEADER)
        if named is not None and named != _signed_in(request):
            message = _("Somebody else is signed in on this phone. Sign in yourself, then it is sent.")
            said = {"code": "another_person", "message": message, "server_at": clock.now().isoformat()}
            return JsonResponse(said, status=401)
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers[HEADER] = _signed_in(request)
        return response


def _signed_in(request: HttpRequest) -> str:
    return str(request.user.pk) if request.user.is_authenticated else NOBODY
