"""In which language a page is written: officers' pages and the way in, in the reader's; everything else in English."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts.models import Person
from kernel.languages import LANGUAGES, gettext_code

Response = Callable[[HttpRequest], HttpResponseBase]
# Officers' own pages, and those on which a department's invitation is answered.
_NAMESPACES = frozenset({"officer", "joining"})
# Pages of the marketplace's host that officers share with clients: wholly translated, whoever reads them.
_SHARED_PAGES = frozenset({"language", "choose_language"})
_ACCOUNT_PAGES = ("account_", "mfa_")


class LanguageMiddleware:
    """A page is in one language from top to bottom: one that is not translated wholly stays English for everybody.

    After authentication, since the reader's own choice counts before the browser's. The language holds for this
    request alone: a worker's thread that served a French page writes nothing French afterwards.
    """

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())  # type: ignore[attr-defined]
        if is_translated(request) and not request.user.is_authenticated:
            patch_vary_headers(response, ["Accept-Language", "Cookie"])  # type: ignore[arg-type]
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], arguments: Any, keywords: Any) -> None:
        if is_translated(request):
            translation.activate(reader_language(request))


def is_translated(request: HttpRequest) -> bool:
    match: ResolverMatch | None = request.resolver_match
    if match is None:
        return False
    if _NAMESPACES.intersection(match.namespaces):
        return True
    # At a desk, and for operators, the menus around these pages are English.
    if getattr(request, "tenant", None) is not None or getattr(request.user, "is_staff", False):
        return False
    name = match.url_name or ""
    return name in _SHARED_PAGES or name.startswith(_ACCOUNT_PAGES)


def reader_language(request: HttpRequest) -> str:
    """gettext's code: the person's own choice, before sign-in the browser's cookie or what the browser asks for."""
    if isinstance(request.user, Person):
        return gettext_code(request.user.language)
    return translation.get_language_from_request(request)


def choices(request: HttpRequest) -> list[dict[str, Any]]:
    """The languages that the page may be read in, under their own names; none where it is not translated."""
    if not is_translated(request):
        return []
    current = translation.get_language()
    return [{"code": code, "name": name, "is_current": code.lower() == current} for code, name in LANGUAGES.items()]
